import { checkObject, checkOneOf } from "../core/checks.ts";
import { lossNames } from "../losses/presets.ts";
import { lossLabel } from "./compare_settings.ts";
import type { RunSettings } from "./settings.ts";

/**
 * A run in a few words, for progress and tables: its loss, the hardening and the seed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runLabel } from "@hscl/hscl/experiment";
 * const hardening = { name: "exponential", parameters: { beta: 2 } } as const;
 * assertEquals(runLabel({ loss: { name: "hscl", hardening }, seed: 0 }), "H-SCL β = 2 seed 0");
 * ```
 */
export function runLabel(settings: Pick<RunSettings, "loss" | "seed">): string {
  checkObject("settings of a run", settings);
  const { loss, seed } = settings;
  checkOneOf("loss", loss?.name, lossNames);
  return `${lossLabel(loss)} seed ${seed}`;
}
