import type { FlagValues } from "../core/flags.ts";
import { lossSettings } from "../experiment/loss_flags.ts";
import { type Experiment, runsOf } from "../experiment/plan.ts";
import type { RunRecord } from "../experiment/settings.ts";
import { betasFlag, type BetasFlags, betasOf, hardeningOf } from "./betas.ts";

/** The flags of the figures that watch the theory while training with H-UCL; these have room for four β. */
export const huclSweepFlags: BetasFlags = {
  betas: betasFlag([1, 2, 5], "Strengths of the hardening exp(βu/T), at most four"),
};

/** One H-UCL run per β and seed. */
export async function huclSweep(
  { plan, ensure }: Experiment,
  flags: FlagValues<typeof huclSweepFlags>,
): Promise<{ records: RunRecord[]; betas: number[] }> {
  const betas = betasOf(flags.betas, 4);
  const losses = betas.map((beta) => lossSettings("hucl", plan.temperature, hardeningOf(beta)));
  return { records: await ensure(runsOf(plan, losses)), betas };
}
