import { record as fig1 } from "./fig1/mod.ts";
import { record as fig2 } from "./fig2/mod.ts";
import { record as fig3 } from "./fig3/mod.ts";
import { record as fig4 } from "./fig4/mod.ts";
import { record as fig5 } from "./fig5/mod.ts";
import { record as fig6 } from "./fig6/mod.ts";
import { record as fig7 } from "./fig7/mod.ts";
import { record as fig8 } from "./fig8/mod.ts";

/**
 * All figures, in their order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { loss: "hscl", seed: 0, epoch: 1, trainLoss: 2, classMean: 0.9, top1: 0.95, top5: 1 } as const;
 * assertEquals(figures.figureRecords.fig1.table([row])[1], ["H-SCL", "90.00 %", "95.00 %", "–", "1"]);
 * ```
 */
export const figureRecords = { fig1, fig2, fig3, fig4, fig5, fig6, fig7, fig8 };

/** The name of a figure. */
export type FigureName = keyof typeof figureRecords;

/** The names of the figures, in their order. */
export const figureNames = Object.keys(figureRecords) as FigureName[];
