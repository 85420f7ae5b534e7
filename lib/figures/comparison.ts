import {
  checkWeightsUsed,
  comparedLosses,
  type ComparisonFlags,
  unusualFlags,
} from "../experiment/loss_flags.ts";
import { contextOf, type Experiment, type PlanContext, runsOf } from "../experiment/plan.ts";
import type { RunRecord } from "../experiment/settings.ts";
import { hardeningNames } from "../hardening/families.ts";
import { hardeningLabel } from "../hardening/settings.ts";
import type { LossSettings } from "../train/loss_settings.ts";

/** What the runs of a comparison share. */
export interface ComparisonContext extends PlanContext {
  /** What is done with the negatives, e.g. `β = 1`. */
  negatives?: string;
}

/** What is done with the negatives, in a few words. */
export function negativesLabel(losses: readonly LossSettings[], flags: ComparisonFlags): string {
  const hardening = losses.find((loss) => loss.hardening)?.hardening;
  const parts = [
    ...hardening
      ? [hardening.name === hardeningNames[0] ? [] : hardening.name, hardeningLabel(hardening)]
      : [],
    flags.negatives === undefined ? [] : `${flags.negatives} sampled negatives`,
    flags.negativeWeight === undefined ? [] : `Q = ${flags.negativeWeight}`,
    flags.tauPlus ? `τ⁺ = ${flags.tauPlus}` : [],
    flags.stopWeightGradient ? "stop gradient at the weights" : [],
  ];
  return parts.flat().join(", ");
}

/** One run per loss that flags choose, and seed. */
export async function comparisonRuns(
  { plan, ensure }: Experiment,
  flags: ComparisonFlags,
): Promise<{ records: RunRecord[]; context: ComparisonContext }> {
  checkWeightsUsed(flags.losses, unusualFlags(flags), `--losses ${flags.losses.join(",")}`);
  const losses = comparedLosses(flags, plan.temperature);
  const negatives = negativesLabel(losses, flags);
  const context = { ...contextOf(plan), ...(negatives ? { negatives } : {}) };
  return { records: await ensure(runsOf(plan, losses)), context };
}
