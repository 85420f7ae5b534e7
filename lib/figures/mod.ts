/**
 * Figures: rows of numbers become plotly figure objects, and these web pages.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { seed: 0, epoch: 1, trainLoss: 2, top5: 1 };
 * const rows = [{ ...row, loss: "ucl", top1: 0.9 }, { ...row, loss: "hscl", top1: 0.95 }] as const;
 * const context = { dataset: "MNIST", beta: 1, temperature: 0.5, epochs: 1, batchSize: 256, encoder: "convnet" };
 * const html = await figures.figureHtml(figures.fig1(rows, context), {
 *   title: "Figure 1",
 *   caption: figures.fig1Caption(rows),
 * });
 * assert(html.includes("H-SCL has the highest"));
 * ```
 *
 * @module
 */
export type { LossKind, PlotlyFigure, PlotlyTrace } from "./types.ts";
export { figureSize, lossOrder, type LossStyle, lossStyles, type SeriesStyle } from "./theme.ts";
export type { FigureContext } from "./settings.ts";
export type { Verdict } from "./verdict.ts";
export { fig1, type Fig1Context } from "./fig1.ts";
export { fig1Caption, type Fig1Row, type Fig1Summary, summarizeFig1 } from "./fig1_summary.ts";
export type { LossOrder, LossRow } from "./loss_order.ts";
export { fig2 } from "./fig2.ts";
export { fig2Caption, type Fig2Row, summarizeFig2 } from "./fig2_summary.ts";
export { fig3 } from "./fig3.ts";
export { fig3Caption, type Fig3Row, type Fig3Summary, summarizeFig3 } from "./fig3_summary.ts";
export { fig4 } from "./fig4.ts";
export { fig4Caption, type Fig4Row, type Fig4Summary, summarizeFig4 } from "./fig4_summary.ts";
export { fig5, type Fig5Context, type HardeningShape } from "./fig5.ts";
export {
  fig5Caption,
  type Fig5Pair,
  type Fig5Row,
  type Fig5Setting,
  type Fig5Summary,
  matchingRatio,
  summarizeFig5,
} from "./fig5_summary.ts";
export { fig6, type Fig6Context } from "./fig6.ts";
export { fig6Caption, type Fig6Row, type Fig6Summary, summarizeFig6 } from "./fig6_summary.ts";
export { fig7 } from "./fig7.ts";
export {
  fig7Caption,
  type Fig7Gap,
  type Fig7Rows,
  type Fig7Slope,
  type Fig7Summary,
  summarizeFig7,
} from "./fig7_summary.ts";
export { fig8, type Fig8Context } from "./fig8.ts";
export {
  fig8Caption,
  type Fig8Geometry,
  type Fig8Map,
  type Fig8Measure,
  type Fig8Rows,
  type Fig8Spectrum,
  type Fig8Summary,
  summarizeFig8,
} from "./fig8_summary.ts";
export { type GalleryEntry, galleryHtml } from "./gallery.ts";
export { figureHtml, type FigureHtmlOptions } from "./html.ts";
