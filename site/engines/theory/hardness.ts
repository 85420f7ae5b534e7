import type { NegativeKind } from "@hscl/hscl";
import { hardeningFromSettings } from "@hscl/hscl/hardening";
import { negativeWeights } from "@hscl/hscl/samplers";
import {
  anchorStatistics,
  assumption1,
  type ClaimReport,
  harris,
  populationLosses,
  theorem1,
  theorem2,
} from "@hscl/hscl/theory";
import { gradient, type Points } from "./loss.ts";

/** What is asked of points that somebody moves. */
export interface HardnessRequest extends Points {
  anchor: number;
  kind: NegativeKind;
}

/** A claim, of the anchor and of all. */
export interface Claim {
  statement: string;
  verdict: ClaimReport["verdict"];
  /** Share of the anchors at which it holds, 0 … 1. */
  share: number;
  anchors: number;
  lower: number;
  upper: number;
  /** Whether it holds at the anchor; absent where it says nothing of it. */
  atAnchor: boolean | undefined;
}

/** All that the part on hardness shows. */
export interface HardnessAnswer {
  losses: Record<NegativeKind, number>;
  /** Anchors at which the losses are defined, the mean of which they are. */
  anchors: number;
  /** Of each point as a negative of the anchor. */
  weights: Float64Array;
  /** `[n, dim]`: of the chosen loss. */
  gradient: Float32Array;
  /** `UCL ≤ H-UCL`, `SCL ≤ H-SCL`, `H-SCL ≤ H-UCL`. */
  chain: Claim[];
  assumption1: Claim;
  /** Premise and conclusion. */
  theorem2: [Claim, Claim];
  /** `h_same`, `h_diff`, `h_all` and `E[g]` of the anchor. */
  means: { hSame: number; hDiff: number; hAll: number; g: number };
}

/** Losses, weights, gradients and claims of points. */
export async function hardness({ anchor, kind, ...points }: HardnessRequest): Promise<HardnessAnswer> {
  const { values, dim, labels, temperature, negativeWeight } = points;
  const hardening = hardeningFromSettings(points.hardening);
  // Nothing is left out, as nobody asks for intervals of points that were put there by hand.
  const options = { hardenings: [hardening], temperature, negativeWeight, leaveOut: 0 };
  const statistics = await anchorStatistics(values, dim, labels, options);
  const [losses] = populationLosses(statistics), [{ ucl, scl }] = harris(statistics);
  const [order] = theorem1(statistics),
    [scenario] = theorem2(statistics),
    [assumption] = assumption1(statistics);
  const at = (report: ClaimReport) => claimAt(report, anchor);
  const { hSame, hDiff, hAll } = statistics.hardened[0];
  return {
    losses: {
      ucl: losses.ucl.mean,
      scl: losses.scl.mean,
      hucl: losses.hucl.mean,
      hscl: losses.hscl.mean,
    },
    anchors: losses.anchors,
    weights: negativeWeights(anchor, { kind, embeddings: values, dim, labels, hardening, temperature }),
    gradient: gradient(points, kind),
    chain: [at(ucl), at(scl), at(order.conclusion)],
    assumption1: at(assumption),
    theorem2: [at(scenario.premise), at(scenario.conclusion)],
    means: {
      hSame: hSame[anchor],
      hDiff: hDiff[anchor],
      hAll: hAll[anchor],
      g: statistics.unhardened.hAll[anchor],
    },
  };
}

function claimAt(
  { statement, verdict, share, anchors, lower, upper, gaps, holdsAt }: ClaimReport,
  i: number,
): Claim {
  const atAnchor = Number.isNaN(gaps[i]) ? undefined : holdsAt[i] === 1;
  return { statement, verdict, share, anchors, lower: lower.mean, upper: upper.mean, atAnchor };
}
