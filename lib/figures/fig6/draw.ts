import { meanInterval } from "../../core/interval.ts";
import {
  curveBand,
  curveLine,
  type CurveOptions,
  curvePoints,
  ends,
  epochRange,
  paddedRange,
} from "../curves.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid, sharedTitles } from "../panels.ts";
import { ascending } from "../rows.ts";
import { shareScale } from "../share_scale.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, baseConfig, baseLayout, INK, plainText } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { digits, shares } from "../words.ts";
import { byDataset, checkFig6Rows, type Fig6Row } from "./rows.ts";
import { type Fig6Summary, summarizeFig6, title, uclAloneFalls } from "./verdict.ts";

/** The settings all runs of Figure 6 share, and which β the curves are of. */
export interface Fig6Context extends FigureContext {
  /** A β of the rows; when left out, the largest for which UCL falls and H-SCL does not, or else the largest, of each data set. */
  curvesBeta?: number;
}

/**
 * Figure 6: Theorem 2. Left, over epochs and β, the share (%) of anchors that fulfil its premise `E_p[g] ≤ h_diff`, mean
 * over the seeds, with a cross where UCL is above H-SCL for some seed; right, UCL and H-SCL over the epochs for one β,
 * mean over the seeds with a 95 % band. A row of panels for each data set, where rows name it.
 *
 * @param rows one row per data set, β, seed and epoch, in any order; at most 12 different β and 8 data sets
 * @param context the settings of the runs
 * @returns the figure; equal rows give an equal figure
 * @throws {RangeError} if there are no rows, more than 12 β or 8 data sets, a share outside [0, 1], two rows of one epoch of
 * a run, or no row has the β of the curves
 * @throws {TypeError} if a loss is not a finite number
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { beta: 1, seed: 0, share: 0.9, ucl: 4, hscl: 4.5 };
 * const figure = figures.fig6([{ ...row, epoch: 0 }, { ...row, epoch: 1 }]);
 * assertEquals(figure.data[0].type, "heatmap");
 * ```
 */
export function fig6(rows: readonly Fig6Row[], context: Fig6Context = {}): PlotlyFigure {
  checkFig6Rows(rows);
  const summary = summarizeFig6(rows), sets = byDataset(rows);
  // The gap has room for the colour bar.
  const { panels, height } = panelGrid({
    columns: [1.25, 1],
    rows: sets.map(() => sets.length === 1 ? 314 : 220),
    gapX: 150,
  });
  const parts = sets.map(({ dataset, own }, row) =>
    partOf({
      dataset,
      rows: own,
      summary: summary.filter((entry) => entry.dataset === dataset),
      panels: panels[row],
      curvesBeta: context.curvesBeta,
      isFirst: row === 0,
      isLast: row === sets.length - 1,
    })
  );
  const firstAbove = parts.findIndex(({ above }) => above.length > 0);
  return {
    data: [
      ...parts.flatMap(({ heat }) => heat),
      ...parts.flatMap(({ bands }) => bands),
      ...parts.flatMap(({ lines }) => lines),
      ...parts.flatMap(({ above }, at) =>
        at === firstAbove ? above : above.map((trace) => ({ ...trace, showlegend: false }))
      ),
    ],
    layout: {
      ...baseLayout(
        title,
        settingsLine(context, seedsText(sets.map(({ own }) => new Set(own.map((row) => row.seed)).size))),
        height,
      ),
      ...Object.assign({}, ...parts.map(({ axes }) => axes)),
      ...(sets.length === 1
        ? {}
        : { meta: sharedTitles([0, 1].map((column) => panels.map((row) => row[column].x).toReversed())) }),
      coloraxis: shareScale(panels[0][0]),
      annotations: parts.flatMap(({ annotations }) => annotations),
    },
    config: baseConfig("fig6", height),
  };
}

/** One data set of the figure. */
interface Part {
  dataset: string | undefined;
  rows: readonly Fig6Row[];
  summary: readonly Fig6Summary[];
  panels: readonly Panel[];
  curvesBeta: number | undefined;
  isFirst: boolean;
  isLast: boolean;
}

function partOf({ dataset, rows, summary, panels: [left, right], isFirst, isLast, ...given }: Part) {
  const { curvesBeta = (summary.findLast(uclAloneFalls) ?? summary.at(-1)!).beta } = given;
  const entry = summary.find((each) => each.beta === curvesBeta);
  if (!entry) {
    throw new RangeError(
      `Cannot draw the curves of Figure 6 as a row must have their β: received ${curvesBeta}`,
    );
  }
  const own = rows.filter((row) => row.beta === curvesBeta);
  const curves = (["ucl", "hscl"] as const).map((loss) => ({
    points: curvePoints(own, (row) => row.epoch, (row) => row[loss]),
    options: {
      style: lossStyles[loss],
      group: loss,
      panel: right,
      ...(isFirst ? {} : { showLegend: false }),
      position: `β = ${curvesBeta}, epoch`,
      text: ({ mean, halfWidth }) =>
        `${digits(mean, 4)}${Number.isNaN(halfWidth) ? "" : ` ± ${digits(halfWidth, 2)}`}`,
    } satisfies CurveOptions,
  }));
  const epochs = ascending(rows.map((row) => row.epoch));
  const values = summary.map((each) => each.beta);
  const above = crosses(rows, values, epochs, left);
  const share = "with E[g] ≤ h<sub>diff</sub> (%)", epoch = axis(isLast ? "Epoch" : "");
  return {
    heat: [heatMap(rows, values, epochs, left)],
    bands: curves.flatMap(({ points, options }) => curveBand(points, options)),
    lines: curves.map(({ points, options }) => curveLine(points, options)),
    above,
    axes: {
      ...panelAxes(left, { ...epoch, ...positions(epochs, 10) }, {
        ...axis("Hardness β"),
        ...positions(values, values.length),
      }),
      ...panelAxes(right, { ...epoch, ...epochRange(entry.epochs[0], entry.epochs.at(-1)!) }, {
        ...axis("Population loss", { grid: true }),
        range: paddedRange(ends(curves.flatMap(({ points }) => points))),
      }),
    },
    annotations: [
      headingOf(
        left,
        dataset === undefined ? `Anchors ${share}` : `${plainText(dataset)}: anchors ${share}`,
        above.length > 0 ? "✖ UCL above H-SCL" : "UCL is nowhere above H-SCL",
      ),
      headingOf(
        right,
        `Losses with β = ${curvesBeta}`,
        `from epoch ${entry.changeEpochs[0]}, UCL ${change(entry.uclChange)}, H-SCL ${
          change(entry.hsclChange)
        }`,
      ),
    ],
  };
}

function change(value: number): string {
  return value < 0 ? `falls by ${digits(-value, 2)}` : `rises by ${digits(value, 2)}`;
}

// Cells stand at equal distances, whatever the values; at most `most` of them are labelled.
function positions(values: readonly number[], most: number): Record<string, unknown> {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => values.length / size <= most) ?? 1000;
  const labelled = values.map((_, position) => position).filter((position) => position % step === 0);
  return {
    range: [-0.5, values.length - 0.5],
    tickvals: labelled,
    ticktext: labelled.map((position) => String(values[position])),
  };
}

function heatMap(
  rows: readonly Fig6Row[],
  values: readonly number[],
  epochs: readonly number[],
  panel: Panel,
): PlotlyTrace {
  const cells = values.map((beta) =>
    epochs.map((epoch) => rows.filter((row) => row.beta === beta && row.epoch === epoch))
  );
  const mean = (cell: readonly Fig6Row[], key: "share" | "ucl" | "hscl") =>
    meanInterval(cell.map((row) => row[key])).mean;
  return {
    type: "heatmap",
    name: "premise",
    ...onPanel(panel),
    x: epochs.map((_, position) => position),
    y: values.map((_, position) => position),
    // A cell without rows stays empty.
    z: cells.map((line) => line.map((cell) => cell.length > 0 ? 100 * mean(cell, "share") : null)),
    text: cells.map((line, index) =>
      line.map((cell) =>
        cell.length === 0
          ? ""
          : `<b>β = ${values[index]}</b>, epoch ${cell[0].epoch}<br>premise at ${
            shares([mean(cell, "share")])
          } of anchors<br>UCL ${digits(mean(cell, "ucl"), 4)}, H-SCL ${digits(mean(cell, "hscl"), 4)}`
      )
    ),
    hovertemplate: "%{text}<extra></extra>",
    hoverongaps: false,
    coloraxis: "coloraxis",
    // Lines between narrow cells would wash out their colours.
    xgap: epochs.length <= 30 ? 1 : 0,
    ygap: 1,
  };
}

function crosses(
  rows: readonly Fig6Row[],
  values: readonly number[],
  epochs: readonly number[],
  panel: Panel,
): PlotlyTrace[] {
  const above = values.flatMap((beta, y) =>
    epochs.flatMap((epoch, x) => {
      const failing = rows.filter((row) => row.beta === beta && row.epoch === epoch && row.ucl > row.hscl);
      return failing.length === 0
        ? []
        : [{ x, y, beta, epoch, seeds: ascending(failing.map((row) => row.seed)) }];
    })
  );
  if (above.length === 0) return [];
  return [{
    type: "scatter",
    mode: "markers",
    name: "UCL above H-SCL",
    legendgroup: "above",
    ...onPanel(panel),
    x: above.map((cell) => cell.x),
    y: above.map((cell) => cell.y),
    marker: {
      symbol: "x",
      size: Math.min(10, Math.max(4, 300 / epochs.length)),
      color: "#FFFFFF",
      line: { color: INK, width: 1.5 },
    },
    text: above.map(({ beta, epoch, seeds }) => `β = ${beta}, epoch ${epoch}<br>seed ${seeds.join(", ")}`),
    hovertemplate: "<b>UCL above H-SCL</b>, %{text}<extra></extra>",
  }];
}
