import { checkObject } from "../../core/checks.ts";
import { type NegativeKind, negativeKinds } from "../../core/negative_kinds.ts";
import type { Labels } from "../../core/labels.ts";
import { SLOPE_TOLERANCE } from "../../core/slope.ts";
import type { TheoryCheck } from "../../theory/check_theory.ts";
import type { ClaimReport, TheoremReport, Verdict } from "../../theory/claim.ts";
import type { ConvergenceReport } from "../../theory/convergence.ts";
import { distinct } from "../rows.ts";
import { lossStyles } from "../loss_styles.ts";
import { digits, list, shares, thousandths } from "../words.ts";
import { classesSentence } from "./classes_sentence.ts";
import { hardeningLabels, labelList } from "./names.ts";
import { theoryRows } from "./rows.ts";
import { claimRule, slopeRule, theoremRule } from "./rules.ts";

/** What became of a claim, in words. */
export interface TheorySentence {
  /** Which one. */
  readonly claim:
    | "assumption1"
    | "classes"
    | "theorem1"
    | "theorem2"
    | "harris"
    | "convergence"
    | "geometry";
  /** The verdict, where the claim has one: the weakest over the hardening functions. */
  readonly verdict?: Verdict | "not decided";
  /** One plain sentence. */
  readonly sentence: string;
  /** By which rule the verdict was reached, in whole sentences; empty where there is no verdict. */
  readonly rule: string;
}

/**
 * What the checks say, a plain sentence for each claim, with the rule behind each verdict.
 *
 * @param check of {@linkcode checkTheory}
 * @param labels class of each embedding, those of the check
 * @param names of the classes, in the order of their labels; the labels themselves if not given
 * @returns Assumption 1, in which classes it fails, both theorems, Harris' inequality, the limit of many negatives, and the
 * geometry of the class means
 * @throws {RangeError} if there is not one label per embedding, or not one name per class
 * @throws {TypeError} if a label is not an integer
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkTheory, figures } from "@hscl/hscl";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), labels = [0, 0, 1, 1];
 * const [{ sentence, verdict }] = figures.theorySentences(await checkTheory(corners, 2, labels), labels);
 * assertEquals(sentence, "Assumption 1 holds for all 4 anchors at β = 1.");
 * assertEquals(verdict, "holds");
 * ```
 */
export function theorySentences(
  check: TheoryCheck,
  labels: Labels,
  names?: readonly string[],
): TheorySentence[] {
  checkObject("check", check);
  const shown = hardeningLabels(check.assumption1.map(({ hardening }) => hardening));
  return [
    assumptionSentence(check, shown),
    { claim: "classes", sentence: classesSentence(theoryRows(check, labels, names)), rule: "" },
    theorem1Sentence(check, shown),
    theorem2Sentence(check, shown),
    harrisSentence(check, shown),
    convergenceSentence(check, shown),
    geometrySentence(check),
  ];
}

const weakestFirst: readonly Verdict[] = ["fails", "holds on average", "holds", "undefined"];

function weakest(verdicts: readonly Verdict[]): Verdict {
  return weakestFirst.find((verdict) => verdicts.includes(verdict))!;
}

function placesWith<T>(items: readonly T[], wanted: (item: T) => boolean): number[] {
  return [...items.keys()].filter((place) => wanted(items[place]));
}

/** A text for each of several functions: `97.7 % at β = 0.5 and 94.1 % at β = 1 and 5`. */
function each(places: readonly number[], shown: readonly string[], textOf: (h: number) => string): string {
  return list(
    distinct(places.map(textOf)).map((text) =>
      `${text} at ${labelList(places.filter((h) => textOf(h) === text).map((h) => shown[h]))}`
    ),
  );
}

/** `97.7 % of anchors at β = 0.5, 94.1 % at β = 1 and all 1000 anchors at β = 5`. */
function sharesAt(
  places: readonly number[],
  shown: readonly string[],
  reports: readonly ClaimReport[],
): string {
  let isFirst = true;
  return each(places, shown, (h) => shareText(reports[h]))
    .replaceAll(OF_ANCHORS, (text) => isFirst ? (isFirst = false, text) : "");
}

const OF_ANCHORS = " of anchors";

function shareText({ share, anchors }: ClaimReport): string {
  if (share === 0) return "no anchor";
  return share === 1 ? `all ${anchors} anchors` : `${shares([share])}${OF_ANCHORS}`;
}

function assumptionSentence(check: TheoryCheck, shown: readonly string[]): TheorySentence {
  const { assumption1 } = check, isDefined = ({ verdict }: ClaimReport) => verdict !== "undefined";
  const defined = placesWith(assumption1, isDefined);
  const none = placesWith(assumption1, (report) => !isDefined(report));
  const parts = [
    ...(defined.length > 0 ? [`holds for ${sharesAt(defined, shown, assumption1)}`] : []),
    ...(none.length > 0 ? [`does not apply at ${labelList(none.map((h) => shown[h]))}`] : []),
  ];
  return {
    claim: "assumption1",
    verdict: weakest(assumption1.map(({ verdict }) => verdict)),
    sentence: `Assumption 1 ${list(parts)}${onAverage(assumption1, shown)}.`,
    rule: claimRule(check),
  };
}

/** What became of the mean, where the statement does not hold at every anchor. */
function onAverage(reports: readonly ClaimReport[], shown: readonly string[]): string {
  const holding = placesWith(reports, ({ verdict }) => verdict === "holds on average");
  const failing = placesWith(reports, ({ verdict }) => verdict === "fails");
  if (holding.length === 0) return failing.length === 0 ? "" : "; on average it fails";
  if (failing.length === 0) return "; on average it holds";
  const at = (places: readonly number[]) => labelList(places.map((h) => shown[h]));
  return `; on average it holds at ${at(holding)} and fails at ${at(failing)}`;
}

/** How often the conclusion of a theorem fails where its premise holds. */
function theoremVerdict(reports: readonly TheoremReport[]): Verdict {
  if (reports.some(({ exceptions }) => exceptions > 0)) return "fails";
  return reports.some(({ premise }) => premise.share > 0) ? "holds" : "undefined";
}

function exceptionText(reports: readonly TheoremReport[], shown: readonly string[]): string {
  const broken = placesWith(reports, ({ exceptions }) => exceptions > 0);
  return `is contradicted at ${
    each(broken, shown, (h) => `${reports[h].exceptions} anchors`)
  }, a fault of the computation`;
}

/** `lower` against `upper`, as means over the anchors: `below it by 0.06 at β = 0.5`. */
function meanOrder(reports: readonly TheoremReport[], shown: readonly string[]): string {
  const known = placesWith(reports, ({ conclusion }) => !Number.isNaN(conclusion.gap.mean));
  if (known.length === 0) return "undefined";
  return each(known, shown, (h) => {
    const { mean } = reports[h].conclusion.gap, by = digits(Math.abs(mean));
    return mean === 0 ? "equal to it" : `${by} ${mean > 0 ? "below" : "above"} it`;
  });
}

function theorem1Sentence({ theorem1 }: TheoryCheck, shown: readonly string[]): TheorySentence {
  const verdict = theoremVerdict(theorem1);
  const order = `averaged over all anchors H-SCL is ${meanOrder(theorem1, shown)}`;
  const result = verdict === "holds"
    ? "holds: at every anchor with Assumption 1 the H-SCL loss is at or below the H-UCL loss"
    : verdict === "fails"
    ? exceptionText(theorem1, shown)
    : "is not tested, as no anchor has Assumption 1";
  return { claim: "theorem1", verdict, sentence: `Theorem 1 ${result}; ${order}.`, rule: theoremRule };
}

function theorem2Sentence({ theorem2 }: TheoryCheck, shown: readonly string[]): TheorySentence {
  const verdict = theoremVerdict(theorem2);
  const order = `averaged over all anchors UCL is ${meanOrder(theorem2, shown)}`;
  const defined = placesWith(theorem2, ({ premise }) => premise.anchors > 0);
  const premise = sharesAt(defined, shown, theorem2.map(({ premise }) => premise));
  const result = verdict === "holds"
    ? `holds: its premise is met by ${premise}, and there the UCL loss is at or below the H-SCL loss`
    : verdict === "fails"
    ? exceptionText(theorem2, shown)
    : "is not tested, as no anchor has its premise";
  return { claim: "theorem2", verdict, sentence: `Theorem 2 ${result}; ${order}.`, rule: theoremRule };
}

function harrisSentence(check: TheoryCheck, shown: readonly string[]): TheorySentence {
  const reports = check.harris.flatMap(({ ucl, scl }, h) =>
    [ucl, scl].map((report) => ({ report, shown: shown[h] }))
  );
  const verdict = weakest(reports.map(({ report }) => report.verdict));
  const broken = reports.filter(({ report }) => report.share < 1);
  const sentence = broken.length > 0
    ? `Hardening lowers a loss somewhere, against Harris' inequality: ${
      list(
        broken.map(({ report, shown }) => `${report.statement} holds for ${shareText(report)} at ${shown}`),
      )
    }; so η decreases somewhere`
    : verdict === "undefined"
    ? "Harris' inequality says nothing here, as no anchor has all losses"
    : "Hardening lowers no loss (Harris' inequality): UCL ≤ H-UCL and SCL ≤ H-SCL hold at every anchor";
  return { claim: "harris", verdict, sentence: `${sentence}.`, rule: claimRule(check) };
}

type ConvergenceVerdict = ConvergenceReport["verdict"];

function convergenceSentence({ convergence }: TheoryCheck, shown: readonly string[]): TheorySentence {
  const kinds: readonly ConvergenceVerdict[] = [
    "fails",
    "not decided",
    "holds on average",
    "holds",
    "undefined",
  ];
  const verdict = kinds.find((kind) => convergence.some((report) => report.verdict === kind))!;
  const parts = kinds.toReversed().flatMap((kind) => {
    const own = convergence.filter((report) => report.verdict === kind);
    return own.length === 0 ? [] : [
      `${kind === "undefined" ? "is undefined" : kind === "not decided" ? "is not decided" : kind} for ${
        whichLosses(convergence, own, shown)
      }${slopesText(own)}`,
    ];
  });
  const outside = convergence.filter(({ verdict, slope }) =>
    /^holds/.test(verdict) && (slope.low > -1 || slope.high < -1)
  );
  const but = outside.length === 0
    ? ""
    : `; in ${outside.length} of them −1 lies outside of the 95 % interval, but within the tolerance`;
  return {
    claim: "convergence",
    verdict,
    sentence:
      `That the gap to the limit of many negatives falls as 1/k, to within ${SLOPE_TOLERANCE} of the slope −1, ${
        list(parts)
      }${but}.`,
    rule: slopeRule,
  };
}

/** Some of the losses: `UCL and SCL, and H-UCL and H-SCL at β = 1`. */
function whichLosses(
  all: readonly ConvergenceReport[],
  some: readonly ConvergenceReport[],
  shown: readonly string[],
): string {
  if (some.length === all.length) return `all ${all.length} losses`;
  const labelsOf = (loss: NegativeKind) => {
    if (!negativeKinds[loss].hardened) return "";
    const own = all.filter((report) => report.loss === loss);
    return ` at ${labelList(own.flatMap((report, h) => some.includes(report) ? [shown[h]] : []))}`;
  };
  const losses = distinct(some.map(({ loss }) => loss));
  return distinct(losses.map(labelsOf)).map((labels) =>
    `${
      list(losses.filter((loss) => labelsOf(loss) === labels).map((loss) => lossStyles[loss].name))
    }${labels}`
  ).join(", and ");
}

/** ` (slopes −1.02 to −0.98)`, from least to largest; nothing where there is none. */
function slopesText(reports: readonly ConvergenceReport[]): string {
  const slopes = reports.map(({ slope }) => slope.mean).filter((slope) => !Number.isNaN(slope));
  if (slopes.length === 0) return "";
  const ends = distinct([Math.min(...slopes), Math.max(...slopes)].map(thousandths));
  return ` (slope${ends.length > 1 ? "s" : ""} ${ends.join(" to ")})`;
}

function geometrySentence({ geometry, dim }: TheoryCheck): TheorySentence {
  const { classes, directions, zeroSum, unitNorm, equalInnerProducts, withinClassSpread } = geometry;
  const most = Math.min(classes - 1, dim);
  return {
    claim: "geometry",
    sentence:
      `The class means of the ${classes} classes use ${directions} of at most ${most} directions; their distance ` +
      `from a simplex, 0 for one, is ${digits(unitNorm)} in norms, ${
        digits(equalInnerProducts)
      } in angles and ${
        digits(zeroSum)
      } in their sum, and the embeddings' mean square distance from their class mean is ${
        digits(withinClassSpread)
      }.`,
    rule: "",
  };
}
