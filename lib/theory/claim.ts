import type { Hardening } from "../hardening/hardening.ts";
import type { AnchorStatistics } from "./anchor_statistics.ts";
import { type BootstrapInterval, bootstrapMeans, type BootstrapOptions } from "./bootstrap.ts";

/**
 * What became of a statement `lower ≤ upper` about every anchor: it `holds` at each of them, it `holds on average` only,
 * or it `fails` even on average; `undefined` if it says something about none.
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
  readonly lower: BootstrapInterval;
  /** Mean of the right side. */
  readonly upper: BootstrapInterval;
  /** Mean of the gaps. */
  readonly gap: BootstrapInterval;
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

/** The rounding of a gap, relative to its sides: of float64 sums, or of float32 cosines and exponentials. */
export function toleranceOf({ products, temperature }: AnchorStatistics): number {
  return products === "float64" ? 1e-12 : 1e-6 * Math.max(1, 1 / temperature);
}

function satisfied(lower: number, upper: number, tolerance: number): boolean {
  return upper - lower >= -tolerance * Math.max(Math.abs(lower), Math.abs(upper));
}

/** Checks `lower ≤ upper` at every anchor and on average. */
export function checkClaim(
  statement: string,
  { name, parameters }: Hardening,
  lower: Float64Array,
  upper: Float64Array,
  tolerance: number,
  options: BootstrapOptions,
): ClaimReport {
  const gaps = upper.map((value, i) => value - lower[i]);
  const defined = Int32Array.from(gaps.keys()).filter((i) => !Number.isNaN(gaps[i]));
  const at = (values: Float64Array) => Float64Array.from(defined, (i) => values[i]);
  const [lowerMean, upperMean, gapMean] = bootstrapMeans([lower, upper, gaps].map(at), options);
  const holdsAt = Uint8Array.from(gaps, (_, i) => satisfied(lower[i], upper[i], tolerance) ? 1 : 0);
  const good = holdsAt.reduce((sum, holds) => sum + holds, 0);
  return {
    statement,
    hardening: { name, parameters },
    verdict: verdictOf(good, defined.length, satisfied(lowerMean.mean, upperMean.mean, tolerance)),
    share: good / defined.length,
    anchors: defined.length,
    undefinedAnchors: gaps.length - defined.length,
    lower: lowerMean,
    upper: upperMean,
    gap: gapMean,
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
