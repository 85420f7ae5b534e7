import { labelledEmbeddings, parseNpy } from "@hscl/hscl/data";
import { hardeningFromSettings, hardeningLabel, type HardeningSettings } from "@hscl/hscl/hardening";
import {
  anchorStatistics,
  assumption1,
  checkConvergence,
  type ClaimReport,
  collapseGeometry,
  type ConvergenceReport,
  harris,
  type PopulationInterval,
  populationLosses,
  theorem1,
  theorem2,
} from "@hscl/hscl/theory";

/** A file that somebody dropped. */
export interface DroppedFile {
  name: string;
  bytes: Uint8Array;
}

/** What is asked of two files. */
export interface CheckRequest {
  embeddings: DroppedFile;
  labels: DroppedFile;
  hardening: HardeningSettings;
  temperature: number;
  negativeWeight: number;
}

/** A claim of the theory about the embeddings. */
export interface CheckedClaim {
  claim: string;
  statement: string;
  lower: number;
  upper: number;
  gap: PopulationInterval;
  share: number;
  anchors: number;
  undefinedAnchors: number;
  verdict: ClaimReport["verdict"];
}

/** What the page says of two files. */
export interface CheckAnswer {
  count: number;
  dim: number;
  classes: number;
  products: string;
  hardening: string;
  losses: Record<"ucl" | "scl" | "hucl" | "hscl", number>;
  claims: CheckedClaim[];
  convergence: Pick<ConvergenceReport, "loss" | "slope" | "verdict">[];
  geometry: { zeroSum: number; unitNorm: number; equalInnerProducts: number; withinClassSpread: number };
}

/** Checks all claims on the embeddings of two `.npy` files. */
export async function check(
  { embeddings, labels, hardening, temperature, negativeWeight }: CheckRequest,
  tell: (stage: string) => void,
): Promise<CheckAnswer> {
  tell("reading the files");
  const read = ({ name, bytes }: DroppedFile) => parseNpy(bytes, name);
  const { values, count, dim, classes, indices } = labelledEmbeddings(read(embeddings), read(labels), {
    embeddings: embeddings.name,
    labels: labels.name,
  });
  const options = { hardenings: [hardeningFromSettings(hardening)], temperature, negativeWeight };
  tell("comparing all pairs");
  const statistics = await anchorStatistics(values, dim, indices, options);
  tell("claims and their intervals");
  const [losses] = populationLosses(statistics), [ofHarris] = harris(statistics);
  const [first] = theorem1(statistics), [second] = theorem2(statistics);
  const claims = [
    claimOf("Assumption 1", assumption1(statistics)[0]),
    claimOf("Theorem 1", first.conclusion),
    claimOf("Theorem 2, if", second.premise),
    claimOf("Theorem 2, then", second.conclusion),
    claimOf("Harris", ofHarris.ucl),
    claimOf("Harris", ofHarris.scl),
  ];
  tell("limit of many negatives");
  const convergence = checkConvergence(values, dim, indices, options)
    .map(({ loss, slope, verdict }) => ({ loss, slope, verdict }));
  tell("geometry of the class means");
  const { zeroSum, unitNorm, equalInnerProducts, withinClassSpread } = collapseGeometry(values, dim, indices);
  return {
    count,
    dim,
    classes,
    products: statistics.products,
    hardening: hardeningLabel(hardening),
    losses: {
      ucl: losses.ucl.mean,
      scl: losses.scl.mean,
      hucl: losses.hucl.mean,
      hscl: losses.hscl.mean,
    },
    claims,
    convergence,
    geometry: { zeroSum, unitNorm, equalInnerProducts, withinClassSpread },
  };
}

function claimOf(claim: string, report: ClaimReport): CheckedClaim {
  const { statement, lower, upper, gap, share, anchors, undefinedAnchors, verdict } = report;
  return {
    claim,
    statement,
    lower: lower.mean,
    upper: upper.mean,
    gap,
    share,
    anchors,
    undefinedAnchors,
    verdict,
  };
}
