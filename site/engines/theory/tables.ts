import { negativeKindNames } from "@hscl/hscl/core";
import { hardeningFamilies, type HardeningName, hardeningNames } from "@hscl/hscl/hardening";
import { lossPresets } from "@hscl/hscl/losses";
import type { NegativeKind } from "@hscl/hscl";

/** One parameter of a hardening function, as a control needs it. */
export interface ParameterFacts {
  name: string;
  symbol: string;
  help: string;
  min: number | undefined;
  above: number | undefined;
  max: number | undefined;
  default: number;
}

/** A family of hardening functions. */
export interface HardeningFacts {
  name: HardeningName;
  formula: string;
  parameters: ParameterFacts[];
}

/** What the library's tables say, from which the controls of the page are made. */
export interface Tables {
  losses: { name: NegativeKind; label: string; supervised: boolean; hardened: boolean }[];
  hardenings: HardeningFacts[];
}

/** The four losses and the families of hardening functions. */
export function tables(): Tables {
  return {
    losses: negativeKindNames.map((name) => {
      const { label, supervised, hardening } = lossPresets[name];
      return { name, label, supervised, hardened: hardening === "required" };
    }),
    hardenings: hardeningNames.map((name) => {
      const { formula, parameters } = hardeningFamilies[name];
      return {
        name,
        formula,
        parameters: Object.entries(parameters).map((
          [name, { symbol, help, min, above, max, default: start }],
        ) => ({
          name,
          symbol,
          help,
          min,
          above,
          max,
          default: start,
        })),
      };
    }),
  };
}
