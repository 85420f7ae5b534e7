import type { FlagTable, NumberFlag } from "../core/flags.ts";
import { SettingsError } from "../core/settings_error.ts";
import type { RunSettings } from "../experiment/settings.ts";
import type { HardeningSettings } from "../hardening/settings.ts";
import { ascending } from "./rows.ts";

/** The flags of a figure that takes several β. */
export interface BetasFlags extends FlagTable {
  /** See {@linkcode betasFlag}. */
  readonly betas: NumberFlag & { readonly kind: "numbers"; readonly default: readonly number[] };
}

/** The flag `--betas`: several strengths β above 0 of the exponential hardening. */
export function betasFlag(values: readonly number[], help: string): BetasFlags["betas"] {
  return { kind: "numbers", above: 0, default: values, help };
}

/** The different values of the flag `--betas`, ascending. */
export function betasOf(values: readonly number[], most: number): number[] {
  const betas = ascending(values);
  if (betas.length <= most) return betas;
  throw new SettingsError(`--betas must be at most ${most} different values: received ${betas.length}`);
}

/** The exponential hardening of a strength. */
export function hardeningOf(beta: number): HardeningSettings {
  return { name: "exponential", parameters: { beta } };
}

/** The β that a run was trained with; 0 without hardening. */
export function betaOf({ loss: { hardening } }: RunSettings): number {
  return hardening ? Number(hardening.parameters.beta) : 0;
}
