import type { NumberFlag } from "../core/flags.ts";
import { SettingsError } from "../core/settings_error.ts";
import {
  type hardeningFamilies,
  hardeningFamily,
  type HardeningName,
  hardeningNames,
} from "../hardening/families.ts";
import type { HardeningParameter } from "../hardening/family.ts";
import type { HardeningSettings } from "../hardening/settings.ts";

type ParameterName = {
  [N in HardeningName]: keyof typeof hardeningFamilies[N]["parameters"];
}[HardeningName];

/** Flags that choose hardening functions: a family, and values of its parameters. */
export type HardeningFlags<K extends "number" | "numbers"> =
  & {
    readonly hardening: {
      readonly kind: "choice";
      readonly allowed: readonly HardeningName[];
      readonly default: HardeningName;
      readonly help: string;
    };
  }
  & { readonly [P in ParameterName]: NumberFlag & { readonly kind: K } };

/** Values of {@linkcode HardeningFlags}. */
export type HardeningValues =
  & { hardening: HardeningName }
  & { [P in ParameterName]?: number | readonly number[] };

/** The families that have a parameter of each name. */
const families = new Map<string, HardeningName[]>();
for (const family of hardeningNames) {
  for (const name of Object.keys(hardeningFamily(family).parameters)) {
    families.set(name, [...families.get(name) ?? [], family]);
  }
}

/** The names of the parameters of all families; of the flags, too. */
export const hardeningParameters: readonly ParameterName[] = [...families.keys()] as ParameterName[];

/** The values of a parameter that is not given: several worth comparing, or one to start from. */
function valuesOf(family: HardeningName, name: string, kind: "number" | "numbers"): readonly number[] {
  const { strength, parameters } = hardeningFamily(family);
  return kind === "numbers" && strength.parameter === name ? strength.values : [parameters[name].default];
}

/** The flags for one function, or (`numbers`) for several of one family. */
export function hardeningFlags<K extends "number" | "numbers">(kind: K): HardeningFlags<K> {
  const parameters = [...families].map(([name, having]) => {
    const { symbol, min, max, above }: HardeningParameter = hardeningFamily(having[0]).parameters[name];
    const usual = [...new Set(having.map((family) => valuesOf(family, name, kind).join(",")))].join(" or ");
    const help = `${symbol} of ${having.join(" and ")} hardening, ${usual} if not given`;
    // Beyond are numbers that nobody types.
    const bounds = {
      ...(min === undefined || (min > 0 && min < 1e-20) ? {} : { min }),
      ...(min !== undefined && min > 0 && min < 1e-20 ? { above: 0 } : above === undefined ? {} : { above }),
      ...(max === undefined || max > 1e20 ? {} : { max }),
    };
    return [name, { kind, ...bounds, help }];
  });
  return {
    hardening: {
      kind: "choice",
      allowed: hardeningNames,
      default: hardeningNames[0],
      help: "Family of hardening functions",
    },
    ...Object.fromEntries(parameters),
  };
}

/**
 * The hardening functions that flags choose: one for each value, or each combination of values where several parameters
 * have several.
 *
 * @throws {SettingsError} if a parameter of another family is given
 */
export function hardeningsOf(flags: HardeningValues, kind: "number" | "numbers"): HardeningSettings[] {
  const { hardening: name, ...parameters } = flags;
  const given: Readonly<Record<string, number | readonly number[] | undefined>> = parameters;
  const own = Object.keys(hardeningFamily(name).parameters);
  for (const parameter of families.keys()) {
    if (given[parameter] !== undefined && !own.includes(parameter)) {
      throw new SettingsError(
        `--${parameter} is no parameter of --hardening ${name}: received ${given[parameter]}`,
      );
    }
  }
  return own.reduce<HardeningSettings[]>((settings, parameter) => {
    const values = [given[parameter] ?? valuesOf(name, parameter, kind)].flat();
    return settings.flatMap(({ parameters }) =>
      values.map((value) => ({ name, parameters: { ...parameters, [parameter]: value } }))
    );
  }, [{ name, parameters: {} }]);
}
