import {
  hardeningParameters,
  hardeningsOf,
  type HardeningValues,
} from "../../lib/experiment/hardening_flags.ts";
import { comparedLosses, type ComparisonFlags } from "../../lib/experiment/loss_flags.ts";
import { checkLoss } from "../../lib/experiment/plan.ts";
import { lossNames, lossPreset } from "../../lib/losses/presets.ts";
import type { LossSettings } from "../../lib/train/mod.ts";
import { flagName, UsageError } from "../cli/mod.ts";
import type { SweepFlags } from "./flags.ts";

/**
 * The losses of a sweep: every combination of the values of its flags. A loss without hardening is there once, not once per
 * strength.
 *
 * @throws {UsageError} if a strength of hardening is given, and no loss has any
 * @throws {SettingsError} if a loss cannot be computed, or has no option that is given
 */
export function sweepLosses(flags: SweepFlags): LossSettings[] {
  const values = hardeningParameters.map((name) => [name, flags[`${name}s`]] as const);
  const given = values.find(([, numbers]) => numbers !== undefined);
  const isHardened = (name: SweepFlags["losses"][number]) => lossPreset(name).hardening === "required";
  if (given && !flags.losses.some(isHardened)) {
    throw new UsageError(
      `${flagName(`${given[0]}s`)} goes with a loss that weights its negatives (${
        lossNames.filter(isHardened).join(", ")
      }): received --losses ${flags.losses.join(",")}`,
    );
  }
  const strengths: HardeningValues = { hardening: flags.hardening, ...Object.fromEntries(values) };
  const { losses, negatives, tauPlus, stopWeightGradient } = flags;
  const all = flags.temperatures.flatMap((temperature) =>
    hardeningsOf(strengths, "numbers").flatMap(({ name, parameters }) => {
      const one = { losses, hardening: name, ...parameters, negatives, tauPlus, stopWeightGradient };
      return comparedLosses(one as ComparisonFlags, temperature);
    })
  );
  all.forEach(checkLoss);
  return [...new Map(all.map((loss) => [JSON.stringify(loss), loss])).values()];
}
