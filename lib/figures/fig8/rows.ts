import { type LossName, lossNames } from "../../losses/presets.ts";
import {
  checkArray,
  checkInteger,
  checkLength,
  checkNumber,
  checkObject,
  checkOneOf,
} from "../../core/checks.ts";
import { ascending, checkDistinctRows, checkList, checkRoom } from "../rows.ts";

/** A two-dimensional map of the embeddings of one loss. */
export interface Fig8Map {
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** First coordinate of each point; at most 2000 points. */
  x: readonly number[];
  /** Second coordinate of each point. */
  y: readonly number[];
  /** Class of each point, from 0. */
  labels: readonly number[];
}

/** The collapse geometry of the embeddings of one run at one epoch; each measure is 0 at a simplex ETF. */
export interface Fig8Geometry {
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** Seed of the run. */
  seed: number;
  /** Passes over the training images so far; 0 is before training. */
  epoch: number;
  /** Norm of the mean of the class means. */
  zeroSum: number;
  /** Mean distance of the class means' norms from 1. */
  unitNorm: number;
  /** Mean distance of the cosines between class means from `−1/(C − 1)`. */
  equalInnerProducts: number;
  /** Spread of the embeddings around their class means. */
  withinClassSpread: number;
}

/** The spectrum of the covariance of the class means of one run after training. */
export interface Fig8Spectrum {
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** Seed of the run. */
  seed: number;
  /** `log₁₀` of the eigenvalues, descending; those below -12 are rounding errors and left out. */
  logSpectrum: readonly number[];
}

/** All that Figure 8 shows. */
export interface Fig8Rows {
  /** One per loss. */
  maps: readonly Fig8Map[];
  /** One per loss, seed and epoch. */
  geometry: readonly Fig8Geometry[];
  /** One per loss and seed, or none. */
  spectra?: readonly Fig8Spectrum[];
}

/** One of the four measures of {@linkcode Fig8Geometry}. */
export type Fig8Measure = "zeroSum" | "unitNorm" | "equalInnerProducts" | "withinClassSpread";

/** What the measures are called, in the order of the figure. */
export const measureNames: Readonly<Record<Fig8Measure, string>> = {
  zeroSum: "zero sum",
  unitNorm: "unit norm",
  equalInnerProducts: "equal inner products",
  withinClassSpread: "within-class spread",
};

/** The four measures in the order of the figure. */
export const measures = Object.keys(measureNames) as Fig8Measure[];

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig8}. */
export function checkFig8Rows(rows: Fig8Rows): void {
  checkObject("rows of Figure 8", rows);
  const { maps, geometry, spectra = [] } = rows;
  checkDistinctRows("the maps of Figure 8", maps, ({ loss }) => loss, "a loss");
  for (const { loss, x, y, labels } of maps) {
    checkOneOf("loss of a map", loss, lossNames);
    for (const [name, values] of Object.entries({ x, y, labels })) {
      checkArray(`${name} of the map of ${loss}`, values, "numbers");
    }
    checkLength(`y of the map of ${loss}`, y, x.length, "one per x");
    checkLength(`labels of the map of ${loss}`, labels, x.length, "one per x");
    checkRoom("Figure 8", `points of ${loss}`, x, 2000);
    if (x.length === 0) {
      throw new RangeError(`Cannot draw the map of ${loss} as it needs at least one point: received none`);
    }
    x.forEach((value) => checkNumber("x of a map", value));
    y.forEach((value) => checkNumber("y of a map", value));
    labels.forEach((value) => checkInteger("label of a map", value, { min: 0 }));
  }
  checkRoom("Figure 8", "classes", ascending(maps.flatMap(({ labels }) => labels)), 100);
  checkDistinctRows(
    "the geometry of Figure 8",
    geometry,
    ({ loss, seed, epoch }) => `${loss}, seed ${seed}, epoch ${epoch}`,
    "an epoch of a run",
  );
  for (const row of geometry) {
    checkOneOf("loss of a row", row.loss, lossNames);
    checkInteger("seed of a row", row.seed, { min: 0 });
    checkInteger("epoch of a row", row.epoch, { min: 0 });
    for (const measure of measures) checkNumber(`${measure} of a row`, row[measure], { min: 0 });
  }
  checkList("the spectra of Figure 8", spectra);
  if (spectra.length > 0) {
    checkDistinctRows(
      "the spectra of Figure 8",
      spectra,
      ({ loss, seed }) => `${loss}, seed ${seed}`,
      "a run",
    );
  }
  for (const { loss, seed, logSpectrum } of spectra) {
    checkOneOf("loss of a spectrum", loss, lossNames);
    checkInteger("seed of a spectrum", seed, { min: 0 });
    checkArray(`logSpectrum of ${loss}`, logSpectrum, "numbers");
    logSpectrum.forEach((value) => checkNumber("logSpectrum of a spectrum", value));
  }
}
