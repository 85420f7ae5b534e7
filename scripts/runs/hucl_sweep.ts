import type { RunRecord } from "../../lib/train/mod.ts";
import type { FlagTable, FlagValues } from "../cli/mod.ts";
import { betasFlag, betasOf } from "./betas.ts";
import { lossOf, runsOf, type TrainingPlan } from "./plan.ts";
import { theoryFlags, trainRuns } from "./training.ts";

/** The flags of the figures that watch the theory while training with H-UCL; these have room for four β. */
export const huclSweepFlags = {
  ...theoryFlags,
  betas: betasFlag([1, 2, 5], "Strengths of the hardening exp(βu/T), at most four"),
} as const satisfies FlagTable;

/** Trains, or finds trained, one H-UCL run per β and seed. `name` starts the lines it prints. */
export async function huclSweep(
  name: string,
  flags: FlagValues<typeof huclSweepFlags>,
): Promise<{ records: RunRecord[]; plan: TrainingPlan; betas: number[] }> {
  const betas = betasOf(flags.betas, 4);
  const losses = (plan: TrainingPlan) => betas.map((beta) => lossOf("hucl", plan.temperature, beta));
  return { ...await trainRuns(name, flags, (plan) => runsOf(plan, losses(plan))), betas };
}
