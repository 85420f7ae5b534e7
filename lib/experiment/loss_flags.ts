import { checkOneOf } from "../core/checks.ts";
import type { BooleanFlag, ChoiceFlag, FlagValues, NumberFlag, TextFlag } from "../core/flags.ts";
import { SettingsError } from "../core/settings_error.ts";
import { type HardeningName, hardeningNames } from "../hardening/families.ts";
import { type LossName, lossNames, lossPreset, paperLosses } from "../losses/presets.ts";
import type { LossSettings } from "../train/loss_settings.ts";
import { type HardeningFlags, hardeningFlags, hardeningParameters, hardeningsOf } from "./hardening_flags.ts";

/** Flags of what a loss does with its negatives. */
const negativeFlags: {
  readonly negatives: NumberFlag & { readonly kind: "integer" };
  readonly negativeWeight: TextFlag & { readonly kind: "string" };
  readonly tauPlus: NumberFlag & { readonly kind: "number" };
  readonly stopWeightGradient: BooleanFlag;
} = {
  negatives: {
    kind: "integer",
    min: 1,
    help: "Draw so many of the negatives in the batch for each anchor; all if not given",
    valueName: "n",
  },
  negativeWeight: {
    kind: "string",
    valueName: "x",
    help:
      "Weight Q of the mean over the negatives; count for how many each anchor has (embeddings of other images)",
  },
  tauPlus: {
    kind: "number",
    min: 0,
    help: "Debias: assumed share, below 1, of negatives of the anchor's own class (0)",
  },
  stopWeightGradient: { kind: "boolean", help: "Take the hardening weights as constants in the gradient" },
};

/** Flags of losses to compare, and of their options. */
export const comparisonFlags:
  & {
    readonly losses: ChoiceFlag & {
      readonly kind: "choices";
      readonly allowed: readonly LossName[];
      readonly default: readonly LossName[];
    };
  }
  & HardeningFlags<"number">
  & typeof negativeFlags = {
    losses: { kind: "choices", allowed: lossNames, default: paperLosses, help: "Losses to compare" },
    ...hardeningFlags("number"),
    ...negativeFlags,
  };

/** Values of {@linkcode comparisonFlags}. */
export type ComparisonFlags = FlagValues<typeof comparisonFlags>;

/** The flags that say how negatives are weighted; those of several values end in an s. */
const weightFlags = ["hardening", ...hardeningParameters, "stopWeightGradient"] as const;

/** Flags without the family of hardening functions where it is the usual one, as it is where nobody has typed it. */
export function unusualFlags(flags: { hardening: HardeningName }): Readonly<Record<string, unknown>> {
  return flags.hardening === hardeningNames[0] ? { ...flags, hardening: undefined } : { ...flags };
}

/**
 * Refuses flags that say how negatives are weighted where no loss weights any, so that nobody takes one for the other.
 *
 * @param losses that are chosen
 * @param flags the first that is given is named
 * @param received how the losses were chosen, such as `--loss scl`
 * @throws {SettingsError} if one is given
 */
export function checkWeightsUsed(
  losses: readonly LossName[],
  flags: Readonly<Record<string, unknown>>,
  received: string,
): void {
  const isWeighted = (name: LossName) => lossPreset(name).hardening === "required";
  const given = weightFlags.flatMap((name) => [name, `${name}s`]).find((name) =>
    flags[name] !== undefined && flags[name] !== false
  );
  if (given === undefined || losses.some(isWeighted)) return;
  throw new SettingsError(
    `${flagOf(given)} goes with a loss that weights its negatives (${
      lossNames.filter(isWeighted).join(", ")
    }): received ${received}`,
  );
}

const flagOf = (key: string) => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A weight of the mean over the negatives. */
function weightOf(typed: string): number | "count" {
  if (typed === "count") return typed;
  const weight = Number(typed);
  if (typed.trim() !== "" && weight > 0 && weight <= 1e9) return weight;
  throw new SettingsError(
    `--negative-weight must be a number above 0 and at most 1e9, or count: received ${JSON.stringify(typed)}`,
  );
}

/** Which option of the losses a flag of {@linkcode negativeFlags} sets. */
const optionOf = {
  negatives: "sampledNegatives",
  negativeWeight: "negativeWeight",
  tauPlus: "tauPlus",
  stopWeightGradient: "stopWeightGradient",
} as const;

/**
 * The settings of the losses that flags choose, in the order of every figure. Hardening is no part of those of losses that
 * do not weight their negatives, which are therefore reused when only it changes.
 *
 * @throws {SettingsError} if a loss has no option that is given
 */
export function comparedLosses(flags: ComparisonFlags, temperature: number): LossSettings[] {
  const [hardening] = hardeningsOf(flags, "number");
  const options: Record<string, number | boolean | "count"> = {};
  for (const [flag, option] of Object.entries(optionOf)) {
    const given = flags[flag as keyof typeof optionOf];
    const value = typeof given === "string" ? weightOf(given) : given;
    if (value !== undefined && value !== false && value !== 0) options[option] = value;
  }
  return lossNames.filter((name) => flags.losses.includes(name)).map((name) => {
    const preset = lossPreset(name), known: object = preset.options;
    // Without weights there is nothing to stop.
    const own = Object.entries(options).filter(([option]) =>
      option !== "stopWeightGradient" || preset.hardening === "required"
    );
    const unknown = own.find(([option]) => !Object.hasOwn(known, option));
    if (unknown) {
      const [flag] = Object.entries(optionOf).find(([, option]) => option === unknown[0])!;
      throw new SettingsError(
        `${flagOf(flag)} must be an option of every loss: ` +
          `received ${unknown[1]} with ${preset.label}`,
      );
    }
    return lossSettings(name, temperature, hardening, Object.fromEntries(own));
  });
}

/** The settings of a loss by name; with the hardening if the loss has any. */
export function lossSettings(
  name: LossName,
  temperature: number,
  hardening?: LossSettings["hardening"],
  options: object = {},
): LossSettings {
  checkOneOf("loss", name, lossNames);
  const hardened = lossPreset(name).hardening === "required" && hardening !== undefined;
  return { name, temperature, ...(hardened ? { hardening } : {}), ...options } as LossSettings;
}
