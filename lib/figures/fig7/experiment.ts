import { negativeWeightOf } from "../../experiment/history_statistics.ts";
import { lossSettings } from "../../experiment/loss_flags.ts";
import { contextOf, runsOf } from "../../experiment/plan.ts";
import { readHistory } from "../../experiment/run_history.ts";
import { exponential } from "../../hardening/exponential.ts";
import { checkConvergence } from "../../theory/convergence.ts";
import { hardeningOf } from "../betas.ts";
import { type FigureExperiment, THEORY_TEMPERATURE } from "../experiment.ts";
import type { FigureContext } from "../settings.ts";
import type { Fig7Rows } from "./rows.ts";

// The claim is about large k: with a few negatives there are terms of higher order.
const negatives = [16, 32, 64, 128, 256, 512, 1024];

const flags = {
  beta: { kind: "number", min: 0, default: 1, help: "Strength of the hardening exp(βu/T)" },
} as const;

/**
 * Draws negatives from the four distributions for the test embeddings of a trained H-SCL run, and compares the losses with k
 * of them with those of infinitely many.
 */
export const experiment: FigureExperiment<Fig7Rows, FigureContext, typeof flags> = {
  summary: "Trains H-SCL once and draws how far the losses with k sampled negatives are from their limit.",
  flags,
  examples: ["--beta 5"],
  leastTemperature: THEORY_TEMPERATURE,
  oneSeed: true,
  rows: async ({ plan, ensure }, { beta }) => {
    const { temperature, batchSize, views } = plan;
    const [record] = await ensure(runsOf(plan, [lossSettings("hscl", temperature, hardeningOf(beta))]));
    const { embeddings, dim, labels } = (await readHistory(record)).at(-1)!;
    const reports = checkConvergence(embeddings, dim, labels, {
      hardenings: [exponential(beta)],
      temperature,
      negativeWeight: negativeWeightOf(batchSize, views),
      negatives,
      anchors: 300,
      draws: 32,
    });
    const gaps = reports.flatMap(({ loss, meanGaps }) =>
      meanGaps.map(({ mean, low, high }, i) => ({
        kind: loss,
        k: negatives[i],
        gap: Math.abs(mean),
        halfWidth: (high - low) / 2,
      }))
    );
    const slopes = reports.filter(({ slope }) => !Number.isNaN(slope.mean)).map(({ loss, slope }) => ({
      kind: loss,
      slope: slope.mean,
      low: slope.low,
      high: slope.high,
    }));
    return { rows: { gaps, slopes }, context: { ...contextOf(plan), beta } };
  },
};
