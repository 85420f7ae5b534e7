import { checkArray, checkInteger, checkLength, checkObject } from "../core/checks.ts";
import type { Hardening } from "../hardening/hardening.ts";
import type { EpochEmbeddings } from "./run_history.ts";

/**
 * The cosines of every anchor with its H-SCL negatives, those of other classes, in batches of `size` of the embeddings:
 * as many as a training step has. What is left at the end makes no batch, unless it is all there is.
 */
export function negativeCosines(epoch: EpochEmbeddings, size: number): Float64Array[] {
  checkObject("embeddings of an epoch", epoch);
  const { embeddings, dim, labels } = epoch;
  checkArray("labels", labels, "integers");
  checkArray("embeddings", embeddings, "numbers");
  checkInteger("size of a batch", size, { min: 1 });
  checkLength("embeddings", embeddings, labels.length * dim, `${labels.length} of ${dim}`);
  const count = labels.length, batch = Math.min(size, count), anchors: Float64Array[] = [];
  for (let start = 0; start + batch <= count; start += batch) {
    for (let i = start; i < start + batch; i++) {
      const cosines: number[] = [];
      for (let j = start; j < start + batch; j++) {
        if (labels[i] === labels[j]) continue;
        let dot = 0;
        for (let k = 0; k < dim; k++) dot += embeddings[i * dim + k] * embeddings[j * dim + k];
        cosines.push(Math.min(1, Math.max(-1, dot)));
      }
      if (cosines.length > 0) anchors.push(Float64Array.from(cosines));
    }
  }
  return anchors;
}

/**
 * The effective number of negatives `(Σw)² / Σw²` with weights `w = η(u)`, mean over the anchors. It is 1 where η is zero
 * everywhere, as the loss then falls back to the hardest negative; `NaN` without anchors.
 */
export function effectiveNegatives(
  anchors: readonly Float64Array[],
  hardening: Hardening,
  temperature: number,
): number {
  checkArray("anchors", anchors, "arrays of cosines");
  const numbers = anchors.map((cosines) => {
    const logs = cosines.map((cosine) => hardening.logEtaAt(cosine, temperature));
    const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
    if (largest === -Infinity) return 1;
    const weights = logs.map((log) => Math.exp(log - largest));
    const sum = weights.reduce((total, w) => total + w, 0);
    return sum ** 2 / weights.reduce((total, w) => total + w ** 2, 0);
  });
  return numbers.reduce((total, number) => total + number, 0) / numbers.length;
}
