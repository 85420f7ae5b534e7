import type { NegativeKind } from "../../core/negative_kinds.ts";
import { errorBars, paddedRange } from "../curves.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid } from "../panels.ts";
import { extent } from "../rows.ts";
import { type FigureContext, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, baseConfig, baseLayout, INK } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { digits } from "../words.ts";
import type { Fig7Gap, Fig7Rows } from "./rows.ts";
import { type Fig7Summary, slopeText, summarizeFig7, title } from "./verdict.ts";

/**
 * Figure 7: how fast the losses with `k` negatives reach their limit. Left, `|L_k − L_∞|` against `k` on log axes with
 * 95 % intervals, and a guide of slope −1. Right, the slope of each loss with its 95 % interval.
 *
 * @param rows gaps and slopes
 * @param context the settings of the embeddings
 * @returns the figure; equal rows give an equal figure
 * @throws {RangeError} as {@linkcode summarizeFig7} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const gaps = [1, 10, 100].map((k) => ({ kind: "ucl" as const, k, gap: 0.3 / k, halfWidth: 0.01 / k }));
 * const slopes = [{ kind: "ucl" as const, slope: -1, low: -1.02, high: -0.98 }];
 * const figure = figures.fig7({ gaps, slopes }, { dataset: "MNIST" });
 * assert(figure.data.some((trace) => trace.name === "slope −1"));
 * ```
 */
export function fig7(rows: Fig7Rows, context: FigureContext = {}): PlotlyFigure {
  const summary = summarizeFig7(rows);
  const visible = rows.gaps.filter((row) => row.gap > 0);
  const { panels: [[left, right]], height } = panelGrid({ columns: [1.7, 1], rows: [314] });
  return {
    data: [
      guide(visible, left),
      ...summary.map(({ kind }) => gapTrace(visible, kind, left)),
      ...summary.flatMap((entry, position) => slopeTrace(entry, position, right)),
    ],
    layout: {
      ...baseLayout(title, settingsLine(context), height),
      ...panelAxes(left, {
        ...axis("Number of negatives k"),
        type: "log",
        range: paddedRange(visible.map((row) => Math.log10(row.k))),
        dtick: 1,
      }, {
        ...axis("|L<sub>k</sub> − L<sub>∞</sub>|", { grid: true }),
        type: "log",
        range: paddedRange(visible.flatMap(({ gap }) => [Math.log10(gap), Math.log10(2 * gap)])),
        dtick: 1,
        exponentformat: "power",
      }),
      ...panelAxes(right, {
        ...axis(""),
        range: [-0.5, summary.length - 0.5],
        tickvals: summary.map((_, position) => position),
        ticktext: summary.map(({ kind, slope }) =>
          `<b>${lossStyles[kind].name}</b><br>${slope ? slopeText(slope).split(" ")[0] : "–"}`
        ),
        tickangle: 0,
        ticks: "",
      }, {
        ...axis("Slope", { grid: true }),
        range: paddedRange([-1.1, -0.9, ...rows.slopes.flatMap(({ low, high }) => [low, high])]),
      }),
      annotations: [
        headingOf(left, "Gap to the limit", "mean over anchors, 95 % interval"),
        headingOf(right, "Slope on log axes", "95 % interval; 1/k is −1"),
      ],
      shapes: [{
        type: "line",
        xref: `${right.x} domain`,
        x0: 0,
        x1: 1,
        yref: right.y,
        y0: -1,
        y1: -1,
        line: { color: INK, width: 1.5, dash: "dot" },
      }],
    },
    config: baseConfig("fig7", height),
  };
}

// From above the largest gap at the smallest k, so that no curve hides it.
function guide(rows: readonly Fig7Gap[], panel: Panel): PlotlyTrace {
  const [first, last] = extent(rows.map((row) => row.k));
  const start = 2 * extent(rows.filter((row) => row.k === first).map((row) => row.gap))[1];
  return {
    type: "scatter",
    mode: "lines",
    name: "slope −1",
    legendgroup: "guide",
    ...onPanel(panel),
    x: [first, last],
    y: [start, start * first / last],
    line: { color: INK, dash: "dot", width: 1.5 },
    hoverinfo: "skip",
  };
}

function gapTrace(rows: readonly Fig7Gap[], kind: NegativeKind, panel: Panel): PlotlyTrace {
  const { name, color, dash, symbol } = lossStyles[kind];
  const own = rows.filter((row) => row.kind === kind).sort((a, b) => a.k - b.k);
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: kind,
    ...onPanel(panel),
    x: own.map((row) => row.k),
    y: own.map((row) => row.gap),
    line: { color, dash, width: 2.5 },
    marker: { color, symbol, size: 10 },
    ...errorBars(own.map((row) => row.halfWidth), color),
    text: own.map(({ gap, halfWidth }) =>
      `gap ${digits(gap)}${halfWidth > 0 ? ` ± ${digits(halfWidth, 2)}` : ""}`
    ),
    hovertemplate: `<b>${name}</b>, k = %{x}<br>%{text}<extra></extra>`,
  };
}

function slopeTrace({ kind, slope }: Fig7Summary, position: number, panel: Panel): PlotlyTrace[] {
  if (!slope) return [];
  const { name, color, symbol } = lossStyles[kind];
  return [{
    type: "scatter",
    mode: "markers",
    name,
    legendgroup: kind,
    showlegend: false,
    ...onPanel(panel),
    x: [position],
    y: [slope.slope],
    marker: { color, symbol, size: 12 },
    error_y: {
      type: "data",
      symmetric: false,
      array: [slope.high - slope.slope],
      arrayminus: [slope.slope - slope.low],
      color,
      thickness: 2.5,
      width: 9,
    },
    hovertemplate: `<b>${name}</b><br>slope ${slopeText(slope)}<extra></extra>`,
  }];
}
