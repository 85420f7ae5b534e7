import { checkArray, checkObject, describe } from "../core/checks.ts";
import type { Displayable } from "./display.ts";
import { type Row, table } from "./table.ts";

/** A checked statement `lower ≤ upper`, as the theory checks report it. */
export interface Claim {
  /** The statement, e.g. `h_diff ≤ h_same`. */
  readonly statement: string;
  /** Name and parameters of the hardening function. */
  readonly hardening: { readonly name: string; readonly parameters: Readonly<Record<string, number>> };
  /** What became of it. */
  readonly verdict: string;
  /** Share of anchors that satisfy it, 0 … 1. */
  readonly share: number;
  /** Mean of the left side. */
  readonly lower: { readonly mean: number };
  /** Mean of the right side. */
  readonly upper: { readonly mean: number };
  /** Mean of the gaps, and its interval for the distribution of the embeddings. */
  readonly gap: { readonly mean: number; readonly low: number; readonly high: number };
}

/**
 * Reports of theory checks as a table: both sides, the gap, the share of anchors and the verdict, exact on the given
 * embeddings; and the 95 % interval of the gap for the distribution that they were drawn from.
 *
 * @param reports a list, or several named lists, whose names become the first column
 * @throws {TypeError} if one is no report
 * @throws {RangeError} if there are none
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { anchorStatistics, assumption1, notebook } from "@hscl/hscl";
 * const reports = assumption1(await anchorStatistics(Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), 2, [0, 0, 1, 1]));
 * const shown = notebook.claims(reports);
 * assert(String(shown[notebook.jupyterDisplay]()["text/plain"]).endsWith("holds"));
 * ```
 */
export function claims(reports: readonly Claim[] | Readonly<Record<string, readonly Claim[]>>): Displayable {
  if (isList(reports)) return table(reports.map(row));
  checkObject("reports", reports);
  return table(
    Object.entries(reports).flatMap(([name, each]) => {
      checkArray(name, each, "reports");
      return each.map((claim) => ({ "": name, ...row(claim) }));
    }),
  );
}

// Array.isArray does not tell a read-only array from an object.
function isList(reports: Parameters<typeof claims>[0]): reports is readonly Claim[] {
  return Array.isArray(reports);
}

function row(claim: Claim): Row {
  const { statement, hardening, verdict, share, lower, upper, gap } = claim ?? {};
  if (
    ![hardening?.parameters, lower, upper, gap].every((part) => typeof part === "object" && part !== null)
  ) {
    throw new TypeError(
      `Cannot show claims as each must be a report of a theory check: received ${describe(claim)}`,
    );
  }
  const parameters = Object.entries(hardening.parameters).map(([name, value]) => `${name} ${value}`);
  return {
    statement,
    hardening: [hardening.name, ...parameters].join(" "),
    left: lower.mean,
    right: upper.mean,
    gap: gap.mean,
    "distribution, 95 % from": gap.low,
    to: gap.high,
    "anchors (%)": 100 * share,
    verdict,
  };
}
