import type { Hardening } from "../hardening/hardening.ts";
import type { AnchorStatistics } from "./anchor_statistics.ts";
import type { Jackknife, PopulationInterval } from "./jackknife.ts";

/**
 * What became of a statement `lower ≤ upper` about every anchor of the given embeddings: it `holds` at each of them, it
 * `holds on average` only, or it `fails` even on average; `undefined` if it says something about none.
 */
export type Verdict = "holds" | "holds on average" | "fails" | "undefined";

/** A statement `lower ≤ upper` about every anchor, checked. */
export interface ClaimReport {
  /** The statement, e.g. `h_diff ≤ h_same`. */
  readonly statement: string;
  /** Name and parameters of the hardening function. */
  readonly hardening: Pick<Hardening, "name" | "parameters">;
  /** See {@linkcode Verdict}. */
  readonly verdict: Verdict;
  /** Share of the defined anchors that satisfy the statement, 0 … 1; `NaN` without any. */
  readonly share: number;
  /** Anchors at which both sides are defined. */
  readonly anchors: number;
  /** Anchors at which one is not; they count nowhere else. */
  readonly undefinedAnchors: number;
  /** Mean of the left side. */
  readonly lower: PopulationInterval;
  /** Mean of the right side. */
  readonly upper: PopulationInterval;
  /** Mean of the gaps. */
  readonly gap: PopulationInterval;
  /** `upper − lower` of each embedding, in the order of the embeddings; `NaN` where undefined. */
  readonly gaps: Float64Array;
  /** 1 for each embedding that satisfies the statement, 0 if it does not or the statement is undefined there. */
  readonly holdsAt: Uint8Array;
  /** How far below zero rounding alone can push a gap, as a share of the larger side. */
  readonly tolerance: number;
}

/** Two statements of which the first implies the second. */
export interface TheoremReport {
  /** Name and parameters of the hardening function. */
  readonly hardening: Pick<Hardening, "name" | "parameters">;
  /** What the theorem assumes. */
  readonly premise: ClaimReport;
  /** What it concludes. */
  readonly conclusion: ClaimReport;
  /** Anchors at which the premise holds and the conclusion does not; by the theorem none. */
  readonly exceptions: number;
}

/** The rounding of a gap, relative to its sides: of float64 sums, or of float32 cosines, of both sides and up to 2,048 dimensions. */
export function toleranceOf({ products, temperature }: AnchorStatistics): number {
  return products === "float64" ? 1e-12 : 4e-6 * Math.max(1, 1 / temperature);
}

/** A statement `lower ≤ upper`: both sides at every anchor, and what decides it there. */
export interface Statement {
  /** The statement in symbols. */
  words: string;
  lower: Float64Array;
  upper: Float64Array;
  /** `upper − lower`, to the last digits also where that is a small difference. */
  gaps: Float64Array;
  /** What rounding alone can take from a gap. */
  slack: Float64Array;
  /** 1 where it is satisfied. */
  holdsAt: Uint8Array;
}

/** `lower ≤ upper` of two means of `g`. */
export function meansStatement(
  words: string,
  lower: Float64Array,
  upper: Float64Array,
  tolerance: number,
): Statement {
  const gaps = upper.map((value, i) => value - lower[i]);
  const slack = upper.map((value, i) => tolerance * Math.max(Math.abs(value), Math.abs(lower[i])));
  return {
    words,
    lower,
    upper,
    gaps,
    slack,
    holdsAt: Uint8Array.from(gaps, (gap, i) => +(gap >= -slack[i])),
  };
}

/** One side of an order of losses of the same positives. */
export interface LossSide {
  /** The mean of `g` over the negatives, with which a loss grows. */
  h: Float64Array;
  loss: Float64Array;
  /** `∂ loss/∂ log h`. */
  slope: Float64Array;
}

// Nearer than this, the difference of two losses has fewer digits than that of their `h`.
const NEAR = 1e-3;

/**
 * `lower ≤ upper` of two losses. They are in the order of their `h`, which decides: in the losses a difference can be lost
 * to rounding.
 *
 * @param order the statement `h_lower ≤ h_upper`, or one that is equivalent to it
 * @param share that share of the gap of `order` is the one of the `h`; 1 if not given
 */
export function lossesStatement(
  words: string,
  lower: LossSide,
  upper: LossSide,
  order: Statement,
  share?: Float64Array,
): Statement {
  const slope = lower.slope.map((value, i) => (value + upper.slope[i]) / 2);
  const relative = (differences: Float64Array) =>
    differences.map((value, i) => value === 0 ? 0 : (share?.[i] ?? 1) * value / lower.h[i]);
  const steps = relative(order.gaps), slack = relative(order.slack).map((value, i) => value * slope[i]);
  const gaps = steps.map((step, i) =>
    Math.abs(step) < NEAR ? slope[i] * Math.log1p(step) : upper.loss[i] - lower.loss[i]
  );
  return {
    words,
    lower: lower.loss,
    upper: upper.loss,
    gaps,
    slack,
    holdsAt: order.holdsAt.map((holds, i) => Number.isNaN(gaps[i]) ? 0 : holds),
  };
}

/** Checks a statement at every anchor and on average. */
export function checkClaim<Name extends string>(
  { words, lower, upper, gaps, slack, holdsAt }: Statement,
  { name, parameters }: Hardening,
  leftOut: Jackknife<Name>,
  sides: { lower: Name; upper: Name },
  tolerance: number,
): ClaimReport {
  const defined = Int32Array.from(gaps.keys()).filter((i) => !Number.isNaN(gaps[i]));
  const mean = (values: Float64Array) => defined.reduce((sum, i) => sum + values[i], 0) / defined.length;
  const good = holdsAt.reduce((sum, holds) => sum + holds, 0), meanGap = mean(gaps);
  const weights = (lower: number, upper: number) =>
    ({ [sides.lower]: lower, [sides.upper]: upper }) as Partial<Record<Name, number>>;
  return {
    statement: words,
    hardening: { name, parameters },
    verdict: verdictOf(good, defined.length, meanGap >= -mean(slack)),
    share: good / defined.length,
    anchors: defined.length,
    undefinedAnchors: gaps.length - defined.length,
    lower: leftOut.interval(mean(lower), weights(1, 0)),
    upper: leftOut.interval(mean(upper), weights(0, 1)),
    gap: leftOut.interval(meanGap, weights(-1, 1)),
    gaps,
    holdsAt,
    tolerance,
  };
}

/** Verdict from how many of the defined anchors satisfy a statement, and whether it is true of the means. */
export function verdictOf(good: number, defined: number, onAverage: boolean): Verdict {
  if (defined === 0) return "undefined";
  if (good === defined) return "holds";
  return onAverage ? "holds on average" : "fails";
}

/** Joins a premise and a conclusion. */
export function theoremReport(premise: ClaimReport, conclusion: ClaimReport): TheoremReport {
  const exceptions =
    conclusion.gaps.filter((gap, i) =>
      !Number.isNaN(gap) && premise.holdsAt[i] === 1 && conclusion.holdsAt[i] === 0
    ).length;
  return { hardening: premise.hardening, premise, conclusion, exceptions };
}
