import { type LossName, lossNames, unhardened as unhardenedName } from "../losses/presets.ts";

/** The losses that weight their negatives by a hardening function, in the order of every figure. */
export const hardenedLosses: readonly LossName[] = lossNames.filter((name) =>
  unhardenedName(name) !== undefined
);

/** What each of them is without hardening, that is, with β = 0. */
export const unhardened: Readonly<Record<LossName, LossName>> = Object.fromEntries(
  hardenedLosses.map((name) => [name, unhardenedName(name)]),
) as Record<LossName, LossName>;
