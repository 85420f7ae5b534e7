/**
 * Figures: rows of numbers become plotly figure objects, and these HTML, SVG and PNG.
 *
 * @example
 * ```ts
 * import { figures } from "hscl";
 * const row = { seed: 0, epoch: 1, trainLoss: 2, top5: 1 };
 * const rows = [{ ...row, loss: "ucl", top1: 0.9 }, { ...row, loss: "hscl", top1: 0.95 }] as const;
 * const context = { dataset: "MNIST", beta: 1, temperature: 0.5, epochs: 1, batchSize: 256, encoder: "convnet" };
 * const html = figures.figureHtml(figures.fig1(rows, context), {
 *   title: "Figure 1",
 *   caption: figures.fig1Caption(rows),
 * });
 * console.assert(html.includes("H-SCL has the highest"));
 * ```
 *
 * @module
 */
export type { LossKind, PlotlyFigure, PlotlyTrace } from "./types.ts";
export { figureSize, lossOrder, type LossStyle, lossStyles } from "./theme.ts";
export { fig1, type Fig1Context } from "./fig1.ts";
export { fig1Caption, type Fig1Row, type Fig1Summary, summarizeFig1 } from "./fig1_summary.ts";
export { figureHtml, type FigureHtmlOptions } from "./html.ts";
export {
  browserArguments,
  browserCandidates,
  findBrowser,
  readRendering,
  type ReadVariable,
  type RenderOptions,
  renderPage,
} from "./render.ts";
