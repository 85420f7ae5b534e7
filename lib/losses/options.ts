import { checkNumber, checkOneOf } from "../core/checks.ts";
import type { Hardening } from "../hardening/hardening.ts";

/** Which pairs count as positive: the anchor's other view, or every embedding of the anchor's label. */
export type Positives = "view" | "label";

/** Which pairs count as negative: all but the anchor and its other view, or those of another label. */
export type Negatives = "all" | "different-label";

/** What is averaged: all (anchor, positive) pairs alike, or first over each anchor's positives. */
export type Reduction = "pairs" | "anchors";

/** Options shared by every in-batch loss. */
export interface LossOptions {
  /** Temperature `T > 0` that divides the cosines. Default 0.5, as in the paper's code. */
  temperature?: number;
  /** Hardening function of the negatives. Default `exponential(1)` for the H- losses, none otherwise. */
  hardening?: Hardening;
  /** Default `"view"` for (H-)UCL and `"label"` for (H-)SCL. */
  positives?: Positives;
  /** Treat the hardening weights as constants in the gradient. Default `false`. */
  stopWeightGradient?: boolean;
  /**
   * `Q`, the weight of the mean over the negatives. Default `2·batch − 2`, as in the paper's code; `"count"`: the
   * anchor's own number of negatives, which makes the unhardened loss the classic InfoNCE sum.
   */
  negativeWeight?: number | "count";
  /** Default `"pairs"`. */
  reduction?: Reduction;
  /** Debiasing: assumed probability `τ⁺ ∈ [0, 1)` that a negative shares the anchor's class. Default 0, none. */
  tauPlus?: number;
  /** Scale the rows to unit norm first. Default `true`; `false` trusts the caller that they are. */
  normalize?: boolean;
}

/** Options of the general loss: which negatives, and the labels that choices by label need. */
export interface ContrastiveOptions extends LossOptions {
  /** Default `"different-label"` if labels are given, else `"all"`. */
  negatives?: Negatives;
  /** One integer per batch item, any range. */
  labels?: ArrayLike<number>;
}

/** Options with every default filled in and every value checked. */
export interface ResolvedOptions {
  temperature: number;
  hardening: Hardening | undefined;
  positives: Positives;
  negatives: Negatives;
  labels: ArrayLike<number> | undefined;
  stopWeightGradient: boolean;
  negativeWeight: number | "count";
  reduction: Reduction;
  tauPlus: number;
  normalize: boolean;
}

/** Fills in defaults and refuses values out of range, before any tensor is made. */
export function resolveOptions(options: ContrastiveOptions, batch: number): ResolvedOptions {
  const { labels } = options;
  const resolved: ResolvedOptions = {
    temperature: checkNumber("temperature", options.temperature ?? 0.5, { above: 0 }),
    hardening: options.hardening?.name === "none" ? undefined : options.hardening,
    positives: checkOneOf("positives", options.positives ?? "view", ["view", "label"]),
    negatives: checkOneOf("negatives", options.negatives ?? (labels ? "different-label" : "all"), [
      "all",
      "different-label",
    ]),
    labels,
    stopWeightGradient: options.stopWeightGradient ?? false,
    negativeWeight: options.negativeWeight === "count"
      ? "count"
      : checkNumber("negativeWeight", options.negativeWeight ?? Math.max(2 * batch - 2, 1), { above: 0 }),
    reduction: checkOneOf("reduction", options.reduction ?? "pairs", ["pairs", "anchors"]),
    tauPlus: checkNumber("tauPlus", options.tauPlus ?? 0, { min: 0, below: 1 }),
    normalize: options.normalize ?? true,
  };
  if (
    resolved.labels === undefined &&
    (resolved.positives === "label" || resolved.negatives === "different-label")
  ) {
    throw new TypeError(
      `Cannot choose ${
        resolved.positives === "label" ? "positives" : "negatives"
      } by label as labels are required: ` +
        "received none",
    );
  }
  if (labels !== undefined) {
    if (labels.length !== batch) {
      throw new RangeError(
        `Cannot use labels as there must be one per batch item (${batch}): received ${labels.length}`,
      );
    }
    for (let i = 0; i < batch; i++) {
      if (!Number.isInteger(labels[i])) {
        throw new TypeError(
          `Cannot use labels as each must be an integer: received ${labels[i]} at index ${i}`,
        );
      }
    }
  }
  return resolved;
}
