/**
 * Figures: rows of numbers become plotly figure objects, and these web pages.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { seed: 0, epoch: 1, trainLoss: 2, top1: 0.9, top5: 1 };
 * const rows = [{ ...row, loss: "scl", classMean: 0.9 }, { ...row, loss: "hscl", classMean: 0.95 }] as const;
 * const context = { dataset: "MNIST", beta: 1, temperature: 0.5, epochs: 1, batchSize: 256, encoder: "convnet" };
 * const html = await figures.figureHtml(figures.fig1(rows, context), {
 *   title: "Figure 1",
 *   caption: figures.fig1Caption(rows),
 * });
 * assert(html.includes("5.00 points above SCL"));
 * ```
 *
 * @module
 */
export type { PlotlyFigure, PlotlyTrace } from "./types.ts";
export { type LossStyle, lossStyles } from "./loss_styles.ts";
export { figureSize, type SeriesStyle } from "./theme.ts";
export type { FigureContext, TableSet } from "./settings.ts";
export type { Verdict } from "./verdict.ts";
export type { Judged, Ruling } from "./court.ts";
export type { DrawnRecord, FigureDetail, FigureRecord } from "./record.ts";
export type { FigureContent, FigureExperiment, SeveralDatasets } from "./experiment.ts";
export { type FigureName, figureNames, figureRecords } from "./records.ts";
export { tableRecords } from "./tables/records.ts";
export type { TableRecord } from "./tables/record.ts";
export type { BetaChoice, TableRows, TableRun } from "./tables/rows.ts";
export { fig1, type Fig1Context } from "./fig1/draw.ts";
export type { Fig1Measure, Fig1Row } from "./fig1/rows.ts";
export {
  fig1Caption,
  type Fig1Comparison,
  type Fig1Summary,
  judgeFig1,
  summarizeFig1,
} from "./fig1/verdict.ts";
export type { LossOrder, LossRow } from "./loss_order.ts";
export { fig2 } from "./fig2/draw.ts";
export type { Fig2Row } from "./fig2/rows.ts";
export { fig2Caption, summarizeFig2 } from "./fig2/verdict.ts";
export { fig3 } from "./fig3/draw.ts";
export type { Fig3Row } from "./fig3/rows.ts";
export { fig3Caption, type Fig3Summary, summarizeFig3 } from "./fig3/verdict.ts";
export { fig4 } from "./fig4/draw.ts";
export type { Fig4Row } from "./fig4/rows.ts";
export { fig4Caption, type Fig4Summary, summarizeFig4 } from "./fig4/verdict.ts";
export { fig5, type Fig5Context, type HardeningShape } from "./fig5/draw.ts";
export type { Fig5Row } from "./fig5/rows.ts";
export {
  fig5Caption,
  type Fig5Pair,
  type Fig5Setting,
  type Fig5Summary,
  summarizeFig5,
} from "./fig5/verdict.ts";
export { fig6, type Fig6Context } from "./fig6/draw.ts";
export type { Fig6Row } from "./fig6/rows.ts";
export { fig6Caption, type Fig6Summary, summarizeFig6 } from "./fig6/verdict.ts";
export { fig7 } from "./fig7/draw.ts";
export type { Fig7Gap, Fig7Rows, Fig7Slope } from "./fig7/rows.ts";
export { fig7Caption, type Fig7Summary, summarizeFig7 } from "./fig7/verdict.ts";
export { fig8, type Fig8Context } from "./fig8/draw.ts";
export type { Fig8Geometry, Fig8Map, Fig8Measure, Fig8Rows, Fig8Spectrum } from "./fig8/rows.ts";
export { fig8Caption, type Fig8Summary, summarizeFig8 } from "./fig8/verdict.ts";
export { table2, type Table2Context } from "./table2/draw.ts";
export { record as table2Record } from "./table2/mod.ts";
export type { Table2Method, Table2Row } from "./table2/rows.ts";
export {
  judgeTable2,
  summarizeTable2,
  table2Caption,
  type Table2Comparison,
  type Table2Summary,
} from "./table2/verdict.ts";
export { sequel } from "./sequel/draw.ts";
export { record as sequelRecord } from "./sequel/mod.ts";
export type { SequelMeasure, SequelRow } from "./sequel/rows.ts";
export { sequelCaption, type SequelSummary, summarizeSequel } from "./sequel/verdict.ts";
export type { HolmJudged } from "./tables/holm.ts";
export { fig9 } from "./fig9/draw.ts";
export { record as fig9Record } from "./fig9/mod.ts";
export type { Fig9Axis, Fig9Measure, Fig9Row } from "./fig9/rows.ts";
export { fig9Caption, type Fig9Difference, type Fig9Summary, summarizeFig9 } from "./fig9/verdict.ts";
export { compareEvaluations, type EvaluationDifference } from "./evaluation/compare.ts";
export {
  confusionCaption,
  confusionFigure,
  type ConfusionFigureOptions,
  type Confusions,
  type Mistake,
  mistakes,
} from "./evaluation/confusion.ts";
export { mapFigure, type MapFigureOptions } from "./evaluation/map.ts";
export { differenceTable, evaluationsTable, evaluationTable } from "./evaluation/table.ts";
export {
  type TheoryClassRow,
  theoryFigure,
  type TheoryRow,
  type TheoryRows,
  theoryRows,
  type TheorySentence,
  theorySentences,
  theoryTables,
} from "./theory/mod.ts";
export { type GalleryEntry, galleryHtml } from "./gallery.ts";
export { figureHtml, type FigureHtmlOptions } from "./html.ts";
