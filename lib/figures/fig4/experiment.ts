import { lossSettings } from "../../experiment/loss_flags.ts";
import { contextOf, runsOf } from "../../experiment/plan.ts";
import { lossNames, unhardened } from "../../losses/presets.ts";
import { betaOf, betasFlag, type BetasFlags, betasOf, hardeningOf } from "../betas.ts";
import type { FigureExperiment } from "../experiment.ts";
import type { FigureContext } from "../settings.ts";
import type { Fig4Row } from "./rows.ts";

const flags: BetasFlags = {
  betas: betasFlag([1, 2, 5], "Strengths of the hardening exp(βu/T), at most twelve"),
};

const hardened = lossNames.filter((name) => unhardened(name) !== undefined);

/** Trains the hardened losses with several β, and those they are with β = 0. */
export const experiment: FigureExperiment<readonly Fig4Row[], FigureContext, typeof flags> = {
  summary: "Trains H-UCL and H-SCL with several β, and UCL and SCL, and draws their kNN accuracy against β.",
  flags,
  examples: ["--betas 1,10 --seeds 10"],
  rows: async ({ plan, ensure }, flags) => {
    const betas = betasOf(flags.betas, 12), { temperature } = plan;
    const losses = [
      ...hardened.map((name) => lossSettings(unhardened(name)!, temperature)),
      ...betas.flatMap((beta) => hardened.map((name) => lossSettings(name, temperature, hardeningOf(beta)))),
    ];
    const rows = (await ensure(runsOf(plan, losses))).map(({ settings, metrics }): Fig4Row => ({
      loss: settings.loss.name,
      beta: betaOf(settings),
      seed: settings.seed,
      top1: metrics[metrics.length - 1].top1,
    }));
    return { rows, context: contextOf(plan) };
  },
};
