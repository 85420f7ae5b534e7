// @ts-types="npm:@types/d3-array@3.2.2"
import { quantileSorted } from "d3-array";
import { checkArray, checkObject, describe } from "../../core/checks.ts";
import type { Labels } from "../../core/labels.ts";
import type { TheoryCheck } from "../../theory/check_theory.ts";
import { claimByClass } from "../../theory/claim_by_class.ts";
import type { ClaimReport, Verdict } from "../../theory/claim.ts";
import type { NegativeKind } from "../../core/negative_kinds.ts";
import { hardeningLabels, hardeningTitle } from "./names.ts";

/** What a hardening function makes of embeddings. */
export interface TheoryRow {
  /** What sets the function apart, e.g. `β = 1`. */
  hardening: string;
  /** What became of Assumption 1. */
  verdict: Verdict;
  /** Quantiles over the anchors of the gap of Assumption 1, `h_same − h_diff`; absent where it is defined at none. */
  quantiles?: { q05: number; q25: number; q50: number; q75: number; q95: number };
  /** Share of the anchors that satisfy Assumption 1; `null` where it is defined at none. */
  share: number | null;
  /** Share of the anchors that fulfil the premise of Theorem 2; `null` where it is defined at none. */
  premiseShare: number | null;
  /** The four population losses; `null` where one is undefined. */
  losses: Record<NegativeKind, number | null>;
}

/** How the anchors of a class fare, one number per hardening function; `null` where it is defined at none. */
export interface TheoryClassRow {
  /** Name of the class. */
  name: string;
  /** Its embeddings. */
  count: number;
  /** Share of them that satisfy Assumption 1. */
  shares: (number | null)[];
  /** Mean gap of Assumption 1, `h_same − h_diff`. */
  meanGaps: (number | null)[];
  /** Share of them that fulfil the premise of Theorem 2. */
  premiseShares: (number | null)[];
}

/** What the theory's checks say of embeddings, as a picture needs it: plain data of a size that depends on the classes only. */
export interface TheoryRows {
  /** Embeddings. */
  count: number;
  /** `T`. */
  temperature: number;
  /** `Q`. */
  negativeWeight: number;
  /** The family of the hardening functions and the parameters that all have, e.g. `exponential hardening`. */
  family: string;
  /** One per hardening function. */
  rows: TheoryRow[];
  /** One per class, by label. */
  classes: TheoryClassRow[];
}

/**
 * The rows of {@linkcode theoryFigure}: quantiles, shares and losses of each hardening function, and how each class fares.
 *
 * @param check of {@linkcode checkTheory}
 * @param labels class of each embedding, those of the check
 * @param names of the classes, in the order of their labels; the labels themselves if not given
 * @throws {RangeError} if there is not one label per embedding, or not one name per class
 * @throws {TypeError} if a label is not an integer
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkTheory, figures } from "@hscl/hscl";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), labels = [0, 0, 1, 1];
 * const { rows, classes } = figures.theoryRows(await checkTheory(corners, 2, labels), labels, ["east", "north"]);
 * assertEquals([rows[0].hardening, rows[0].share], ["β = 1", 1]);
 * assertEquals(classes.map(({ name }) => name), ["east", "north"]);
 * ```
 */
export function theoryRows(check: TheoryCheck, labels: Labels, names?: readonly string[]): TheoryRows {
  checkObject("check", check);
  const { count, temperature, negativeWeight, assumption1, theorem2, losses } = check;
  const shown = hardeningLabels(assumption1.map(({ hardening }) => hardening));
  const own = assumption1.map((report) => claimByClass(report, labels));
  const premises = theorem2.map(({ premise }) => claimByClass(premise, labels));
  if (names !== undefined) {
    checkArray("names", names, "texts");
    if (names.length !== own[0].length) {
      throw new RangeError(
        `Cannot name ${own[0].length} classes as there must be as many names: received ${
          describe(names.length)
        }`,
      );
    }
  }
  const sizes = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    sizes.set(Number(labels[i]), (sizes.get(Number(labels[i])) ?? 0) + 1);
  }
  return {
    count,
    temperature,
    negativeWeight,
    family: hardeningTitle(assumption1.map(({ hardening }) => hardening)),
    rows: assumption1.map((report, h) => ({
      hardening: shown[h],
      verdict: report.verdict,
      ...quantilesOf(report),
      share: known(report.share),
      premiseShare: known(theorem2[h].premise.share),
      losses: {
        ucl: known(losses[h].ucl.mean),
        scl: known(losses[h].scl.mean),
        hucl: known(losses[h].hucl.mean),
        hscl: known(losses[h].hscl.mean),
      },
    })),
    classes: own[0].map(({ label }, c) => ({
      name: names?.[c] ?? `${label}`,
      count: sizes.get(label)!,
      shares: own.map((classes) => known(classes[c].share)),
      meanGaps: own.map((classes) => known(classes[c].meanGap)),
      premiseShares: premises.map((classes) => known(classes[c].share)),
    })),
  };
}

/** JSON has no `NaN`. */
function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function quantilesOf({ gaps }: ClaimReport): Pick<TheoryRow, "quantiles"> {
  const sorted = Array.from(gaps.filter((gap) => !Number.isNaN(gap)).sort());
  if (sorted.length === 0) return {};
  const [q05, q25, q50, q75, q95] = [0.05, 0.25, 0.5, 0.75, 0.95].map((share) =>
    quantileSorted(sorted, share)!
  );
  return { quantiles: { q05, q25, q50, q75, q95 } };
}
