import type { MeanInterval } from "../../mod.ts";

/** A fraction in percent with the half-width of its interval, if it has one: `95.31 ± 0.18`. */
export function percent({ mean, halfWidth }: MeanInterval): string {
  return (100 * mean).toFixed(2) + (Number.isNaN(halfWidth) ? "" : ` ± ${(100 * halfWidth).toFixed(2)}`);
}
