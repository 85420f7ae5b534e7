import { comparedLosses, type ComparisonFlags } from "../experiment/loss_flags.ts";
import { contextOf, type Experiment, type PlanContext, runsOf } from "../experiment/plan.ts";
import type { RunRecord } from "../experiment/settings.ts";
import { hardeningLabel } from "../hardening/settings.ts";

/** What the runs of a comparison share, and the hardening if there is any. */
export interface ComparisonContext extends PlanContext {
  /** Hardening of the hardened losses, e.g. `β = 1`. */
  hardening?: string;
}

/** One run per loss that flags choose, and seed. */
export async function comparisonRuns(
  { plan, ensure }: Experiment,
  flags: ComparisonFlags,
): Promise<{ records: RunRecord[]; context: ComparisonContext }> {
  const losses = comparedLosses(flags, plan.temperature);
  const hardening = losses.find((loss) => loss.hardening)?.hardening;
  const context = { ...contextOf(plan), ...(hardening ? { hardening: hardeningLabel(hardening) } : {}) };
  return { records: await ensure(runsOf(plan, losses)), context };
}
