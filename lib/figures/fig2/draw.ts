import { type NegativeKind, negativeKindNames } from "../../core/negative_kinds.ts";
import { curveBand, curveLine, type CurveOptions, curvePoints, epochRange, paddedRange } from "../curves.ts";
import { lossOrderNote } from "../loss_order.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid, sharedTitles } from "../panels.ts";
import { ascending, inOrder, lastEpoch } from "../rows.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, baseConfig, baseLayout, INK } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { count, digits } from "../words.ts";
import { checkFig2Rows, type Fig2Row, ofBatches } from "./rows.ts";
import { isHsclAbove, summarizeFig2, title } from "./verdict.ts";

const differenceName = "H-SCL − H-UCL, one line per seed";

/**
 * Figure 2: the four population losses of the embeddings while training with H-UCL, one panel per β, mean over the
 * seeds with a 95 % band; under each, the difference of the H-SCL and H-UCL losses for every seed. Theorem 1 keeps it
 * at or below zero where Assumption 1 holds; points above zero carry a cross. The losses are those of the training's batches
 * instead where the rows are.
 *
 * @param rows one row per β, seed and epoch, in any order; at most four different β
 * @param context the settings of the runs
 * @returns the figure; equal rows give an equal figure
 * @throws {RangeError} if there are no rows, more than four β, two rows of one epoch of a run, or rows both of batches and of
 * test images
 * @throws {TypeError} if a loss is not a finite number
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { beta: 1, seed: 0, ucl: 4.1, scl: 4, hucl: 4.4, hscl: 4.2 };
 * const figure = figures.fig2([{ ...row, epoch: 0 }, { ...row, epoch: 1 }], { dataset: "MNIST" });
 * assert(figure.data.some((trace) => trace.name === "H-SCL"));
 * ```
 */
export function fig2(rows: readonly Fig2Row[], context: FigureContext = {}): PlotlyFigure {
  checkFig2Rows(rows);
  return draw(inOrder(rows), context);
}

function draw(rows: readonly Fig2Row[], context: FigureContext): PlotlyFigure {
  const orders = summarizeFig2(rows);
  const columns = orders.map(() => 1);
  const isTrained = ofBatches(rows);
  // Batches have small differences, with long labels.
  const gapX = isTrained ? 76 : 60;
  const { panels: [top, bottom], height } = panelGrid({ columns, rows: [270, 120], gapX, gapY: 44 });
  const parts = orders.map(({ beta }, column) => {
    const own = rows.filter((row) => row.beta === beta);
    return {
      own,
      curves: negativeKindNames.map((loss) => lossCurve(own, loss, top[column], column === 0)),
      differences: differenceTraces(own, bottom[column], column === 0),
    };
  });
  const crosses = crossTraces(rows, orders.map((order) => order.beta), bottom);
  // Of the runs rather than the bands, which reach far for two seeds.
  const lossRange = paddedRange(rows.flatMap((row) => negativeKindNames.map((loss) => row[loss])));
  const differenceRange = paddedRange([0, ...rows.map(difference)]);
  const seeds = seedsText(parts.map(({ own }) => new Set(own.map((row) => row.seed)).size));
  return {
    data: [
      ...parts.flatMap(({ curves }) => curves.flatMap((each) => curveBand(each.points, each))),
      ...parts.flatMap(({ curves }) => curves.map((each) => curveLine(each.points, each))),
      ...parts.flatMap(({ differences }) => differences),
      ...crosses,
    ],
    layout: {
      ...baseLayout(title, settingsLine(context, seeds), height),
      ...Object.assign(
        {},
        ...orders.map((_, column) => {
          const last = epochRange(isTrained ? 1 : 0, lastEpoch(rows));
          const title = (text: string) => column === 0 ? text : "";
          return {
            ...panelAxes(top[column], { ...axis(""), ...last, showticklabels: false }, {
              ...axis(title(isTrained ? "Loss of the batches" : "Population loss"), { grid: true }),
              range: lossRange,
            }),
            ...panelAxes(bottom[column], { ...axis("Epoch"), ...last }, {
              ...axis(title("H-SCL − H-UCL"), { grid: true, zero: true }),
              range: differenceRange,
              nticks: 5,
            }),
          };
        }),
      ),
      meta: sharedTitles([top, bottom].map((row) => row.map(({ y }) => y))),
      annotations: orders.map((order, column) =>
        headingOf(
          top[column],
          `β = ${order.beta}`,
          lossOrderNote(order, lossStyles.hscl.name, lossStyles.hucl.name),
        )
      ),
    },
    config: baseConfig("fig2", height),
  };
}

function lossCurve(rows: readonly Fig2Row[], loss: NegativeKind, panel: Panel, showLegend: boolean) {
  const options: CurveOptions = {
    style: lossStyles[loss],
    group: loss,
    panel,
    showLegend,
    position: `β = ${rows[0].beta}, epoch`,
    text: ({ mean, halfWidth, count: seeds }) =>
      `${digits(mean, 4)}${Number.isNaN(halfWidth) ? "" : ` ± ${digits(halfWidth, 2)}`} (${
        count(seeds, "seed")
      })`,
  };
  return { ...options, points: curvePoints(rows, (row) => row.epoch, (row) => row[loss]) };
}

function difference(row: Fig2Row): number {
  return row.hscl - row.hucl;
}

function differenceTraces(rows: readonly Fig2Row[], panel: Panel, showLegend: boolean): PlotlyTrace[] {
  return ascending(rows.map((row) => row.seed)).map((seed, position) => {
    const run = rows.filter((row) => row.seed === seed);
    return {
      type: "scatter",
      mode: "lines",
      name: differenceName,
      legendgroup: "difference",
      showlegend: showLegend && position === 0,
      ...onPanel(panel),
      x: run.map((row) => row.epoch),
      y: run.map(difference),
      line: { color: INK, width: 1.5 },
      text: run.map((row) => digits(difference(row))),
      hovertemplate: `<b>H-SCL − H-UCL</b>, seed ${seed}, epoch %{x}<br>%{text}<extra></extra>`,
    };
  });
}

// One trace per panel; only the first of them is in the legend.
function crossTraces(
  rows: readonly Fig2Row[],
  betas: readonly number[],
  panels: readonly Panel[],
): PlotlyTrace[] {
  const failing = rows.filter(isHsclAbove);
  return betas.filter((beta) => failing.some((row) => row.beta === beta)).map((beta, position) => {
    const own = failing.filter((row) => row.beta === beta);
    return {
      type: "scatter",
      mode: "markers",
      name: "above zero",
      legendgroup: "above",
      showlegend: position === 0,
      ...onPanel(panels[betas.indexOf(beta)]),
      x: own.map((row) => row.epoch),
      y: own.map(difference),
      marker: { color: INK, symbol: "x", size: 8 },
      text: own.map((row) => `seed ${row.seed}, epoch ${row.epoch}<br>${digits(difference(row))}`),
      hovertemplate: "<b>H-SCL above H-UCL</b>, %{text}<extra></extra>",
    };
  });
}
