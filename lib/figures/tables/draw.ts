// @ts-types="npm:@types/d3-array@3.2.2"
import { ticks } from "d3-array";
import type { LossName } from "../../losses/presets.ts";
import { ends, paddedRange } from "../curves.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid } from "../panels.ts";
import { distinct } from "../rows.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, baseConfig, baseLayout, INK, plainText } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { count, hundredths, percent } from "../words.ts";
import { cellsOf, type TableCell } from "./judge.ts";
import type { TableRows } from "./rows.ts";

/** What a table is called, and its measures by name. */
export interface TableLook {
  name: string;
  title: string;
  measures: Readonly<Record<string, string>>;
}

/** So high is a line of a panel. */
const LINE = 34;

/** Data sets under each other, measures side by side: each a table of the losses, with a mark and an interval beside its number. */
export function drawTable(
  rows: TableRows,
  context: FigureContext,
  { name, title, measures }: TableLook,
): PlotlyFigure {
  const names = Object.keys(measures), cells = cellsOf(rows, names);
  const datasets = distinct(cells.map(({ dataset }) => dataset));
  const { panels, height } = panelGrid({
    columns: names.map(() => 1),
    rows: datasets.map((dataset) => LINE * (cells.filter((each) => each.dataset === dataset).length + 0.4)),
    gapX: 78,
    gapY: 128,
  });
  const places = datasets.flatMap((dataset, row) =>
    names.map((measure, column) => ({
      dataset,
      measure,
      panel: panels[row][column],
      own: cells.filter((each) => each.dataset === dataset),
    }))
  );
  const seeds = seedsText(cells.map(({ means }) => means[names[0]].count));
  const note = cells.some(({ means }) => means[names[0]].count > 1)
    ? "mean and 95 % interval"
    : "one run each";
  return {
    data: places.flatMap(({ own, measure, panel }) => traces(own, measure, measures[measure], panel)),
    layout: {
      ...baseLayout(title, settingsLine(context, seeds), height),
      showlegend: false,
      ...Object.assign(
        {},
        ...places.map(({ own, measure, panel }) =>
          panelAxes(
            panel,
            {
              ...axis("accuracy (%)", { grid: true }),
              range: rangeOf(own, measure),
              tickvals: ticksOf(own, measure),
            },
            {
              ...axis(""),
              range: [-0.7, own.length - 0.3],
              tickvals: own.map((_, at) => own.length - 1 - at),
              ticktext: own.map(({ loss }) => lossStyles[loss].name),
              ticks: "",
            },
          )
        ),
      ),
      annotations: places.map(({ dataset, measure, panel }) =>
        headingOf(panel, plainText(dataset), `${plainText(measures[measure])}, ${note}`)
      ),
    },
    config: baseConfig(name, height),
  };
}

/** Where the intervals are, in percent. */
function extentOf(own: readonly TableCell[], measure: string): [number, number] {
  return paddedRange(ends(own.map(({ means }) => means[measure]), 100));
}

/** A few round numbers where the intervals are, none of them beyond what there can be. */
function ticksOf(own: readonly TableCell[], measure: string): number[] {
  const [low, high] = extentOf(own, measure);
  return ticks(Math.max(0, low), Math.min(100, high), 3);
}

/** Room for the numbers right of the intervals. */
function rangeOf(own: readonly TableCell[], measure: string): [number, number] {
  const [low, high] = extentOf(own, measure);
  return [low, high + 0.75 * (high - low)];
}

function traces(own: readonly TableCell[], measure: string, label: string, panel: Panel): PlotlyTrace[] {
  const edge = Math.max(...ends(own.map(({ means }) => means[measure]), 100));
  const [low, high] = rangeOf(own, measure);
  const numbers: PlotlyTrace = {
    type: "scatter",
    mode: "text",
    ...onPanel(panel),
    showlegend: false,
    x: own.map(() => edge + 0.04 * (high - low)),
    y: own.map((_, at) => own.length - 1 - at),
    text: own.map(({ means }) => hundredths(means[measure])),
    textposition: "middle right",
    textfont: { size: 14, color: INK },
    hoverinfo: "skip",
  };
  return [
    ...own.map((cell, at) => mark(cell.loss, cell, measure, label, own.length - 1 - at, panel)),
    numbers,
  ];
}

function mark(
  loss: LossName,
  { means, betas }: TableCell,
  measure: string,
  label: string,
  y: number,
  panel: Panel,
): PlotlyTrace {
  const { name, color, symbol } = lossStyles[loss], interval = means[measure];
  const halfWidth = 100 * interval.halfWidth;
  const strength = betas.some((beta) => beta > 0) ? `, β = ${betas.join(", ")}` : "";
  return {
    type: "scatter",
    mode: "markers",
    name,
    showlegend: false,
    ...onPanel(panel),
    x: [100 * interval.mean],
    y: [y],
    marker: { color, symbol, size: 11 },
    ...(Number.isNaN(halfWidth)
      ? {}
      : { error_x: { type: "data", array: [halfWidth], color, thickness: 2.5, width: 7 } }),
    hovertemplate: `<b>${name}</b>${strength}<br>${plainText(label)}: ${percent(interval)} (${
      count(interval.count, "seed")
    })<extra></extra>`,
  };
}
