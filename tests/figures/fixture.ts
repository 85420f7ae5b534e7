import { Random } from "../../lib/core/random.ts";
import type { Fig1Context } from "../../lib/figures/fig1/draw.ts";
import type { Fig1Row } from "../../lib/figures/fig1/rows.ts";

/** Settings for the made-up rows. */
export const context: Fig1Context = {
  dataset: "MNIST",
  beta: 1,
  temperature: 0.5,
  epochs: 40,
  batchSize: 256,
  encoder: "convnet",
  backend: "wasm",
};

const falls = { ucl: 0.5, scl: 0.6, hucl: 0.2, hscl: 0.25 };

/** Falls off from 1; the last is a rounding error, as of centred class means. */
function madeUpSpectrum(seed: number, fall: number): number[] {
  const values = Array.from({ length: 9 }, (_, rank) => Math.exp(-fall * rank * (1 + 0.05 * seed)));
  return [...values.map((value) => Math.round(1e4 * value) / 1e4), 1e-9];
}

const finals = { ucl: 0.936, scl: 0.957, hucl: 0.944, hscl: 0.9655 };

/** Saturating curves with noise per seed and epoch: the shape of a training, not the result of one. */
export function madeUpRows(seeds: number, epochs: number): Fig1Row[] {
  const rows: Fig1Row[] = [];
  for (const loss of ["hscl", "scl", "hucl", "ucl"] as const) {
    for (let seed = 0; seed < seeds; seed++) {
      const random = new Random(seed).child(loss);
      const final = finals[loss] + 0.0025 * random.normal();
      for (let epoch = 0; epoch <= epochs; epoch++) {
        const progress = 1 - Math.exp(-6 * epoch / epochs);
        const top1 = epoch === 0 ? 0.62 : 0.82 + (final - 0.82) * progress + 0.0015 * random.normal();
        rows.push({
          loss,
          seed,
          epoch,
          trainLoss: epoch === 0 ? NaN : 6 - 1.2 * progress,
          classMean: Math.round(1e4 * (top1 - 0.1)) / 1e4,
          top1: Math.round(1e4 * top1) / 1e4,
          top5: 0.99,
          ...(epoch === epochs ? { spectrum: madeUpSpectrum(seed, falls[loss]) } : {}),
        });
      }
    }
  }
  return rows;
}
