import { type LossName, lossNames, lossPreset } from "../losses/presets.ts";
import type { SeriesStyle } from "./theme.ts";

/** How a loss looks in every figure. */
export interface LossStyle extends SeriesStyle {
  /** The name in legends, e.g. `H-SCL`. */
  readonly name: string;
  /** A colour of the Okabe–Ito palette, `#rrggbb`. */
  readonly color: string;
  /** plotly's dash style: hardened losses are solid, the others dashed. */
  readonly dash: "solid" | "dash";
  /** plotly's marker symbol: supervised losses have diamonds, the others circles. */
  readonly symbol: "circle" | "diamond";
}

// Of the Okabe–Ito palette: blues are unsupervised, oranges supervised.
const colors: Readonly<Partial<Record<string, string>>> = {
  ucl: "#56B4E9",
  scl: "#E69F00",
  hucl: "#0072B2",
  hscl: "#D55E00",
  supCon: "#009E73",
};

// For losses without a colour of their own: what is left of the palette.
const spareColors = ["#CC79A7", "#000000", "#999999"];

function styleOf(name: LossName): LossStyle {
  const { label, supervised, hardening } = lossPreset(name);
  const spare = lossNames.filter((other) => !Object.hasOwn(colors, other)).indexOf(name);
  return {
    name: label,
    color: colors[name] ?? spareColors[spare % spareColors.length],
    dash: hardening === "required" ? "solid" : "dash",
    symbol: supervised ? "diamond" : "circle",
  };
}

/**
 * The look of each loss, in the order of every figure. Blues are unsupervised, oranges supervised; solid is hardened,
 * dashed is not. So the pairs can be told apart by colour-blind readers and in black and white.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * assertEquals(figures.lossStyles.hscl.name, "H-SCL");
 * ```
 */
export const lossStyles: Readonly<Record<LossName, LossStyle>> = Object.fromEntries(
  lossNames.map((name) => [name, styleOf(name)]),
) as Record<LossName, LossStyle>;
