import * as tf from "../core/tfjs.ts";
import { describe } from "../core/checks.ts";
import { firstOrder } from "../core/first_order.ts";
import { float32Array } from "../core/float_array.ts";
import { floatTensor } from "../core/float_tensor.ts";
import { integerLabels } from "../core/labels.ts";
import { innerProducts, normalizeRows, stopGradient } from "../core/similarity.ts";
import type { Tensor2D } from "../core/tensors.ts";
import { blockCosines } from "./blocks.ts";
import { denseLabels } from "./labels.ts";
import { batchIds, differingIds, type Ids, type NegativePairs } from "./negatives.ts";
import {
  type ContrastiveOptions,
  type ExtraNegatives,
  type ResolvedOptions,
  type ResolvedScore,
  resolveOptions,
} from "./options.ts";
import type { Pairs } from "./pair_loss.ts";
import { batchPositives, type PositiveGroups, positiveGroups } from "./positives.ts";
import { type Draws, drawsOf, sampleNegatives } from "./sampled_negatives.ts";

/** The views of a batch besides the first: one, or a list for more than two views in all; an empty one for a single view. */
export type OtherViews = Tensor2D | readonly Tensor2D[];

/** A batch, checked and normalised, of which the pairs of all anchors or of some of them can be made. */
export interface Batch {
  /** `[n, dim]`, row `v·B + i` is item `i` of view `v`. */
  readonly embeddings: Tensor2D;
  /** `[c, dim]`: the embeddings, and the extra negatives after them. */
  readonly candidates: Tensor2D;
  /** What tells negatives. */
  readonly ids: Ids;
  /** Which candidates are negatives. */
  readonly negatives: NegativePairs;
  /** Which pairs are positive. */
  readonly groups: PositiveGroups;
  /** Of sampled negatives. */
  readonly draws: Draws | undefined;
  /** How pairs are scored. */
  readonly score: ResolvedScore;
  /** What the pairs go by. */
  readonly layout: BatchLayout;
  /** How many are in memory at once, if somebody says so. */
  readonly pairsAtOnce: number | undefined;
}

/** By what embeddings of a batch are positives and negatives of each other. */
export interface BatchLayout extends Pick<ResolvedOptions, "positives" | "negatives"> {
  readonly views: number;
  /** Dense class of each item; all different without labels. */
  readonly classOf: Int32Array;
  /** Whether embeddings have unit norm, or are 0. */
  readonly unitRows: boolean;
}

/** Some pairs, and how they are scored. */
export interface Terms {
  pairs: Pairs;
  score: ResolvedScore;
}

/** Checks all arguments of a loss. */
export function batchOf(view1: Tensor2D, otherViews: OtherViews, options: ContrastiveOptions): Batch {
  const views = checkedViews(view1, otherViews), [batch, dim] = views[0].shape;
  const resolved = resolveOptions(options, batch, views.length);
  const { labels, normalize, extraNegatives, sampledNegatives } = resolved;
  const extra = extraNegatives && extraEmbeddings(extraNegatives, dim, normalize);
  const items = labels ?? Int32Array.from({ length: batch }, (_, i) => i);
  const [classOf, extraClassOf] = denseLabels(items, extraLabels(extraNegatives, extra?.shape[0] ?? 0));
  const ids = batchIds(views.length, classOf, extraClassOf, resolved), all = differingIds(ids);
  const groups = positiveGroups(classOf, all.counts, resolved);

  const stacked = firstOrder("the loss", tf.concat(views, 0));
  const embeddings = normalize ? normalizeRows(stacked) : stacked;
  return {
    embeddings,
    candidates: extra ? tf.concat([embeddings, extra], 0) : embeddings,
    ids,
    negatives: { ...all, counts: groups.negativeCounts },
    groups,
    draws: sampledNegatives && drawsOf(ids.anchors.length, sampledNegatives),
    score: resolved,
    layout: {
      views: views.length,
      classOf,
      unitRows: normalize,
      positives: resolved.positives,
      negatives: resolved.negatives,
    },
    pairsAtOnce: resolved.pairsAtOnce,
  };
}

/** The pairs of all anchors. */
export function allTerms({ embeddings, candidates, negatives, groups, draws, score }: Batch): Terms {
  const positives = batchPositives(groups);
  return sampledTerms(
    {
      cosines: innerProducts(embeddings, candidates),
      negatives,
      positiveCosines: blockCosines(embeddings, embeddings, positives),
      positives,
    },
    score,
    draws,
  );
}

/** The terms of these pairs, or of negatives drawn from theirs. */
export function sampledTerms(pairs: Pairs, score: ResolvedScore, draws: Draws | undefined): Terms {
  if (!draws) return { pairs, score };
  return {
    pairs: sampleNegatives(pairs, score, draws),
    score: { ...score, hardening: undefined, stopWeightGradient: true },
  };
}

/** All views as float32. */
function checkedViews(view1: Tensor2D, otherViews: OtherViews): Tensor2D[] {
  const others = Array.isArray(otherViews) ? otherViews as Tensor2D[] : [otherViews as Tensor2D];
  const views = [view1, ...others].map((view, v) => floatTensor(`view ${v + 1}`, view));
  const [batch, dim] = views[0].shape;
  if (!views.every(({ rank, shape }) => rank === 2 && shape[0] === batch && shape[1] === dim)) {
    throw new RangeError(
      "Cannot compute the loss as all views must be [batch, dim] and of the same shape: received " +
        views.map(({ shape }) => describe(shape)).join(" and "),
    );
  }
  if (views[0].size === 0) {
    throw new RangeError(
      `Cannot compute the loss as a batch must not be empty: received ${describe(views[0].shape)}`,
    );
  }
  return views;
}

/** `[count, dim]`, behind a stop gradient. */
function extraEmbeddings(
  { embeddings }: ExtraNegatives,
  dim: number,
  normalize: boolean,
): Tensor2D | undefined {
  const name = "embeddings of the extra negatives";
  const isTensor = embeddings instanceof tf.Tensor;
  const given = isTensor ? floatTensor(name, embeddings) : float32Array(name, embeddings);
  const size = given instanceof tf.Tensor ? given.size : given.length;
  const fits = given instanceof tf.Tensor ? given.rank === 2 && given.shape[1] === dim : size % dim === 0;
  if (!fits) {
    throw new RangeError(
      `Cannot use extra negatives as their embeddings must be [count, ${dim}]: received ${
        given instanceof tf.Tensor ? describe(given.shape) : `${size} numbers`
      }`,
    );
  }
  if (size === 0) return undefined;
  const rows = given instanceof tf.Tensor ? given : tf.tensor2d(given, [size / dim, dim]);
  return stopGradient(rows, (x) => normalize ? normalizeRows(x as Tensor2D) : tf.clone(x as Tensor2D));
}

function extraLabels(extra: ExtraNegatives | undefined, count: number): ArrayLike<number> {
  if (extra?.labels === undefined) return new Float64Array(count);
  return integerLabels("labels of the extra negatives", extra.labels, count, "one per extra negative");
}
