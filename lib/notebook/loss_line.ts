import { checkOneOf } from "../core/checks.ts";
import { lossStyles } from "../figures/loss_styles.ts";
import type { PlotlyTrace } from "../figures/types.ts";
import { type LossName, lossNames } from "../losses/presets.ts";

/**
 * A line of a loss with the name, colour, dashes and markers that it has in every figure.
 *
 * @param loss which loss
 * @param x positions
 * @param y a value for each
 * @throws {RangeError} if there is no such loss
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * const { name, y } = notebook.lossLine("hscl", [1, 2], [3.5, 3.1]);
 * assertEquals([name, y], ["H-SCL", [3.5, 3.1]]);
 * ```
 */
export function lossLine(loss: LossName, x: ArrayLike<number>, y: ArrayLike<number>): PlotlyTrace {
  const { name, color, dash, symbol } = lossStyles[checkOneOf("loss", loss, lossNames)];
  return {
    x,
    y,
    name,
    mode: "lines+markers",
    line: { color, dash, width: 2.5 },
    // A marker on every point of a dense line would hide the dashes.
    marker: { color, symbol, size: 8, maxdisplayed: 12 },
  };
}
