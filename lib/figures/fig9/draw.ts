import { type MeanInterval, meanInterval } from "../../core/interval.ts";
import { type LossName, lossNames } from "../../losses/presets.ts";
import { errorBars, paddedRange } from "../curves.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid } from "../panels.ts";
import { ascending, distinct } from "../rows.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis as axisLook, baseConfig, baseLayout, plainText } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { percent } from "../words.ts";
import {
  axes,
  axisNames,
  checkFig9Rows,
  type Fig9Axis,
  type Fig9Measure,
  type Fig9Row,
  inPlaces,
  measureNames,
  measures,
} from "./rows.ts";
import { title } from "./verdict.ts";

/** So far are the marks of two losses apart, in places of an axis, so that intervals do not hide each other. */
const APART = 0.05;

/**
 * Figure 9: what the data set, the batch, the negatives, wrong labels and imbalance do to the losses, one line of panels per axis:
 * kNN and class-mean accuracy after the last epoch (%), mean over the seeds with 95 % intervals. The values stand at equal distances.
 *
 * @param rows one row per axis, place, loss and seed, in any order
 * @param context the settings of the runs where nothing is changed
 * @throws as {@linkcode summarizeFig9} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { axis: "batch" as const, loss: "hscl" as const, seed: 0, knn: 0.9, classMean: 0.8 };
 * const figure = figures.fig9([{ ...row, place: 0, value: "32" }, { ...row, place: 1, value: "64" }]);
 * assert(figure.data.some(({ name }) => name === "H-SCL"));
 * ```
 */
export function fig9(rows: readonly Fig9Row[], context: FigureContext = {}): PlotlyFigure {
  checkFig9Rows(rows);
  return draw(inPlaces(rows), context);
}

function draw(rows: readonly Fig9Row[], context: FigureContext): PlotlyFigure {
  const present = axisNames.filter((name) => rows.some(({ axis }) => axis === name));
  const losses = lossNames.filter((name) => rows.some(({ loss }) => loss === name));
  const { panels, height } = panelGrid({
    columns: measureNames.map(() => 1),
    rows: present.map(() => 190),
    gapY: 128,
  });
  const places = present.flatMap((axis, line) =>
    measureNames.map((measure, column) => ({
      axis,
      measure,
      panel: panels[line][column],
      own: rows.filter((row) => row.axis === axis),
      showLegend: line === 0 && column === 0,
    }))
  );
  const seeds = losses.map((loss) =>
    new Set(rows.filter((row) => row.loss === loss).map(({ seed }) => seed)).size
  );
  return {
    data: places.flatMap(({ own, measure, panel, showLegend }) =>
      losses.flatMap((loss, index) =>
        lineOf(own, loss, measure, panel, APART * (index - (losses.length - 1) / 2), showLegend)
      )
    ),
    layout: {
      ...baseLayout(title, settingsLine(context, seedsText(seeds)), height),
      ...Object.assign(
        {},
        ...places.map(({ own, axis, measure, panel }) =>
          panelAxes(panel, xAxis(own, axis), yAxis(own, measure))
        ),
      ),
      annotations: places.map(({ axis, measure, panel }) =>
        headingOf(panel, axes[axis].label, `accuracy of ${measures[measure]}, %`)
      ),
    },
    config: baseConfig("fig9", height),
  };
}

function xAxis(own: readonly Fig9Row[], axis: Fig9Axis): Record<string, unknown> {
  const places = ascending(own.map(({ place }) => place));
  return {
    ...axisLook(axes[axis].title),
    range: [-0.4, places.length - 0.6],
    tickvals: places.map((_, index) => index),
    ticktext: places.map((place) => {
      const [name, ...notes] = plainText(own.find((row) => row.place === place)!.value).split(", ");
      // Names are beside each other on a phone, too.
      return [...(places.length > 2 ? name.split(" ") : [name]), ...notes].join("<br>");
    }),
    tickangle: 0,
  };
}

/** Of the runs, whose intervals reach far where there are few seeds. */
function yAxis(own: readonly Fig9Row[], measure: Fig9Measure): Record<string, unknown> {
  return {
    ...axisLook("", { grid: true }),
    range: paddedRange(own.map((row) => 100 * row[measure])),
    nticks: 5,
  };
}

function lineOf(
  own: readonly Fig9Row[],
  loss: LossName,
  measure: Fig9Measure,
  panel: Panel,
  shift: number,
  showLegend: boolean,
): PlotlyTrace[] {
  const all = ascending(own.map(({ place }) => place)), rows = own.filter((row) => row.loss === loss);
  const places = all.filter((place) => rows.some((row) => row.place === place));
  if (places.length === 0) return [];
  const means: MeanInterval[] = places.map((place) =>
    meanInterval(rows.filter((row) => row.place === place).map((row) => row[measure]))
  );
  const values = places.map((place) =>
    distinct(rows.filter((row) => row.place === place).map(({ value }) => value))[0]
  );
  const { name, color, dash, symbol } = lossStyles[loss];
  return [{
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: loss,
    ...(showLegend ? {} : { showlegend: false }),
    ...onPanel(panel),
    x: places.map((place) => all.indexOf(place) + shift),
    y: means.map(({ mean }) => 100 * mean),
    ...errorBars(means.map(({ halfWidth }) => 100 * halfWidth), color),
    line: { color, dash, width: 2.5 },
    marker: { color, symbol, size: 9 },
    text: means.map((mean, index) => `${plainText(values[index])}: ${percent(mean)}`),
    hovertemplate: `<b>${name}</b>, ${measures[measure]}<br>%{text}<extra></extra>`,
  }];
}
