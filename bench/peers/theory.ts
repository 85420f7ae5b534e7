import * as tf from "@tensorflow/tfjs";
import { type AnchorStatistics, anchorStatistics, exponential } from "@hscl/hscl";
import type { HardenedAnchors } from "@hscl/hscl/theory";
import type { TheoryWork } from "./protocol.ts";

// As many as the library multiplies at a time with 10,000 embeddings.
const BLOCK_ROWS = 800;

/** The statistics of all pairs, or the bare product of all pairs, of embeddings that a formula gives; see theory.py. */
export function theoryRun({ count, dim, classes, betas, form }: TheoryWork): () => Promise<number> {
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const embeddings = new Float64Array(count * dim);
  for (let i = 0, at = 0; i < count; i++) {
    for (let k = 0; k < dim; k++, at++) {
      embeddings[at] = Math.sin((i + 1) * (k + 1) * 0.37 + (i % classes) * k);
    }
  }
  if (form === "product") return bareProduct(Float32Array.from(embeddings), count, dim);
  const hardenings = betas.map(exponential);
  return async () =>
    meanLoss(
      await anchorStatistics(embeddings, dim, labels, { hardenings, products: "float32", leaveOut: 0 }),
    );
}

function bareProduct(embeddings: Float32Array, count: number, dim: number): () => Promise<number> {
  const rows = tf.keep(tf.tensor2d(embeddings, [count, dim]));
  return async () => {
    let corner = NaN;
    for (let first = 0; first < count; first += BLOCK_ROWS) {
      const height = Math.min(BLOCK_ROWS, count - first);
      const block = tf.tidy(() => tf.matMul(tf.slice(rows, [first, 0], [height, dim]), rows, false, true));
      [corner] = await block.data();
      block.dispose();
    }
    return corner;
  };
}

/** The mean of all losses: one number that depends on all of them. */
function meanLoss({ unhardened, hardened }: AnchorStatistics): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const losses = [unhardened, ...hardened].flatMap(({ lossAll, lossDiff }: HardenedAnchors) => [
    mean(lossAll),
    mean(lossDiff),
  ]);
  return mean(Float64Array.from(losses));
}
