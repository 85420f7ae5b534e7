import { type LossName, lossNames, type RunRecord } from "../../lib/train/mod.ts";
import type { FlagTable, FlagValues } from "../cli/mod.ts";
import { lossOf, runsOf, type TrainingPlan } from "./plan.ts";
import { trainingFlags, trainRuns } from "./training.ts";

/** The flag of the strength of the exponential hardening, where all runs have the same. */
export const betaFlag = {
  kind: "number",
  min: 0,
  default: 1,
  help: "Strength of the hardening exp(βu/T)",
} as const;

/** The flags of every figure that compares losses. */
export const comparisonFlags = {
  ...trainingFlags,
  losses: { kind: "choices", allowed: lossNames, default: lossNames, help: "Losses to compare" },
  beta: betaFlag,
} as const satisfies FlagTable;

/** Values of {@linkcode comparisonFlags}. */
export type ComparisonFlags = FlagValues<typeof comparisonFlags>;

/** Finished runs, and the settings they share. */
export interface Comparison {
  records: RunRecord[];
  plan: TrainingPlan;
}

/** Trains, or finds trained, one run per loss and seed as the flags say. `name` starts the lines it prints. */
export function comparisonRuns(
  name: string,
  flags: ComparisonFlags,
  allLosses: readonly LossName[],
): Promise<Comparison> {
  const losses = allLosses.filter((loss) => flags.losses.includes(loss));
  return trainRuns(
    name,
    flags,
    (plan) => runsOf(plan, losses.map((loss) => lossOf(loss, plan.temperature, flags.beta))),
  );
}
