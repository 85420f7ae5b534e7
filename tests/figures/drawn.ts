import {
  fig9Record,
  type FigureName,
  type FigureRecord,
  figureRecords,
  type PlotlyFigure,
  type sequelRecord,
  tableRecords,
} from "../../lib/figures/mod.ts";
import { context, madeUpRows } from "./fixture.ts";
import * as madeUp from "./made_up.ts";

/** A figure with its words. */
export interface Drawn {
  name: string;
  title: string;
  caption: string;
  figure: PlotlyFigure;
}

type Given<Record> = Record extends FigureRecord<infer Rows, infer Context> ? { rows: Rows; context: Context }
  : never;

/** Made-up rows and settings of figures. */
export function madeUpFigures(
  story: madeUp.Story,
): { [Name in FigureName]?: Given<typeof figureRecords[Name]> } & { sequel: Given<typeof sequelRecord> } {
  const { beta: _, ...shared } = context;
  return {
    fig1: { rows: madeUpRows(3, 12), context },
    fig2: { rows: madeUp.fig2Rows(story), context: shared },
    fig3: { rows: madeUp.fig3Rows(story), context: shared },
    fig4: { rows: madeUp.fig4Rows(story), context: shared },
    fig5: { rows: madeUp.fig5Rows(story), context: { ...shared, shapes: madeUp.fig5Shapes() } },
    fig6: { rows: madeUp.fig6Rows(story), context: shared },
    fig7: { rows: madeUp.fig7Rows(story), context: shared },
    fig8: { rows: madeUp.fig8Rows(story), context: shared },
    sequel: { rows: madeUp.sequelRows(story), context: shared },
  };
}

/** Made-up rows of what figures' flags make of them besides. */
function madeUpVariants(story: madeUp.Story): { name: FigureName; variant: string; rows: unknown }[] {
  return [
    { name: "fig2", variant: "train", rows: madeUp.batchRows(story) },
    { name: "fig3", variant: "datasets", rows: madeUp.severalFig3Rows(story) },
    { name: "fig6", variant: "datasets", rows: madeUp.severalFig6Rows(story) },
  ];
}

/** All figures, and those that are presets of their tasks. */
export const everyFigure: readonly FigureRecord[] = Object.values<FigureRecord>(figureRecords).flatMap((
  record,
) => [
  record,
  ...Object.values(record.presets ?? {}),
]);

/** Those figures from made-up rows, variants included. */
export function drawAll(story: madeUp.Story): Drawn[] {
  const given = madeUpFigures(story),
    tables = Object.values(tableRecords).map((record) => ({
      name: record.name,
      title: record.title,
      caption: record.caption(madeUp.tableRows(story)),
      figure: record.draw(madeUp.tableRows(story), context),
    }));
  const variants = madeUpVariants(story).map(({ name, variant, rows }) => {
    const record = figureRecords[name] as FigureRecord, { beta: _, dataset: __, ...shared } = context;
    const figure = record.draw(rows, shared);
    return { name: `${name}-${variant}`, title: record.title, caption: record.caption(rows), figure };
  });
  return everyFigure.flatMap((record) => {
    const { rows, context } = given[record.name as FigureName | "sequel"] ?? {};
    return rows === undefined ? [] : [{
      name: record.name,
      title: record.title,
      caption: record.caption(rows),
      figure: record.draw(rows, context),
    }];
  }).concat(tables, variants, {
    name: fig9Record.name,
    title: fig9Record.title,
    caption: fig9Record.caption(madeUp.fig9Rows(story)),
    figure: fig9Record.draw(madeUp.fig9Rows(story), context),
  });
}
