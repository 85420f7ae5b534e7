import * as tf from "../../../core/tfjs.ts";
import { captured } from "../../captured.ts";
import type { ContrastiveTerms } from "../../operations/contrastive_loss.ts";
import type { KernelArguments, NativeBackend } from "../backend.ts";
import { type Anchors, anchorsFrom, columns, oneWhere } from "../contrastive/anchors.ts";
import { anyPairs } from "../contrastive/any_pairs.ts";
import { areNear, exponentialsOf, slopesOf, type Sums, sumsOf } from "../contrastive/near_pairs.ts";

type Attributes = ContrastiveTerms & { withGradient: boolean };

// Pairs in memory at once, each some times over.
const MOST_PAIRS = 2 ** 21;

/**
 * Kernel `ContrastiveLoss`: `[loss, gradient]`, of some anchors at a time against all embeddings, as functions that XLA compiles. Who
 * is whose positive or negative is given to them as numbers, so they are the same for all labels.
 */
export function contrastiveLoss(
  { inputs: { x }, attrs: terms, backend }: KernelArguments<{ x: tf.Tensor2D }, Attributes>,
): tf.Tensor[] {
  const [n] = x.shape;
  return tf.tidy(() => {
    const all = tf.gather(x, tf.tensor1d(terms.order, "int32")), bound = boundOf(x, terms, backend);
    const [loss, gradient] = areNear(bound, terms) ? nearLoss(all, bound, terms) : anyLoss(all, terms);
    // With and without its gradient a loss is the same function, so that it is the same to the last bit.
    if (!terms.withGradient) return [loss];
    const place = new Int32Array(n);
    terms.order.forEach((embedding, row) => place[embedding] = row);
    return [loss, tf.gather(gradient!, tf.tensor1d(place, "int32"))];
  });
}

/** What no cosine exceeds, nor its negative; not a number where nobody can know while computations are captured. */
function boundOf(x: tf.Tensor2D, { unitRows }: Attributes, { binding }: NativeBackend): number {
  if (unitRows) return 1;
  if (binding.isCapturing?.()) return NaN;
  return tf.max(tf.sum(tf.square(x), 1)).dataSync()[0];
}

/** Whether XLA compiles functions here. */
export function hasXla(backend: NativeBackend): boolean {
  if (!backend.binding.captured) return false;
  try {
    const twice = captured((x: tf.Tensor) => tf.add(x, x), { most: 1, xla: true });
    return tf.tidy(() => twice(tf.scalar(1)).dataSync()[0]) === 2;
  } catch {
    return false;
  }
}

/** What is computed of some anchors. */
const part = captured((compute: () => tf.Tensor[]) => compute(), { xla: true });

/** What is computed of all anchors, some at a time. */
function parts<T>(all: tf.Tensor, compute: (start: number, rows: number, number: number) => T): T[] {
  const [n] = all.shape, rows = Math.min(n, Math.max(1, Math.floor(MOST_PAIRS / n)));
  return Array.from(
    { length: Math.ceil(n / rows) },
    (_, i) => compute(i * rows, Math.min(rows, n - i * rows), i),
  );
}

function cosinesOf({ embeddings }: Anchors, all: tf.Tensor): tf.Tensor {
  return tf.matMul(embeddings, all, false, true);
}

/** Exponentials of unlike rows, which are the same from both of a pair: slopes need the sums of both first. */
function nearLoss(all: tf.Tensor, bound: number, terms: Attributes): [loss: tf.Tensor, gradient?: tf.Tensor] {
  const [n] = all.shape;
  const rowsOf = (start: number, rows: number) => {
    const anchors = anchorsFrom(start, rows, all, terms);
    return { anchors, pairs: exponentialsOf(cosinesOf(anchors, all), tf.scalar(bound), anchors, terms) };
  };
  const lists = ({ levels, weights, pulls, pushes }: Sums) =>
    pushes ? [levels, weights, pulls, pushes] : [levels, weights, pulls];
  const sums = ([levels, weights, pulls, pushes]: tf.Tensor[]): Sums => ({ levels, weights, pulls, pushes });
  if (n * n <= MOST_PAIRS) {
    const [loss, gradient] = part(() => {
      const { anchors, pairs } = rowsOf(0, n), { loss, sums } = sumsOf(pairs, anchors, terms);
      return [loss, tf.matMul(slopesOf(pairs, sums, sums, terms), all)];
    });
    return [loss, gradient];
  }
  const found = parts(all, (start, rows) =>
    part(() => {
      const { anchors, pairs } = rowsOf(start, rows), { loss, sums } = sumsOf(pairs, anchors, terms);
      return [loss, ...lists(sums)];
    }));
  const loss = tf.addN(found.map(([loss]) => loss));
  if (!terms.withGradient) return [loss];
  const together = sums(found[0].slice(1).map((_, i) => tf.concat(found.map((one) => one[i + 1]), 0)));
  const gradients = parts(all, (start, rows, i) =>
    part(() => {
      const slopes = slopesOf(rowsOf(start, rows).pairs, sums(found[i].slice(1)), together, terms);
      return [tf.matMul(slopes, all)];
    })[0]);
  return [loss, tf.concat(gradients, 0)];
}

/** Rows whose exponentials are taken from the largest of each, so that they differ from both sides of a pair. */
function anyLoss(all: tf.Tensor, terms: Attributes): [loss: tf.Tensor, gradient: tf.Tensor] {
  const [n] = all.shape;
  const found = parts(all, (start, rows) =>
    part(() => {
      const anchors = anchorsFrom(start, rows, all, terms);
      const { loss, inCosines } = anyPairs(cosinesOf(anchors, all), anchors, terms);
      if (rows === n) return [loss, tf.add(tf.matMul(inCosines, all), tf.matMul(inCosines, all, true))];
      // Of the anchors' rows of the gradient, those that are not of these are 0.
      const own = tf.matMul(inCosines, all), others = tf.matMul(inCosines, anchors.embeddings, true);
      const places = oneWhere(tf.equal(columns(n), anchors.self));
      return [loss, tf.add(others, tf.matMul(places, own, true))];
    }));
  const [loss, gradient] = [0, 1].map((i) => found.map((one) => one[i]).reduce((a, b) => tf.add(a, b)));
  return [loss, gradient];
}
