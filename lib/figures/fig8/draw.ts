import { type LossName, lossNames } from "../../losses/presets.ts";
import { classMark } from "../class_marks.ts";
import { curveBand, curveLine, type CurveOptions, type CurvePoint, curvePoints } from "../curves.ts";
import { ends, epochRange, paddedRange } from "../curves.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid } from "../panels.ts";
import { ascending, lastEpoch } from "../rows.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, baseConfig, baseLayout, figureSize, margin, plainText } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { digits } from "../words.ts";
import { textWidth } from "../wrap.ts";
import { checkFig8Rows, type Fig8Map, type Fig8Measure, type Fig8Rows, measures } from "./rows.ts";
import { title } from "./verdict.ts";

/** The settings all runs of Figure 8 share, and what its classes and maps are called. */
export interface Fig8Context extends FigureContext {
  /** Names of the classes, by label. */
  classNames?: readonly string[];
  /** How the maps were made, e.g. `UMAP`. */
  method?: string;
}

const headings: Record<Fig8Measure, [title: string, note: string]> = {
  zeroSum: ["Zero sum", "norm of the mean"],
  unitNorm: ["Unit norm", "norms' distance to 1"],
  equalInnerProducts: ["Equal angles", "cosines' distance"],
  withinClassSpread: ["Within classes", "spread"],
};

// Smaller eigenvalues are rounding errors: C centred means span C − 1 directions.
const smallestLog = -12;

// Of the classes' legend: plotly.js' space for a mark and around it, less what the widths of names are overestimated by; for the
// title; and between lines.
const legendFont = 14, legendMark = 42, legendTitleWidth = 58, legendLine = 31;

// Of classes.
const MOST_IN_LEGEND = 20;

const mapSide = 236, between = 124, curveHeight = 170;

/**
 * Figure 8: what the representations look like. Above, a two-dimensional map of the embeddings of each loss, points by
 * class, with the label of a class at the median of its points – its name, where there are more than 20 and names are short; below, the collapse geometry against the epoch, mean over
 * the seeds with 95 % bands – each measure is 0 at a simplex ETF – and, where given, the logarithm of the spectrum of
 * the class means' covariance.
 *
 * @param rows maps and geometry; maps of at most 2000 points
 * @param context the settings of the runs
 * @returns the figure
 * @throws {RangeError} if there is no map or no geometry, a loss has two maps, a run has two rows of one epoch or two spectra, a map
 * has more than 2000 points or 100 classes or lists of different lengths, or a measure is negative
 * @throws {TypeError} if a number is not finite or a label is not an integer
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const measures = { zeroSum: 0.1, unitNorm: 0.2, equalInnerProducts: 0.1, withinClassSpread: 0.3 };
 * const figure = figures.fig8({
 *   maps: [{ loss: "ucl", x: [0, 1], y: [0, 1], labels: [0, 1] }],
 *   geometry: [{ loss: "ucl", seed: 0, epoch: 0, ...measures }],
 * }, { dataset: "MNIST", method: "UMAP" });
 * assert(figure.data.some((trace) => trace.name === "UCL"));
 * ```
 */
export function fig8(rows: Fig8Rows, context: Fig8Context = {}): PlotlyFigure {
  checkFig8Rows(rows);
  const { classNames = [], method } = context;
  const maps = lossNames.flatMap((loss) => rows.maps.filter((map) => map.loss === loss));
  const labels = ascending(maps.flatMap((map) => map.labels));
  // Of many classes a legend would be longer than the maps, so that those have to say what is what where names are short.
  const isLong = labels.length > MOST_IN_LEGEND;
  const markOf = (label: number) => {
    const name = classNames[label] ?? "";
    return isLong && name.length > 0 && name.length <= 2 ? plainText(name) : String(label);
  };
  // The maps have room for the labels only; the legend says what they mean.
  const nameOf = (label: number) => {
    const name = classNames[label] ?? "";
    return ["", String(label), `class ${label}`].includes(name)
      ? String(label)
      : `${label} ${plainText(name)}`;
  };
  const spectra = rows.spectra ?? [];
  const top = panelGrid({
    columns: maps.map(() => 1),
    rows: [mapSide],
    gapX: 24,
    below: between + curveHeight,
  });
  const bottom = panelGrid({
    columns: [...measures, ...(spectra.length > 0 ? ["spectrum"] : [])].map(() => 1),
    rows: [curveHeight],
    gapX: 64,
    above: mapSide + between,
    first: maps.length + 1,
  });
  const [mapPanels] = top.panels, [curvePanels] = bottom.panels;
  const losses = lossNames.filter((loss) => rows.geometry.some((row) => row.loss === loss));
  const curves = [
    ...measures.map((measure, column) =>
      losses.map((loss) => measureCurve(rows, loss, measure, curvePanels[column], column === 0))
    ),
    ...(spectra.length > 0
      ? [losses.flatMap((loss) => spectrumCurve(rows, loss, curvePanels[measures.length]))]
      : []),
  ];
  const seeds = losses.map((loss) =>
    new Set(rows.geometry.filter((row) => row.loss === loss).map((row) => row.seed)).size
  );
  const last = lastEpoch(rows.geometry);
  const more = isLong ? 0 : legendLine * (legendLines(labels.map(nameOf)) - 1), height = top.height + more;
  return {
    data: [
      ...maps.flatMap((map, column) =>
        labels.flatMap((label, position) => {
          const showLegend = !isLong && maps.findIndex((each) => each.labels.includes(label)) === column;
          return classTrace(map, label, nameOf(label), position, mapPanels[column], showLegend);
        })
      ),
      ...curves.flat().flatMap(({ points, options }) => curveBand(points, options)),
      ...curves.flat().map(({ points, options }) => ({ ...curveLine(points, options), legend: "legend2" })),
    ],
    layout: {
      ...layoutOf(height, more, settingsLine(context, seedsText(seeds))),
      ...Object.assign(
        {},
        ...maps.map((map, column) => mapAxes(map, mapPanels[column])),
        ...measures.map((_, column) =>
          panelAxes(curvePanels[column], { ...axis("Epoch"), ...epochRange(0, last) }, {
            ...axis("", { grid: true }),
            range: [0, paddedRange([0, ...ends(curves[column].flatMap(({ points }) => points))])[1]],
            nticks: 5,
          })
        ),
        ...(spectra.length > 0
          ? [panelAxes(curvePanels[measures.length], axis("Rank"), axis("", { grid: true }))]
          : []),
      ),
      annotations: [
        ...maps.map((map, column) =>
          headingOf(
            mapPanels[column],
            lossStyles[map.loss].name,
            `${method ? `${plainText(method)}, ` : ""}${map.x.length} points`,
          )
        ),
        ...maps.flatMap((map, column) =>
          labels.flatMap((label) => classLabel(map, label, markOf(label), isLong, mapPanels[column]))
        ),
        ...measures.map((measure, column) => headingOf(curvePanels[column], ...headings[measure])),
        ...(spectra.length > 0
          ? [headingOf(curvePanels[measures.length], "Spectrum", "log₁₀ eigenvalue")]
          : []),
      ],
    },
    config: baseConfig("fig8", height),
  };
}

/** The lines that the classes' legend takes: one, or columns as wide as the longest name, as plotly.js sets them. */
function legendLines(names: readonly string[]): number {
  const width = figureSize.width - margin.l - margin.r - legendTitleWidth;
  const widths = names.map((name) => legendMark + textWidth(name, legendFont));
  if (widths.reduce((sum, each) => sum + each, 0) <= width) return 1;
  return Math.ceil(names.length / Math.max(1, Math.floor(width / Math.max(...widths))));
}

// The classes' legend is above the maps, that of the losses above the curves.
function layoutOf(height: number, more: number, subtitle: string): Record<string, unknown> {
  const layout = baseLayout(title, subtitle, height);
  const legend = layout.legend as Record<string, unknown>;
  return {
    ...layout,
    margin: { ...margin, t: margin.t + more },
    legend: {
      ...legend,
      font: { size: legendFont },
      itemwidth: 30,
      itemsizing: "constant",
      title: { text: "Class ", font: { size: legendFont } },
    },
    // Inside the plot area: a legend placed by the container would take its space from the panels.
    legend2: { ...legend, yref: "paper", y: 1 - (mapSide + 16) / (height - more - margin.t - margin.b) },
  };
}

function classTrace(
  map: Fig8Map,
  label: number,
  name: string,
  position: number,
  panel: Panel,
  showLegend: boolean,
): PlotlyTrace[] {
  const own = map.labels.flatMap((each, index) => each === label ? [index] : []);
  if (own.length === 0) return [];
  return [{
    type: "scatter",
    mode: "markers",
    name,
    legendgroup: `class ${label}`,
    showlegend: showLegend,
    ...onPanel(panel),
    x: own.map((index) => map.x[index]),
    y: own.map((index) => map.y[index]),
    marker: {
      ...classMark(position),
      size: 5,
      opacity: 0.8,
    },
    hovertemplate: `<b>${lossStyles[map.loss].name}</b>, class ${name}<br>%{x:.2f}, %{y:.2f}<extra></extra>`,
  }];
}

function classLabel(
  map: Fig8Map,
  label: number,
  mark: string,
  isSmall: boolean,
  panel: Panel,
): Record<string, unknown>[] {
  const own = map.labels.flatMap((each, index) => each === label ? [index] : []);
  if (own.length === 0) return [];
  const median = (values: readonly number[]) => {
    const sorted = own.map((index) => values[index]).sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
  };
  return [{
    text: `<b>${mark}</b>`,
    xref: panel.x,
    yref: panel.y,
    x: median(map.x),
    y: median(map.y),
    showarrow: false,
    bgcolor: "rgba(255, 255, 255, 0.75)",
    borderpad: isSmall ? 0 : 1,
    font: { size: isSmall ? 12 : 14 },
  }];
}

// A square around all points: distances are alike in both directions, and their unit means nothing.
function mapAxes(map: Fig8Map, panel: Panel): Record<string, unknown> {
  const [x, y] = [paddedRange(map.x), paddedRange(map.y)];
  const side = Math.max(x[1] - x[0], y[1] - y[0]);
  const square = ([low, high]: [number, number]) => ({
    ...axis(""),
    range: [(low + high - side) / 2, (low + high + side) / 2],
    showticklabels: false,
    ticks: "",
    mirror: true,
  });
  return panelAxes(panel, square(x), square(y));
}

interface Curve {
  points: CurvePoint[];
  options: CurveOptions;
}

function measureCurve(
  { geometry }: Fig8Rows,
  loss: LossName,
  measure: Fig8Measure,
  panel: Panel,
  showLegend: boolean,
): Curve {
  const own = geometry.filter((row) => row.loss === loss);
  return {
    points: curvePoints(own, (row) => row.epoch, (row) => row[measure]),
    options: curveOptions(loss, panel, showLegend, "epoch"),
  };
}

function spectrumCurve({ spectra = [] }: Fig8Rows, loss: LossName, panel: Panel): Curve[] {
  const points = spectra.filter((each) => each.loss === loss).flatMap(({ logSpectrum }) =>
    logSpectrum.flatMap((log, index) => log >= smallestLog ? [{ rank: index + 1, log }] : [])
  );
  if (points.length === 0) return [];
  return [{
    points: curvePoints(points, ({ rank }) => rank, ({ log }) => log),
    options: curveOptions(loss, panel, false, "rank"),
  }];
}

function curveOptions(loss: LossName, panel: Panel, showLegend: boolean, position: string): CurveOptions {
  return {
    style: lossStyles[loss],
    group: loss,
    panel,
    showLegend,
    position,
    text: ({ mean, halfWidth }) =>
      `${digits(mean)}${Number.isNaN(halfWidth) ? "" : ` ± ${digits(halfWidth, 2)}`}`,
  };
}
