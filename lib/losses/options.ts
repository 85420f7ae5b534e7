import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions } from "../core/checks.ts";
import { integerLabels, type Labels } from "../core/labels.ts";
import { checkRandom, type Random } from "../core/random.ts";
import type { Tensor2D } from "../core/tensors.ts";
import { checkHardening, type Hardening } from "../hardening/hardening.ts";
import { LARGEST_EXPONENT } from "./negatives.ts";

/** Which pairs count as positive: the item's other views, or every embedding of the anchor's label. */
export type Positives = "view" | "label";

/**
 * Which pairs count as negative: all but the anchor's own item; those of another label; or all others, the positives
 * included. The last ones are the whole denominator then, to which the positive is not added once more.
 */
export type Negatives = "all" | "different-label" | "others";

/**
 * What is averaged: all (anchor, positive) pairs alike, or first over each anchor's positives, or anchors only, with the
 * mean of `e^{s_ip}` over their positives inside the logarithm.
 */
export type Reduction = "pairs" | "anchors" | "inside";

/** The function of `s(x,x⁻) − s(x,x⁺)`: InfoNCE's `log(1 + Q·mean of exp)`, or the mean of `max(0, margin + ·)`. */
export type Psi = "infoNce" | "hinge";

/** Options of every loss, in a batch or of explicit negatives. */
export interface ScoreOptions {
  /** Temperature `T`, at least 1e-16, that divides the cosines. Default 0.5, as in the paper's code. */
  temperature?: number;
  /**
   * Hardening function of the negatives. Default `exponential(1)` for the H- losses, none otherwise. Where `η` is zero for
   * all negatives of an anchor, as a threshold above every cosine makes it, the hardest ones share the weight. Where it is not
   * zero, `|log η|` must be at most 1e16 at this temperature.
   */
  hardening?: Hardening;
  /** Treat the hardening weights as constants in the gradient. Default `false`. */
  stopWeightGradient?: boolean;
  /**
   * `Q`, the weight of the mean over the negatives in InfoNCE. `"count"`: the anchor's own number of negatives, which
   * makes the unhardened loss the classic sum. Default in a batch the number of embeddings of other items, `2·batch − 2`
   * for two views as in the paper's code, `batch − 1` for one; `"count"` for explicit negatives, and where the negatives are all `"others"`.
   */
  negativeWeight?: number | "count";
  /** Debiasing of InfoNCE: assumed probability `τ⁺ ∈ [0, 1)` that a negative shares the anchor's class. Default 0, none. */
  tauPlus?: number;
  /** Scale the rows to unit norm first. Default `true`; `false` trusts the caller that they are. */
  normalize?: boolean;
  /** Default `"infoNce"`. */
  psi?: Psi;
  /** Of the hinge, from 0 to 1e16, in units of `s = cosine/T`. Default 1. */
  margin?: number;
}

/** Options shared by every in-batch loss. */
export interface LossOptions extends ScoreOptions {
  /** Default `"view"` for (H-)UCL and `"label"` for (H-)SCL. */
  positives?: Positives;
  /** Default `"pairs"`. */
  reduction?: Reduction;
  /** Embeddings besides the batch that are negatives of every anchor, such as those of a {@linkcode MemoryBank}. */
  extraNegatives?: ExtraNegatives;
  /**
   * Draws negatives of each anchor from those that it has in the batch and among the extra ones, in place of the mean over
   * all. Not for negatives that hold the positives (`"others"`). Default none.
   */
  sampledNegatives?: SampledNegatives;
  /**
   * Most pairs of an embedding and a candidate that are in memory at once, from 1 on; at least those of 64 embeddings. The value and
   * the gradient are the same up to rounding. Default all up to 2²⁴, and of more 2²³. A loss
   * that is one kernel, see {@linkcode contrastiveLoss}, holds fewer in any case.
   */
  pairsAtOnce?: number;
}

/**
 * How many negatives each anchor draws, with replacement, with a probability that goes by η, or equal without hardening;
 * `η` is spent then, and the loss is that of these `count` negatives alike:
 *
 * `loss_ip = −log( e^{s_ip} / ( e^{s_ip} + Q/count · Σ_{j drawn} e^{s_ij} ) )`, `P(j) = η(u_ij) / Σ_{k ∈ N(i)} η(u_ik)`
 *
 * The draws are constants of the gradient. Probabilities are rounded to 2⁻²³. With `negativeWeight: "count"`, `Q` is `count`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { exponential, hsclLoss, initBackend, Random } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const view1 = tf.tensor2d([[1, 0], [0, 1], [-1, 0]]), view2 = tf.tensor2d([[1, 0.2], [0.2, 1], [-1, 0.2]]);
 * const lossOf = async (seed: number) => {
 *   const sampledNegatives = { count: 16, random: new Random(seed).child("negatives") };
 *   const options = { hardening: exponential(1), sampledNegatives };
 *   return (await hsclLoss(view1, view2, [0, 1, 2], options).data())[0];
 * };
 * assertEquals(await lossOf(0), await lossOf(0));
 * assert(await lossOf(0) !== await lossOf(1));
 * ```
 */
export interface SampledNegatives {
  /** Draws of each anchor, from 1 to 2²⁴ − 1. */
  readonly count: number;
  /** Stream of the draws; each loss takes the next `count` numbers for each embedding of the views. */
  readonly random: Random;
}

/**
 * Negatives besides the batch, as {@linkcode MemoryBank.view} gives them; no gradient flows into them. Where negatives go
 * by label, those of the anchor's label do not count; otherwise all do. They change no default, so a bank that holds just
 * the batch leaves a loss by label as it is.
 */
export interface ExtraNegatives {
  /** Row-major `[count, dim]`, or a tensor of that shape. */
  readonly embeddings: ArrayLike<number> | Tensor2D;
  /** One integer per row, needed where negatives go by label. */
  readonly labels?: Labels;
}

/** Options of the general loss: which negatives, and the labels that choices by label need. */
export interface ContrastiveOptions extends LossOptions {
  /** Default `"different-label"` if labels are given, else `"all"`. */
  negatives?: Negatives;
  /** One integer per batch item, any range. */
  labels?: Labels;
}

/** The names of {@linkcode ScoreOptions}. */
export const SCORE_OPTIONS = {
  temperature: true,
  hardening: true,
  stopWeightGradient: true,
  negativeWeight: true,
  tauPlus: true,
  normalize: true,
  psi: true,
  margin: true,
} as const;

/** The names of {@linkcode LossOptions}. */
export const LOSS_OPTIONS = {
  ...SCORE_OPTIONS,
  positives: true,
  reduction: true,
  extraNegatives: true,
  sampledNegatives: true,
  pairsAtOnce: true,
} as const;

/** The names of {@linkcode ContrastiveOptions}. */
export const CONTRASTIVE_OPTIONS = { ...LOSS_OPTIONS, negatives: true, labels: true } as const;

/** {@linkcode ScoreOptions} with every default filled in and every value checked. */
export interface ResolvedScore {
  temperature: number;
  hardening: Hardening | undefined;
  stopWeightGradient: boolean;
  negativeWeight: number | "count";
  tauPlus: number;
  normalize: boolean;
  psi: Psi;
  margin: number;
  /** Whether the positive is already among the negatives. */
  positiveIncluded: boolean;
  /** Whether the mean over an anchor's positives is taken inside the logarithm. */
  meanInside: boolean;
}

/** {@linkcode ContrastiveOptions} with every default filled in and every value checked. */
export interface ResolvedOptions extends ResolvedScore {
  positives: Positives;
  negatives: Negatives;
  reduction: Reduction;
  labels: ArrayLike<number> | undefined;
  extraNegatives: ExtraNegatives | undefined;
  sampledNegatives: SampledNegatives | undefined;
  pairsAtOnce: number | undefined;
}

/** Fills in defaults and refuses values out of range, before any tensor is made. */
export function resolveOptions(options: ContrastiveOptions, batch: number, views: number): ResolvedOptions {
  const { labels, extraNegatives, sampledNegatives } = checkOptions(options, CONTRASTIVE_OPTIONS);
  const positives = checkOneOf("positives", options.positives ?? "view", ["view", "label"]);
  const negatives = checkOneOf(
    "negatives",
    options.negatives ?? (labels === undefined ? "all" : "different-label"),
    ["all", "different-label", "others"],
  );
  if (views === 1 && positives === "view") {
    throw new RangeError(
      "Cannot compute the loss as there must be at least two views, or positives by label: received one view",
    );
  }
  const reduction = checkOneOf("reduction", options.reduction ?? "pairs", ["pairs", "anchors", "inside"]);
  const score = resolveScore(options, {
    negativeWeight: negatives === "others" ? "count" : Math.max(views * (batch - 1), 1),
    positiveIncluded: negatives === "others",
    meanInside: reduction === "inside",
  });
  const byLabel = positives === "label"
    ? "positives"
    : negatives === "different-label"
    ? "negatives"
    : undefined;
  if (byLabel && labels === undefined) {
    throw new TypeError(`Cannot choose ${byLabel} by label as labels are required: received none`);
  }
  if (extraNegatives && negatives === "different-label" && extraNegatives.labels === undefined) {
    throw new TypeError(
      "Cannot choose negatives by label as labels of the extra negatives are required: received none",
    );
  }
  if (sampledNegatives !== undefined) checkSampled(sampledNegatives, negatives);
  return {
    ...score,
    positives,
    negatives,
    reduction,
    labels: labels === undefined ? undefined : integerLabels("labels", labels, batch, "one per batch item"),
    extraNegatives,
    sampledNegatives,
    pairsAtOnce: options.pairsAtOnce === undefined
      ? undefined
      : checkInteger("pairsAtOnce", options.pairsAtOnce, { min: 1 }),
  };
}

/** Below this, float32 counts draws exactly. */
const MOST_DRAWS = 2 ** 24 - 1;

function checkSampled(sampled: SampledNegatives, negatives: Negatives): void {
  checkOptions(sampled, { count: true, random: true });
  checkInteger("count of the sampled negatives", sampled.count, { min: 1, max: MOST_DRAWS });
  checkRandom("random of the sampled negatives", sampled.random);
  if (negatives !== "others") return;
  throw new RangeError(
    `Cannot sample negatives as they must not hold the positives: received sampledNegatives with negatives "others"`,
  );
}

/** The part of {@linkcode resolveOptions} that explicit negatives share. */
export function resolveScore(
  options: ScoreOptions,
  { negativeWeight, positiveIncluded, meanInside }: Pick<
    ResolvedScore,
    "negativeWeight" | "positiveIncluded" | "meanInside"
  >,
): ResolvedScore {
  const { hardening } = options;
  if (hardening) checkHardening("hardening", hardening);
  const score: ResolvedScore = {
    temperature: checkNumber("temperature", options.temperature ?? 0.5, { min: 1 / LARGEST_EXPONENT }),
    hardening,
    stopWeightGradient: checkBoolean("stopWeightGradient", options.stopWeightGradient ?? false),
    negativeWeight: options.negativeWeight === "count"
      ? "count"
      : options.negativeWeight === undefined
      ? negativeWeight
      : checkNumber("negativeWeight", options.negativeWeight, { above: 0 }),
    tauPlus: checkNumber("tauPlus", options.tauPlus ?? 0, { min: 0, below: 1 }),
    normalize: checkBoolean("normalize", options.normalize ?? true),
    psi: checkOneOf("psi", options.psi ?? "infoNce", ["infoNce", "hinge"]),
    margin: checkNumber("margin", options.margin ?? 1, { min: 0, max: LARGEST_EXPONENT }),
    positiveIncluded,
    meanInside,
  };
  if (score.hardening) checkExponents(score.hardening, score.temperature);
  if (score.tauPlus > 0 && positiveIncluded) {
    throw new RangeError(
      `Cannot debias as the negatives must not hold the positives: received tauPlus ${score.tauPlus} with ` +
        `negatives "others"`,
    );
  }
  if (score.psi === "hinge" && (score.tauPlus > 0 || positiveIncluded || meanInside)) {
    throw new RangeError(
      "Cannot use the hinge as it takes pairs of a positive and a negative: received " +
        (score.tauPlus > 0
          ? `tauPlus ${score.tauPlus}`
          : positiveIncluded
          ? 'negatives "others"'
          : 'reduction "inside"'),
    );
  }
  return score;
}

/** `log η` does not decrease, so its ends tell how large it gets. */
function checkExponents({ name, logEtaAt }: Hardening, temperature: number): void {
  for (const cosine of [-1, 1]) {
    const logEta = logEtaAt(cosine, temperature);
    if (logEta === -Infinity || Math.abs(logEta) <= LARGEST_EXPONENT) continue;
    throw new RangeError(
      `Cannot use ${name} hardening at temperature ${temperature} as |log η| must be at most ${LARGEST_EXPONENT}: ` +
        `received ${logEta} at cosine ${cosine}`,
    );
  }
}
