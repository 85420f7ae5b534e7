import { meanInterval } from "../../core/interval.ts";
import { errorBars } from "../curves.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid } from "../panels.ts";
import { distinct, extent } from "../rows.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, baseConfig, baseLayout, type SeriesStyle, translucent } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { count, percent } from "../words.ts";
import { bySeed, checkTable2Rows, methods, type Table2Method, type Table2Row } from "./rows.ts";
import { methodName, title } from "./verdict.ts";

/** The settings all trainings of Table 2 share; they become its subtitle. */
export interface Table2Context extends FigureContext {
  /** Parts of the cross-validation. */
  folds: number;
  /** How views are made of the graphs. */
  views: string;
}

const MOST_COLUMNS = 3;

const untrainedStyle: SeriesStyle = { name: "untrained", color: "#999999", dash: "dot", symbol: "x" };

const styleOf = (method: Table2Method): SeriesStyle =>
  method === "untrained" ? untrainedStyle : lossStyles[method];

/**
 * Table 2 as a picture: for every graph collection a panel with the accuracy (%) of each loss, and of networks that nothing has
 * trained; mean over the seeds with a 95 % Student-t interval, and beside it the seeds, each the mean over its parts.
 *
 * @param rows one row per training and part, in any order; accuracies are fractions
 * @param context the settings of the trainings
 * @returns the figure; equal rows give an equal figure
 * @throws {RangeError} if there are no rows, an accuracy is not in [0, 1], or a seed lacks a part
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { collection: "MUTAG", seed: 0, fold: 0 };
 * const figure = figures.table2([
 *   { ...row, method: "ucl", accuracy: 0.8 },
 *   { ...row, method: "hscl", accuracy: 0.9 },
 * ], { folds: 10, views: "random" });
 * assert(figure.data.some((trace) => trace.name === "H-SCL"));
 * ```
 */
export function table2(rows: readonly Table2Row[], context: Table2Context): PlotlyFigure {
  checkTable2Rows(rows);
  const collections = distinct(rows.map(({ collection }) => collection));
  const shown = methods.filter((method) => rows.some((row) => row.method === method));
  const columns = Math.min(MOST_COLUMNS, collections.length);
  const { panels, height } = panelGrid({
    columns: Array(columns).fill(1),
    rows: Array(Math.ceil(collections.length / columns)).fill(270),
  });
  const places = collections.map((collection, i) => ({
    collection,
    panel: panels[Math.floor(i / columns)][i % columns],
  }));
  const seeds = shown.map((method) =>
    new Set(rows.filter((row) => row.method === method).map(({ seed }) => seed)).size
  );
  const { folds, views, ...settings } = context;
  const note = `${seedsText(seeds)}  ·  ${count(folds, "part")}  ·  views: ${views}`;
  return {
    data: places.flatMap(({ collection, panel }, i) =>
      shown.flatMap((method, place) =>
        traces(rows, collection, method, { panel, place, showLegend: i === 0 })
      )
    ),
    layout: {
      ...baseLayout(title, settingsLine(settings, note), height),
      ...Object.assign({}, ...places.map(({ collection, panel }) => axes(rows, collection, shown, panel))),
      annotations: places.map(({ collection, panel }) => {
        const parts = new Set(
          rows.filter((row) => row.collection === collection).map(({ fold }) => fold),
        ).size;
        return headingOf(panel, collection, `SVM, mean over ${count(parts, "part")}; ○ one seed`);
      }),
    },
    config: baseConfig("table2", height),
  };
}

function traces(
  rows: readonly Table2Row[],
  collection: string,
  method: Table2Method,
  { panel, place, showLegend }: { panel: Panel; place: number; showLegend: boolean },
): PlotlyTrace[] {
  const seeds = bySeed(rows, collection, method);
  if (seeds.length === 0) return [];
  const { name, color, symbol } = styleOf(method),
    interval = meanInterval(seeds.map(({ accuracy }) => accuracy));
  const shared = { type: "scatter", mode: "markers", name, legendgroup: method, ...onPanel(panel) };
  const mean = {
    ...shared,
    showlegend: showLegend,
    x: [place],
    y: [100 * interval.mean],
    marker: { color, symbol, size: 10 },
    ...errorBars([100 * interval.halfWidth], color),
    hovertemplate: `<b>${name}</b><br>${percent(interval)} (${count(seeds.length, "seed")})<extra></extra>`,
  };
  if (seeds.length < 2) return [mean];
  return [{
    ...shared,
    showlegend: false,
    x: seeds.map(() => place + 0.3),
    y: seeds.map(({ accuracy }) => 100 * accuracy),
    marker: { color: translucent(color, 0), symbol: "circle", size: 7, line: { color, width: 1.5 } },
    text: seeds.map(({ seed }) => `seed ${seed}`),
    hovertemplate: `<b>${name}</b>, %{text}<br>%{y:.2f} %<extra></extra>`,
  }, mean];
}

function axes(
  rows: readonly Table2Row[],
  collection: string,
  shown: readonly Table2Method[],
  panel: Panel,
): Record<string, unknown> {
  const values = shown.flatMap((method) => {
    const own = bySeed(rows, collection, method).map(({ accuracy }) => 100 * accuracy);
    if (own.length === 0) return [];
    const { mean, halfWidth } = meanInterval(own);
    return Number.isNaN(halfWidth) ? own : [...own, mean - halfWidth, mean + halfWidth];
  });
  const [low, high] = extent(values), margin = Math.max(0.08 * (high - low), 1);
  return panelAxes(panel, {
    ...axis(""),
    range: [-0.6, shown.length - 0.2],
    tickvals: shown.map((_, place) => place),
    ticktext: shown.map(methodName),
    tickangle: 0,
    ticks: "",
    tickfont: { size: 12 },
  }, {
    ...axis("Accuracy (%)", { grid: true }),
    range: [Math.max(low - margin, -2), Math.min(high + margin, 102)],
  });
}
