import type { HardeningSettings } from "../../lib/train/mod.ts";

const symbols: Record<string, string> = { beta: "β", tau: "τ", power: "p", width: "w" };

/** The parameters of a hardening function in a few letters: `β = 2`, `τ = −0.1, w = 0.05`. */
export function hardeningLabel({ parameters }: HardeningSettings): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${symbols[name] ?? name} = ${typeof value === "object" ? value.kind : value}`)
    .join(", ")
    .replaceAll("-", "−");
}
