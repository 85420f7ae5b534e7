import { errorBars, paddedRange } from "./curves.ts";
import { checkFig7Rows, type Fig7Row, type Fig7Summary, slopeText, summarizeFig7 } from "./fig7_summary.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid } from "./panels.ts";
import { type FigureContext, settingsLine } from "./settings.ts";
import { axis, baseConfig, baseLayout, INK, lossStyles } from "./theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "./types.ts";
import { digits } from "./words.ts";

/**
 * Figure 7: how fast the losses with `k` negatives reach their limit. Left, `|L_k − L_∞|` against `k` on log axes with
 * 95 % intervals of the sampling, and a guide of slope −1; hollow points lie within their noise or behind one that
 * does, and are not fitted. Right, the fitted slope of each loss with its 95 % interval.
 *
 * @param rows one row per loss and `k`, in any order
 * @param context the settings of the embeddings
 * @returns the figure; equal rows give an equal figure
 * @throws {RangeError} if there are no rows, no gap is above 0, `k` is below 1, a gap or half-width is negative, or two
 * rows have one loss and `k`
 *
 * @example
 * ```ts
 * import { figures } from "hscl";
 * const rows = [1, 10, 100].map((k) => ({ kind: "ucl" as const, k, gap: 0.3 / k, halfWidth: 0.01 / k }));
 * const figure = figures.fig7(rows, { dataset: "MNIST" });
 * console.assert(figure.data.some((trace) => trace.name === "slope −1"));
 * ```
 */
export function fig7(rows: readonly Fig7Row[], context: FigureContext = {}): PlotlyFigure {
  checkFig7Rows(rows);
  const summary = summarizeFig7(rows);
  const visible = rows.filter((row) => row.gap > 0);
  if (visible.length === 0) {
    throw new RangeError("Cannot draw Figure 7 as its axis is logarithmic: received no gap above 0");
  }
  const { panels: [[left, right]], height } = panelGrid({ columns: [1.7, 1], rows: [314] });
  const fitted = summary.flatMap(({ fit }) => fit ?? []);
  return {
    data: [
      guide(visible, left),
      ...summary.map((entry) => gapTrace(visible, entry, left)),
      ...summary.flatMap((entry, position) => slopeTrace(entry, position, right)),
    ],
    layout: {
      ...baseLayout("Losses with k negatives approach their limit", settingsLine(context), height),
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
        ticktext: summary.map(({ kind, fit }) =>
          `<b>${lossStyles[kind].name}</b><br>${fit ? slopeText(fit).replace(" ±", "<br>±") : "–"}`
        ),
        tickangle: 0,
        ticks: "",
      }, {
        ...axis("Slope", { grid: true }),
        range: paddedRange([
          -1.1,
          -0.9,
          ...fitted.flatMap(({ slope, halfWidth }) => [slope - (halfWidth || 0), slope + (halfWidth || 0)]),
        ]),
      }),
      annotations: [
        headingOf(left, "Gap to the limit", "95 % interval of the sampling; ○ not fitted: hidden by noise"),
        headingOf(right, "Slope on log axes", "fit with its 95 % interval; 1/k is −1"),
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
function guide(rows: readonly Fig7Row[], panel: Panel): PlotlyTrace {
  const first = Math.min(...rows.map((row) => row.k)), last = Math.max(...rows.map((row) => row.k));
  const start = 2 * Math.max(...rows.filter((row) => row.k === first).map((row) => row.gap));
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

function gapTrace(rows: readonly Fig7Row[], { kind, fitted }: Fig7Summary, panel: Panel): PlotlyTrace {
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
    marker: {
      color: own.map((row) => fitted.includes(row) ? color : "#FFFFFF"),
      symbol,
      size: 10,
      line: { color, width: 2 },
    },
    ...errorBars(own.map((row) => row.halfWidth), color),
    text: own.map(({ gap, halfWidth }) =>
      `gap ${digits(gap)}${halfWidth > 0 ? ` ± ${digits(halfWidth, 2)}` : ""}`
    ),
    hovertemplate: `<b>${name}</b>, k = %{x}<br>%{text}<extra></extra>`,
  };
}

function slopeTrace({ kind, fit }: Fig7Summary, position: number, panel: Panel): PlotlyTrace[] {
  if (!fit) return [];
  const { name, color, symbol } = lossStyles[kind];
  return [{
    type: "scatter",
    mode: "markers",
    name,
    legendgroup: kind,
    showlegend: false,
    ...onPanel(panel),
    x: [position],
    y: [fit.slope],
    marker: { color, symbol, size: 12 },
    ...errorBars([fit.halfWidth], color),
    hovertemplate: `<b>${name}</b><br>slope ${slopeText(fit)}<extra></extra>`,
  }];
}
