import { negativeKinds } from "../../core/negative_kinds.ts";
import type { Labels } from "../../core/labels.ts";
import type { TheoryCheck } from "../../theory/check_theory.ts";
import type { ClaimReport } from "../../theory/claim.ts";
import { isDoubtful, type PopulationInterval } from "../../theory/jackknife.ts";
import type { FigureDetail } from "../record.ts";
import { lossStyles } from "../loss_styles.ts";
import { shares } from "../words.ts";
import { hardeningLabels, hardeningTitle } from "./names.ts";
import { type TheoryRows, theoryRows } from "./rows.ts";
import { claimRule, slopeRule } from "./rules.ts";

const DOUBT = " ?";
const doubtLegend =
  "?: too few embeddings for so strong a hardening at this temperature; the interval may well miss.";

/**
 * The numbers of the checks as tables of text, each with a legend: the losses, the claims, the classes in which Assumption 1 holds
 * least often, the limit of many negatives, and the spectrum of the class means.
 *
 * @param check of {@linkcode checkTheory}
 * @param labels class of each embedding, those of the check
 * @param names of the classes, in the order of their labels; the labels themselves if not given
 * @returns tables with their header first, at most 100 characters wide in aligned columns with two spaces between them
 * @throws {RangeError} if there is not one label per embedding, or not one name per class
 * @throws {TypeError} if a label is not an integer
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkTheory, figures } from "@hscl/hscl";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), labels = [0, 0, 1, 1];
 * const [{ table }] = figures.theoryTables(await checkTheory(corners, 2, labels), labels);
 * assertEquals(table[0], ["", "UCL", "SCL", "H-UCL", "H-SCL", "anchors"]);
 * ```
 */
export function theoryTables(check: TheoryCheck, labels: Labels, names?: readonly string[]): FigureDetail[] {
  const shown = hardeningLabels(check.assumption1.map(({ hardening }) => hardening));
  const family = hardeningTitle(check.assumption1.map(({ hardening }) => hardening));
  return [
    lossTable(check, shown, family),
    ...claimTables(check, shown),
    classTable(theoryRows(check, labels, names)),
    convergenceTable(check, shown),
    spectrumTable(check),
  ];
}

function lossTable(
  { losses, temperature, negativeWeight }: TheoryCheck,
  shown: readonly string[],
  family: string,
): FigureDetail {
  const undefinedAnchors = losses.some(({ undefinedAnchors }) => undefinedAnchors > 0);
  return {
    title: `Population losses with ${family}, T = ${temperature}, Q = ${short(negativeWeight)}`,
    note:
      "Exact on these embeddings: the limits of the losses for many negatives, as means over the anchors.",
    table: [
      ["", "UCL", "SCL", "H-UCL", "H-SCL", "anchors", ...(undefinedAnchors ? ["undefined"] : [])],
      ...losses.map(({ ucl, scl, hucl, hscl, anchors, ...each }, h) => [
        shown[h],
        ...[ucl, scl, hucl, hscl].map(({ mean }) => short(mean)),
        `${anchors}`,
        ...(undefinedAnchors ? [`${each.undefinedAnchors}`] : []),
      ]),
    ],
  };
}

function claimTables(check: TheoryCheck, shown: readonly string[]): FigureDetail[] {
  const { assumption1, theorem1, theorem2, harris } = check;
  const claims: [title: string, reports: ClaimReport[]][] = [
    ["Assumption 1", [...assumption1]],
    ["Theorem 1, conclusion", theorem1.map(({ conclusion }) => conclusion)],
    ["Theorem 2, premise", theorem2.map(({ premise }) => premise)],
    ["Theorem 2, conclusion", theorem2.map(({ conclusion }) => conclusion)],
    ["Harris", harris.map(({ ucl }) => ucl)],
    ["Harris", harris.map(({ scl }) => scl)],
  ];
  const reports = claims.flatMap(([, reports]) => reports);
  const legend =
    "left, right, gap, anchors and verdict: exact, on these embeddings; gap: right minus left; in brackets: 95 % " +
    "interval of its mean for the distribution that they were drawn from, by leaving out one embedding at a time. " +
    `anchors: how many satisfy the statement. ${claimRule(check)}` +
    (reports.some(({ gap }) => isDoubtful(gap)) ? ` ${doubtLegend}` : "");
  return claims.map(([title, own], at) => ({
    title: `${title}: ${own[0].statement}`,
    note: at === claims.length - 1 ? legend : "",
    table: claimTable(own, shown),
  }));
}

function claimTable(reports: readonly ClaimReport[], shown: readonly string[]): string[][] {
  const anyUndefined = reports.some(({ undefinedAnchors }) => undefinedAnchors > 0);
  return [
    ["", "left", "right", "gap", "anchors", ...(anyUndefined ? ["undefined"] : []), "verdict"],
    ...reports.map(({ lower, upper, gap, share, undefinedAnchors, verdict }, h) => [
      shown[h],
      short(lower.mean),
      short(upper.mean),
      `${withInterval(gap)}${isDoubtful(gap) ? DOUBT : ""}`,
      Number.isNaN(share) ? "–" : shares([share]),
      ...(anyUndefined ? [`${undefinedAnchors}`] : []),
      verdict,
    ]),
  ];
}

// The others are in what a program reads.
const MOST_CLASSES = 5;

function classTable({ rows, classes }: TheoryRows): FigureDetail {
  const worst = rows.flatMap(({ hardening }, h) =>
    classes.filter(({ shares }) => shares[h] !== null)
      .sort((a, b) => a.shares[h]! - b.shares[h]! || a.meanGaps[h]! - b.meanGaps[h]!)
      .slice(0, MOST_CLASSES)
      .map(({ name, count, shares: own, meanGaps }) => [
        hardening,
        cut(name),
        `${count}`,
        shares([own[h]!]),
        short(meanGaps[h]!),
      ])
  );
  return {
    title: classes.length > MOST_CLASSES
      ? `Assumption 1 in the ${MOST_CLASSES} classes where it holds least often, of ${classes.length}`
      : "Assumption 1 in each class",
    note:
      "holds: share of the anchors of the class; mean gap: h_same − h_diff over them, below 0 where the class fails.",
    table: [["", "class", "embeddings", "holds", "mean gap"], ...worst],
  };
}

function cut(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}

function convergenceTable({ convergence }: TheoryCheck, shown: readonly string[]): FigureDetail {
  const [{ negatives }] = convergence,
    hardened = convergence.filter(({ loss }) => negativeKinds[loss].hardened);
  return {
    title: "Limit of many negatives: gap between the loss with k of them and its limit",
    note: `slope: of log gap on log k; in brackets: 95 % over the sampled anchors. ${slopeRule}`,
    table: [
      ["", "", "slope", `gap at k = ${negatives[0]}`, `at k = ${negatives.at(-1)}`, "verdict"],
      ...convergence.map((report) => [
        lossStyles[report.loss].name,
        hardened.includes(report) ? shown[Math.floor(hardened.indexOf(report) / 2)] : "",
        withInterval(report.slope),
        ...[report.meanGaps[0], report.meanGaps.at(-1)!].map(({ mean }) => short(mean)),
        report.verdict,
      ]),
    ],
  };
}

// So many fit in a line.
const IN_A_ROW = 10, MOST_VALUES = 20;

function spectrumTable({ geometry: { logSpectrum } }: TheoryCheck): FigureDetail {
  const values = Array.from(
    logSpectrum.subarray(0, MOST_VALUES),
    (value) => value.toFixed(1).replace("-", "−"),
  );
  const columns = Math.min(IN_A_ROW, values.length);
  const rows = Array.from({ length: Math.ceil(values.length / IN_A_ROW) }, (_, row) => [
    row === 0 ? "" : `${row * IN_A_ROW} +`,
    ...Array.from({ length: columns }, (_, i) => values[row * IN_A_ROW + i] ?? ""),
  ]);
  return {
    title: `Spectrum of the class means, log₁₀${
      logSpectrum.length > MOST_VALUES ? `: the ${MOST_VALUES} largest of ${logSpectrum.length}` : ""
    }`,
    note:
      "Equal values for all classes but one: neural collapse; values that fall off: dimensional collapse.",
    table: [["", ...Array.from({ length: columns }, (_, i) => `${i + 1}`)], ...rows],
  };
}

function withInterval({ mean, low, high }: PopulationInterval): string {
  return `${short(mean)} (${short(low)} … ${short(high)})`;
}

/** Four digits. */
function short(value: number): string {
  if (Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  const text = value !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
  return text.replace("-", "−");
}
