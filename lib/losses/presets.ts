import { type NegativeKind, negativeKindNames } from "../core/negative_kinds.ts";
import { hsclPreset } from "./hscl.ts";
import { huclPreset } from "./hucl.ts";
import type { LossPreset } from "./preset.ts";
import { sclPreset } from "./scl.ts";
import { supConPreset } from "./supcon.ts";
import { uclPreset } from "./ucl.ts";

/**
 * The losses of two views by name, in the order of every figure.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lossPresets } from "@hscl/hscl/losses";
 * assertEquals(lossPresets.hscl.label, "H-SCL");
 * assertEquals(lossPresets.hscl.unhardened, "scl");
 * ```
 */
export const lossPresets = {
  ucl: uclPreset,
  scl: sclPreset,
  hucl: huclPreset,
  hscl: hsclPreset,
  supCon: supConPreset,
} as const;

/** Name of a loss. */
export type LossName = keyof typeof lossPresets;

/** The names of the losses, in the order of every figure. */
export const lossNames = Object.keys(lossPresets) as LossName[];

/** The four losses of the paper. */
export const paperLosses: readonly NegativeKind[] = negativeKindNames;

/** A loss by its name, where it does not matter which. */
export function lossPreset(name: LossName): LossPreset {
  return lossPresets[name] as LossPreset;
}

/** The loss that a hardened loss is without hardening; none for any other. */
export function unhardened(name: LossName): LossName | undefined {
  return lossPreset(name).unhardened as LossName | undefined;
}
