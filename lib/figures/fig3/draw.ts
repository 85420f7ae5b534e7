import { epochRange, paddedRange } from "../curves.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid, sharedTitles } from "../panels.ts";
import { ascending, distinct, lastEpoch } from "../rows.ts";
import { type FigureContext, settingsLine } from "../settings.ts";
import { axis, bandTrace, baseConfig, baseLayout, plainText, type SeriesStyle } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import type { Verdict } from "../verdict.ts";
import { digits, shares } from "../words.ts";
import { checkFig3Rows, type Fig3Row } from "./rows.ts";
import { type Fig3Summary, ordersOfFig3, summarizeFig3, title, verdictNames } from "./verdict.ts";

// The lines differ as well as the colours: for black and white, and for readers who see few colours.
export const verdictStyles: Record<Verdict, Omit<SeriesStyle, "name">> = {
  "holds": { color: "#0072B2", dash: "solid", symbol: "circle" },
  "holds on average": { color: "#56B4E9", dash: "dash", symbol: "square" },
  "fails": { color: "#D55E00", dash: "dot", symbol: "x" },
};
const verdictOrder = Object.keys(verdictStyles) as Verdict[];

const shareStyles: readonly Omit<SeriesStyle, "name">[] = [
  { color: "#000000", dash: "solid", symbol: "circle" },
  { color: "#009E73", dash: "dash", symbol: "square" },
  { color: "#CC79A7", dash: "dot", symbol: "diamond" },
  { color: "#E69F00", dash: "dashdot", symbol: "triangle-up" },
];

/**
 * Figure 3: Assumption 1. One row of panels per data set: per β, the distribution over the anchors of the gap
 * `h_same − h_diff` against the epoch – median, middle half, 5 to 95 % – coloured by whether the assumption holds after
 * the last epoch; at the right, the share of the anchors whose gap is at least zero, and where the rows have losses,
 * what Theorem 1 concludes of it: H-SCL minus H-UCL, which then is at most zero.
 *
 * @param rows one row per data set, β and epoch, in any order; at most eight data sets and four β
 * @param context the settings of the runs
 * @returns the figure
 * @throws {RangeError} if there are no rows, more than four β or eight data sets, two rows of one epoch, quantiles that
 * descend, or a share outside [0, 1]
 * @throws {TypeError} if a number is not finite
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const quantiles = { q05: 0.1, q25: 0.2, q50: 0.3, q75: 0.4, q95: 0.5 };
 * const row = { dataset: "MNIST", beta: 1, quantiles, share: 1, anchors: 100, meanGap: 0.3 };
 * const figure = figures.fig3([{ ...row, epoch: 0 }, { ...row, epoch: 1 }]);
 * assert(figure.data.some((trace) => trace.name === "holds at every anchor"));
 * ```
 */
export function fig3(rows: readonly Fig3Row[], context: FigureContext = {}): PlotlyFigure {
  checkFig3Rows(rows);
  const summary = summarizeFig3(rows);
  const datasets = distinct(summary.map((entry) => entry.dataset));
  const values = ascending(rows.map((row) => row.beta));
  const withLosses = ordersOfFig3(rows).length > 0;
  const columns = [...values.map(() => 1), 1, ...(withLosses ? [1] : [])];
  // Six columns have no room for longer words.
  const [ofAnchors, shareWords] = columns.length > 5
    ? ["", "gap ≥ 0 (%)"]
    : [" of anchors", "anchors with gap ≥ 0 (%)"];
  const { panels, height } = panelGrid({
    columns,
    rows: datasets.map(() => 180),
    // Differences of losses have long labels.
    gapX: withLosses ? 78 : 56,
    gapY: 78,
  });
  const cells = summary.map((entry) => ({
    entry,
    panel: panels[datasets.indexOf(entry.dataset)][values.indexOf(entry.beta)],
    own: ownRows(rows, entry),
  }));
  const legend = verdictOrder.filter((verdict) => summary.some((entry) => entry.verdict === verdict));
  const firstOf = (verdict: Verdict) => cells.find(({ entry }) => entry.verdict === verdict)!.entry;
  return {
    data: [
      ...cells.flatMap(({ entry, panel, own }) => bands(own, entry, panel)),
      ...cells.map(({ entry, panel, own }) =>
        medianLine(own, entry, panel, legend.some((verdict) => firstOf(verdict) === entry))
      ),
      ...cells.map(({ entry, own }) => {
        const row = datasets.indexOf(entry.dataset);
        return shareLine(own, entry, panels[row][values.length], values.indexOf(entry.beta), row === 0);
      }),
      ...cells.flatMap(({ entry, own }) =>
        orderLines(own, panels[datasets.indexOf(entry.dataset)].at(-1)!, values.indexOf(entry.beta))
      ),
    ],
    layout: {
      ...baseLayout(title, settingsLine(context, "median, 50 % and 90 % of anchors"), height),
      ...Object.assign(
        {},
        ...datasets.map((dataset, row) =>
          rowAxes(rows, dataset, panels[row], values.length, row === datasets.length - 1)
        ),
      ),
      meta: sharedTitles([
        ...panels.map((row) => row.slice(0, values.length).map(({ y }) => y)),
        ...panels[0].map((_, column) => panels.map((row) => row[column].x).toReversed()),
      ]),
      annotations: [
        ...cells.map(({ entry, panel }) =>
          headingOf(
            panel,
            entry.beta === values[0] ? plainText(entry.dataset) : "",
            `β = ${entry.beta}: ${shares([entry.last.share])}${ofAnchors}`,
          )
        ),
        ...panels.flatMap((row) => [
          headingOf(row[values.length], "", shareWords),
          ...(withLosses ? [headingOf(row.at(-1)!, "", "H-SCL − H-UCL")] : []),
        ]),
      ],
    },
    config: baseConfig("fig3", height),
  };
}

function ownRows(rows: readonly Fig3Row[], { dataset, beta }: Fig3Summary): Fig3Row[] {
  return rows.filter((row) => row.dataset === dataset && row.beta === beta).sort((a, b) => a.epoch - b.epoch);
}

function rowAxes(
  rows: readonly Fig3Row[],
  dataset: string,
  panels: readonly Panel[],
  betas: number,
  lowest: boolean,
): Record<string, unknown> {
  const own = rows.filter((row) => row.dataset === dataset);
  const gaps = paddedRange([0, ...own.flatMap(({ quantiles }) => [quantiles.q05, quantiles.q95])]);
  const x = { ...axis(lowest ? "Epoch" : ""), ...epochRange(0, lastEpoch(own)) };
  return Object.assign(
    {},
    ...panels.map((panel, column) =>
      panelAxes(panel, x, {
        ...axis(column === 0 ? "h<sub>same</sub> − h<sub>diff</sub>" : "", {
          grid: true,
          zero: column !== betas,
        }),
        range: column < betas ? gaps : column === betas ? [-4, 104] : paddedRange([0, ...own.map(orderOf)]),
        nticks: 6,
      })
    ),
  );
}

/** H-SCL minus H-UCL, of the run in which it is largest; 0 where it is not looked at. */
function orderOf({ losses }: Fig3Row): number {
  return losses ? losses.hscl - losses.hucl : 0;
}

function bands(rows: readonly Fig3Row[], entry: Fig3Summary, panel: Panel): PlotlyTrace[] {
  const x = rows.map((row) => row.epoch);
  const { color } = verdictStyles[entry.verdict];
  return ([["q05", "q95"], ["q25", "q75"]] as const).map(([low, high]) => ({
    ...bandTrace(x, rows.map((row) => row.quantiles[low]), rows.map((row) => row.quantiles[high]), color),
    name: verdictNames[entry.verdict],
    legendgroup: entry.verdict,
    ...onPanel(panel),
  }));
}

function medianLine(
  rows: readonly Fig3Row[],
  entry: Fig3Summary,
  panel: Panel,
  showLegend: boolean,
): PlotlyTrace {
  const { color, dash, symbol } = verdictStyles[entry.verdict];
  return {
    type: "scatter",
    mode: "lines+markers",
    name: verdictNames[entry.verdict],
    legendgroup: entry.verdict,
    showlegend: showLegend,
    ...onPanel(panel),
    x: rows.map((row) => row.epoch),
    y: rows.map((row) => row.quantiles.q50),
    line: { color, dash, width: 2.5 },
    marker: { color, symbol, size: 8, maxdisplayed: 8 },
    text: rows.map(({ quantiles: { q05, q25, q50, q75, q95 }, share, meanGap }) =>
      `median ${digits(q50)}, mean ${digits(meanGap)}<br>half of the anchors ${digits(q25)} … ${
        digits(q75)
      }` +
      `<br>90 % of them ${digits(q05)} … ${digits(q95)}<br>${shares([share])} at or above zero`
    ),
    hovertemplate: `<b>${
      plainText(entry.dataset)
    }, β = ${entry.beta}</b>, epoch %{x}<br>%{text}<extra></extra>`,
  };
}

function shareLine(
  rows: readonly Fig3Row[],
  { dataset, beta }: Fig3Summary,
  panel: Panel,
  position: number,
  showLegend: boolean,
): PlotlyTrace {
  const { color, dash, symbol } = shareStyles[position];
  return {
    type: "scatter",
    mode: "lines+markers",
    name: `β = ${beta}`,
    legendgroup: `share ${beta}`,
    showlegend: showLegend,
    ...onPanel(panel),
    x: rows.map((row) => row.epoch),
    y: rows.map((row) => 100 * row.share),
    line: { color, dash, width: 2 },
    marker: { color, symbol, size: 7, maxdisplayed: 8 },
    hovertemplate: `<b>${plainText(dataset)}, β = ${beta}</b>, epoch %{x}<br>%{y:.1f} % of ${
      rows[0].anchors
    } anchors<extra></extra>`,
  };
}

function orderLines(rows: readonly Fig3Row[], panel: Panel, position: number): PlotlyTrace[] {
  if (rows.some(({ losses }) => losses === undefined)) return [];
  const { color, dash, symbol } = shareStyles[position], [{ dataset, beta }] = rows;
  return [{
    type: "scatter",
    mode: "lines+markers",
    name: `β = ${beta}`,
    legendgroup: `share ${beta}`,
    showlegend: false,
    ...onPanel(panel),
    x: rows.map((row) => row.epoch),
    y: rows.map(orderOf),
    line: { color, dash, width: 2 },
    marker: { color, symbol, size: 7, maxdisplayed: 8 },
    text: rows.map((row) => digits(orderOf(row))),
    hovertemplate: `<b>${
      plainText(dataset)
    }, β = ${beta}</b>, epoch %{x}<br>H-SCL − H-UCL %{text}<extra></extra>`,
  }];
}
