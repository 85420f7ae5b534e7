import type { ClaimReport, PopulationLosses, TheoremReport } from "../../mod.ts";
import type {
  CollapseGeometry,
  ConvergenceReport,
  HarrisReport,
  PopulationInterval,
  Theorem1Report,
} from "../../lib/theory/mod.ts";
import { isDoubtful } from "../../lib/theory/mod.ts";
import { SLOPE_TOLERANCE } from "../../lib/core/slope.ts";
import { shares } from "../../lib/figures/words.ts";
import { alignedLines } from "../cli/mod.ts";

/** All that is checked; of the arrays with one entry per hardening function. */
export interface CheckResults {
  losses: PopulationLosses[];
  assumption1: ClaimReport[];
  theorem1: Theorem1Report[];
  theorem2: TheoremReport[];
  harris: HarrisReport[];
  convergence: ConvergenceReport[];
  geometry: CollapseGeometry;
}

/** The results as aligned lines. */
export function tableLines(results: CheckResults): string[] {
  const claims = results.assumption1.flatMap((assumption, h) => {
    const { theorem1, theorem2, harris } = results;
    return [
      claimCells("Assumption 1", assumption),
      claimCells("Theorem 1", theorem1[h].conclusion),
      claimCells("Theorem 2, if", theorem2[h].premise),
      claimCells("Theorem 2, then", theorem2[h].conclusion),
      claimCells("Harris", harris[h].ucl),
      claimCells("Harris", harris[h].scl),
    ];
  });
  const slopes = results.convergence.map(({ loss, hardening, slope, meanGaps, negatives, verdict }) => [
    hardeningLabel(hardening),
    lossLabels[loss],
    withInterval(slope),
    ...[0, negatives.length - 1].map((i) => short(meanGaps[i].mean)),
    verdict,
  ]);
  const losses = results.losses.map(({ hardening, ucl, scl, hucl, hscl, anchors, undefinedAnchors }) => [
    hardeningLabel(hardening),
    ...[ucl, scl, hucl, hscl].map(({ mean }) => short(mean)),
    `${anchors}${undefinedAnchors > 0 ? ` (${undefinedAnchors} undefined)` : ""}`,
  ]);
  const { zeroSum, unitNorm, equalInnerProducts, withinClassSpread, logSpectrum } = results.geometry;
  const { negatives } = results.convergence[0];
  return [
    ...alignedLines([["hardening", "UCL", "SCL", "H-UCL", "H-SCL", "anchors"], ...losses]),
    "",
    ...alignedLines([
      ["hardening", "claim", "statement", "left", "right", "gap (of the distribution)", "anchors", "verdict"],
      ...claims,
    ]),
    "left, right, gap, anchors and verdict: exact, on these embeddings; in brackets: 95 % interval of the gap for the",
    "distribution that they were drawn from, by leaving out one embedding at a time",
    ...(claims.some((cells) => cells.some((cell) => cell.endsWith(DOUBT)))
      ? ["?: too few embeddings for so strong a hardening at this temperature; the interval may well miss"]
      : []),
    "",
    ...alignedLines([
      [
        "hardening",
        "loss",
        "slope of the gap to L_∞ on k",
        `gap at k = ${negatives[0]}`,
        `at k = ${negatives.at(-1)}`,
        "verdict",
      ],
      ...slopes,
    ]),
    `in brackets: 95 % over the sampled anchors; holds: all of it within ${SLOPE_TOLERANCE} of -1, and a smaller gap at the last k`,
    "than at the first at every sampled anchor (on average: not at every one)",
    "",
    "distance from a simplex of class means: " +
    `zero sum ${short(zeroSum)}, unit norm ${short(unitNorm)}, equal inner products ${
      short(equalInnerProducts)
    }, ` +
    `spread within classes ${short(withinClassSpread)}`,
    `log₁₀ spectrum of the class means: ${
      Array.from(logSpectrum.subarray(0, 20), (x) => x.toFixed(1)).join(" ")
    }` +
    (logSpectrum.length > 20 ? " …" : ""),
  ];
}

const lossLabels = { ucl: "UCL", scl: "SCL", hucl: "H-UCL", hscl: "H-SCL" };

function claimCells(claim: string, report: ClaimReport): string[] {
  const { statement, hardening, lower, upper, gap, share, undefinedAnchors, verdict } = report;
  const defined = Number.isNaN(share) ? "none" : shares([share]);
  const undefinedPart = undefinedAnchors > 0 ? ` (${undefinedAnchors} undefined)` : "";
  return [
    hardeningLabel(hardening),
    claim,
    statement,
    short(lower.mean),
    short(upper.mean),
    `${withInterval(gap)}${isDoubtful(gap) ? DOUBT : ""}`,
    `${defined}${undefinedPart}`,
    verdict,
  ];
}

function hardeningLabel({ name, parameters }: ClaimReport["hardening"]): string {
  return [name, ...Object.entries(parameters).map(([key, value]) => `${key} ${value}`)].join(" ");
}

function withInterval({ mean, low, high }: PopulationInterval): string {
  return `${short(mean)} (${short(low)} … ${short(high)})`;
}

const DOUBT = " ?";

/** Four digits. */
function short(value: number): string {
  if (Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  return value !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}
