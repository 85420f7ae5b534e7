import {
  curveBand,
  curveLine,
  type CurveOptions,
  type CurvePoint,
  curvePoints,
  epochRange,
  paddedRange,
} from "../curves.ts";
import { headingOf, type Panel, panelAxes, panelGrid } from "../panels.ts";
import { ascending, inOrder, lastEpoch } from "../rows.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, baseConfig, baseLayout, type SeriesStyle } from "../theme.ts";
import type { PlotlyFigure } from "../types.ts";
import { digits } from "../words.ts";
import { checkSequelRows, measureNames, measures, type SequelMeasure, type SequelRow } from "./rows.ts";
import { title } from "./verdict.ts";

// Of the Okabe–Ito palette, without the orange of SCL, which is β = 0.
const looks: readonly Omit<SeriesStyle, "name">[] = [
  { color: "#56B4E9", dash: "solid", symbol: "circle" },
  { color: "#009E73", dash: "solid", symbol: "square" },
  { color: "#D55E00", dash: "solid", symbol: "diamond" },
  { color: "#CC79A7", dash: "dot", symbol: "triangle-up" },
  { color: "#222222", dash: "dashdot", symbol: "cross" },
];

/**
 * The figure of the sequel: what the class means of the training images are like in each epoch, one curve per β, mean over the seeds
 * with a 95 % band: how well inner products with them tell images apart, how many directions they use, and how far they are from
 * a simplex ETF of unit norm.
 *
 * @param rows one row per β, seed and epoch, in any order, β = 0 among them
 * @param context the settings of the runs
 * @throws as {@linkcode summarizeSequel} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { seed: 0, test: 0.2, train: 0.9, unitNorm: 0.1, zeroSum: 0.1, equalInnerProducts: 0.1 };
 * const rows = [0, 10].map((beta) => ({ ...row, beta, epoch: 1, directions: 6 + beta }));
 * assert(figures.sequel(rows, { dataset: "CIFAR-100" }).data.some(({ name }) => name === "β = 10"));
 * ```
 */
export function sequel(rows: readonly SequelRow[], context: FigureContext = {}): PlotlyFigure {
  checkSequelRows(rows);
  const ordered = inOrder(rows), betas = ascending(rows.map(({ beta }) => beta));
  const { panels, height } = panelGrid({ columns: [1, 1, 1], rows: [200, 200] });
  const places = measureNames.map((measure, at) => ({
    measure,
    panel: panels[Math.floor(at / 3)][at % 3],
    curves: betas.map((beta) => curveOf(ordered, beta, betas, measure, panels[Math.floor(at / 3)][at % 3])),
  }));
  const seeds = betas.map((beta) =>
    new Set(rows.filter((row) => row.beta === beta).map(({ seed }) => seed)).size
  );
  const curves = places.flatMap((place) => place.curves);
  return {
    data: [
      ...curves.flatMap(({ points, options }) => curveBand(points, options)),
      ...curves.map(({ points, options }) => curveLine(points, options)),
    ],
    layout: {
      ...baseLayout(title, settingsLine(context, seedsText(seeds)), height),
      ...Object.assign(
        {},
        ...places.map(({ panel, measure }) =>
          panelAxes(panel, { ...axis("Epoch"), ...epochRange(1, lastEpoch(rows)) }, {
            ...axis("", { grid: true }),
            range: rangeOf(rows, measure),
            nticks: 5,
          })
        ),
      ),
      annotations: places.map(({ panel, measure }) =>
        headingOf(panel, measures[measure].label, measures[measure].note)
      ),
    },
    config: baseConfig("sequel", height),
  };
}

interface Curve {
  points: CurvePoint[];
  options: CurveOptions;
}

/** Of the runs rather than the bands, which reach far for two seeds; from 0, as what is 0 for a simplex. */
function rangeOf(rows: readonly SequelRow[], measure: SequelMeasure): [number, number] {
  return [0, paddedRange([0, ...rows.map((row) => measures[measure].scale * row[measure])])[1]];
}

function curveOf(
  rows: readonly SequelRow[],
  beta: number,
  betas: readonly number[],
  measure: SequelMeasure,
  panel: Panel,
): Curve {
  const own = rows.filter((row) => row.beta === beta), { scale } = measures[measure];
  const look = beta === 0 ? lossStyles.scl : looks[betas.indexOf(beta) - 1];
  return {
    points: curvePoints(own, ({ epoch }) => epoch, (row) => row[measure]),
    options: {
      style: { ...look, name: beta === 0 ? "β = 0 (SCL)" : `β = ${beta}` },
      group: `β = ${beta}`,
      panel,
      scale,
      showLegend: measure === measureNames[0],
      position: "epoch",
      text: ({ mean, halfWidth }) =>
        `${digits(scale * mean)}${Number.isNaN(halfWidth) ? "" : ` ± ${digits(scale * halfWidth, 2)}`}`,
    },
  };
}
