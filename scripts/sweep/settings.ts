import {
  hardeningParameters,
  hardeningsOf,
  type HardeningValues,
} from "../../lib/experiment/hardening_flags.ts";
import {
  checkWeightsUsed,
  comparedLosses,
  type ComparisonFlags,
  unusualFlags,
} from "../../lib/experiment/loss_flags.ts";
import { checkLoss } from "../../lib/experiment/plan.ts";
import type { LossSettings } from "../../lib/train/mod.ts";
import type { SweepFlags } from "./flags.ts";

/**
 * The losses of a sweep: every combination of the values of its flags. A loss without hardening is there once, not once per
 * strength.
 *
 * @throws {SettingsError} if hardening is given, and no loss has any; if a loss cannot be computed, or has no option that is given
 */
export function sweepLosses(flags: SweepFlags): LossSettings[] {
  const values = hardeningParameters.map((name) => [name, flags[`${name}s`]] as const);
  checkWeightsUsed(flags.losses, unusualFlags(flags), `--losses ${flags.losses.join(",")}`);
  const strengths: HardeningValues = { hardening: flags.hardening, ...Object.fromEntries(values) };
  const { losses, negatives, negativeWeight, tauPlus, stopWeightGradient } = flags;
  const all = flags.temperatures.flatMap((temperature) =>
    hardeningsOf(strengths, "numbers").flatMap(({ name, parameters }) => {
      const one = {
        losses,
        hardening: name,
        ...parameters,
        negatives,
        negativeWeight,
        tauPlus,
        stopWeightGradient,
      };
      return comparedLosses(one as ComparisonFlags, temperature);
    })
  );
  all.forEach((loss) => checkLoss(loss, flags.views));
  return [...new Map(all.map((loss) => [JSON.stringify(loss), loss])).values()];
}
