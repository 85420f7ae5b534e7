import type { LossName } from "../../losses/presets.ts";
import { ends, errorBars, paddedRange } from "../curves.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid } from "../panels.ts";
import { ascending } from "../rows.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, baseConfig, baseLayout } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { hardenedLosses, unhardened } from "../unhardened.ts";
import { count, percent, points } from "../words.ts";
import { checkFig4Rows, type Fig4Row } from "./rows.ts";
import { type Fig4Summary, summarizeFig4, title } from "./verdict.ts";

/**
 * Figure 4: what the hardness β does to the accuracy. Left, kNN top-1 accuracy (%) after training against β, mean over
 * the seeds with 95 % Student-t intervals, UCL and SCL being β = 0 and the level lines; right, the difference to β = 0
 * in percentage points, paired by seed. The values of β stand at equal distances.
 *
 * @param rows one row per loss, β and seed, in any order; accuracies are fractions
 * @param context the settings of the runs
 * @returns the figure; equal rows give an equal figure
 * @throws {RangeError} if there are no rows of H-UCL or H-SCL, an accuracy is outside [0, 1], β does not belong to the
 * loss, or a run has two rows
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const figure = figures.fig4([
 *   { loss: "scl", beta: 0, seed: 0, top1: 0.9 },
 *   { loss: "hscl", beta: 1, seed: 0, top1: 0.95 },
 * ], { dataset: "MNIST" });
 * assert(figure.data.some((trace) => trace.name === "H-SCL"));
 * ```
 */
export function fig4(rows: readonly Fig4Row[], context: FigureContext = {}): PlotlyFigure {
  checkFig4Rows(rows);
  const summary = summarizeFig4(rows);
  const values = ascending([0, ...rows.map((row) => row.beta)]);
  const { panels: [[left, right]], height } = panelGrid({ columns: [1.15, 1], rows: [314] });
  const families = hardenedLosses.filter((loss) => rows.some((row) => row.loss === loss));
  const seeds = seedsText(summary.map(({ accuracy }) => accuracy.count));
  const intervals = summary.some(({ accuracy }) => accuracy.count > 1);
  const x = {
    ...axis("Hardness β"),
    range: [-0.35, values.length - 0.65],
    tickvals: values.map((_, position) => position),
    ticktext: values.map(String),
  };
  return {
    data: [
      ...families.flatMap((loss) => referenceTraces(summary, loss, values, left)),
      ...families.map((loss) => accuracyTrace(summary, loss, values, left)),
      ...families.flatMap((loss) => differenceTrace(summary, loss, values, right)),
    ],
    layout: {
      ...baseLayout(title, settingsLine(context, seeds), height),
      ...panelAxes(left, x, {
        ...axis("kNN top-1 accuracy (%)", { grid: true }),
        range: paddedRange(ends(summary.map(({ accuracy }) => accuracy), 100)),
      }),
      ...panelAxes(right, { ...x, range: [0.5, values.length - 0.5] }, {
        ...axis("Difference to β = 0 (points)", { grid: true, zero: true }),
        range: paddedRange([0, ...ends(summary.flatMap(({ difference }) => difference ?? []), 100)]),
      }),
      annotations: [
        headingOf(left, "After training", intervals ? "mean over seeds, 95 % interval" : "one run each"),
        headingOf(
          right,
          "What hardening adds",
          intervals ? "paired by seed, each interval alone 95 %" : "one run each: no interval",
        ),
      ],
    },
    config: baseConfig("fig4", height),
  };
}

// The two families stand a little beside each other, so that their intervals do not cover each other.
function place(loss: LossName, beta: number, values: readonly number[]): number {
  return values.indexOf(beta) + (lossStyles[loss].symbol === "circle" ? -0.08 : 0.08);
}

function referenceTraces(
  summary: readonly Fig4Summary[],
  hardened: LossName,
  values: readonly number[],
  panel: Panel,
): PlotlyTrace[] {
  const loss = unhardened[hardened];
  const entry = summary.find((each) => each.loss === loss);
  if (!entry) return [];
  const { name, color, dash, symbol } = lossStyles[loss];
  const level = 100 * entry.accuracy.mean;
  const shared = { type: "scatter", name, legendgroup: loss, ...onPanel(panel) };
  return [{
    ...shared,
    mode: "lines",
    showlegend: false,
    x: [-0.35, values.length - 0.65],
    y: [level, level],
    line: { color, dash, width: 2 },
    hoverinfo: "skip",
  }, {
    ...shared,
    mode: "markers",
    x: [place(loss, 0, values)],
    y: [level],
    marker: { color, symbol, size: 11 },
    ...errorBars([100 * entry.accuracy.halfWidth], color),
    text: [`${percent(entry.accuracy)} (${count(entry.accuracy.count, "seed")})`],
    hovertemplate: `<b>${name}</b>, β = 0<br>%{text}<extra></extra>`,
  }];
}

function accuracyTrace(
  summary: readonly Fig4Summary[],
  loss: LossName,
  values: readonly number[],
  panel: Panel,
): PlotlyTrace {
  const own = summary.filter((entry) => entry.loss === loss);
  return {
    ...lineOver(own, loss, values, panel),
    y: own.map(({ accuracy }) => 100 * accuracy.mean),
    ...errorBars(own.map(({ accuracy }) => 100 * accuracy.halfWidth), lossStyles[loss].color),
    text: own.map(({ beta, accuracy }) =>
      `β = ${beta}<br>${percent(accuracy)} (${count(accuracy.count, "seed")})`
    ),
  };
}

function differenceTrace(
  summary: readonly Fig4Summary[],
  loss: LossName,
  values: readonly number[],
  panel: Panel,
): PlotlyTrace[] {
  const own = summary.filter((entry) => entry.loss === loss && entry.difference);
  if (own.length === 0) return [];
  const differences = own.map(({ difference }) => difference!);
  const reference = lossStyles[unhardened[loss]].name;
  return [{
    ...lineOver(own, loss, values, panel),
    showlegend: false,
    y: differences.map(({ mean }) => 100 * mean),
    ...errorBars(differences.map(({ halfWidth }) => 100 * halfWidth), lossStyles[loss].color),
    text: own.map(({ beta, difference }) =>
      `β = ${beta}<br>minus ${reference}: ${points(difference!)} (${count(difference!.count, "pair")})`
    ),
  }];
}

function lineOver(
  entries: readonly Fig4Summary[],
  loss: LossName,
  values: readonly number[],
  panel: Panel,
): PlotlyTrace {
  const { name, color, dash, symbol } = lossStyles[loss];
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: loss,
    ...onPanel(panel),
    x: entries.map(({ beta }) => place(loss, beta, values)),
    line: { color, dash, width: 2.5 },
    marker: { color, symbol, size: 11 },
    hovertemplate: `<b>${name}</b>, %{text}<extra></extra>`,
  };
}
