import { innerClassMean } from "../evaluate/inner_class_mean.ts";
import { collapseGeometry } from "../theory/geometry.ts";
import type { RunMetrics } from "./settings.ts";

// More would cost much of an epoch.
const MOST_IMAGES = 4096;

/** What of {@linkcode RunMetrics} says how the class means of the training images lie, and how well they tell images apart. */
export type EpochClassMeans = Pick<
  RunMetrics,
  "innerTop1" | "innerTrainTop1" | "directions" | "zeroSum" | "unitNorm" | "equalInnerProducts"
>;

/** Embeddings as they are, with the class of each. */
interface LabelledEmbeddings {
  readonly embeddings: Float32Array;
  readonly labels: Int32Array;
}

/**
 * The class means of all training images: their geometry, and the accuracy of inner products with them on the test images and on at
 * most 4,096 training images, evenly spaced; what cannot be said is absent.
 */
export function epochClassMeans(
  train: LabelledEmbeddings,
  test: LabelledEmbeddings,
  { dim, classes }: { dim: number; classes: number },
): EpochClassMeans {
  const { directions, zeroSum, unitNorm, equalInnerProducts } = collapseGeometry(
    train.embeddings,
    dim,
    train.labels,
    // In the unit ball, norms say how sure a class is of itself.
    { normalize: false },
  );
  const known = { features: train.embeddings, labels: train.labels };
  const accuracy = ({ embeddings, labels }: LabelledEmbeddings) =>
    innerClassMean(known, { features: embeddings, labels }, { dim, classes }).top1;
  const values = {
    innerTop1: accuracy(test),
    innerTrainTop1: accuracy(some(train, dim)),
    directions,
    zeroSum,
    unitNorm,
    equalInnerProducts,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}

function some({ embeddings, labels }: LabelledEmbeddings, dim: number): LabelledEmbeddings {
  const count = Math.min(MOST_IMAGES, labels.length);
  const kept = Int32Array.from({ length: count }, (_, i) => Math.floor(i * labels.length / count));
  const rows = new Float32Array(count * dim);
  kept.forEach((row, i) => rows.set(embeddings.subarray(row * dim, (row + 1) * dim), i * dim));
  return { embeddings: rows, labels: kept.map((row) => labels[row]) };
}
