import { hardeningNames } from "../../hardening/families.ts";
import { hardenedLosses } from "../unhardened.ts";
import { checkLength, checkNumber } from "../../core/checks.ts";
import { ends, errorBars, paddedRange } from "../curves.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid, sharedTitles } from "../panels.ts";
import { ascending, distinct, extent } from "../rows.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, baseConfig, baseLayout, plainText, type SeriesStyle } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { count, digits, percent } from "../words.ts";
import { checkFig5Rows, type Fig5Row } from "./rows.ts";
import { type Fig5Setting, matchingRatio, summarizeFig5, title } from "./verdict.ts";

/** One hardening function as a curve. */
export interface HardeningShape {
  /** Its name, as in the rows. */
  hardening: string;
  /** Its parameters, as the figure shows them. */
  parameter: string;
  /** Cosines in [-1, 1], ascending. */
  cosine: readonly number[];
  /** `η` at these cosines, at least 0, in any unit: the largest is drawn as 1. */
  weight: readonly number[];
}

/** The settings all runs of Figure 5 share, and the shapes of the hardening functions. */
export interface Fig5Context extends FigureContext {
  /** Drawn in a small panel; left out of the figure when empty. */
  shapes?: readonly HardeningShape[];
}

const looks: readonly Omit<SeriesStyle, "name">[] = [
  { color: "#000000", dash: "solid", symbol: "circle" },
  { color: "#009E73", dash: "dash", symbol: "square" },
  { color: "#CC79A7", dash: "dashdot", symbol: "triangle-up" },
  { color: "#0072B2", dash: "dot", symbol: "diamond" },
  { color: "#E69F00", dash: "solid", symbol: "cross" },
];
// Matched functions stand beside each other, this share of the axis apart, so that no interval covers another.
const BESIDE_SHARE = 0.02;

/**
 * Figure 5: hardening functions compared at a matched effective number of negatives. One panel per loss: kNN top-1
 * accuracy (%) after training against the effective number, mean over the seeds with 95 % Student-t intervals; and the
 * shape `η(u)` of each function, its largest value drawn as 1.
 *
 * @param rows one row per hardening function, parameter, loss and seed, in any order; accuracies are fractions
 * @param context the settings of the runs and the shapes
 * @returns the figure; equal rows give an equal figure
 * @throws {RangeError} if there are no rows, an accuracy is outside [0, 1], an effective number is not positive, a
 * run has two rows, or a shape has not as many weights as cosines
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { loss: "hscl", seed: 0, hardening: "exponential", top1: 0.95 } as const;
 * const figure = figures.fig5([{ ...row, parameter: "β = 1", effectiveNegatives: 30 }], {
 *   shapes: [{ hardening: "exponential", parameter: "β = 1", cosine: [-1, 1], weight: [0.02, 1] }],
 * });
 * assertEquals(figure.data.length, 2);
 * ```
 */
export function fig5(rows: readonly Fig5Row[], context: Fig5Context = {}): PlotlyFigure {
  checkFig5Rows(rows);
  const { shapes = [] } = context;
  shapes.forEach(checkShape);
  const { settings } = summarizeFig5(rows);
  const names = distinct([
    ...hardeningNames,
    ...[...settings, ...shapes].map((each) => each.hardening).sort(),
  ]).filter((name) => [...settings, ...shapes].some((each) => each.hardening === name));
  const styleOf = (name: string): SeriesStyle => ({
    name: plainText(name),
    ...looks[names.indexOf(name) % looks.length],
  });
  const losses = hardenedLosses.filter((loss) => rows.some((row) => row.loss === loss));
  const curves = losses.flatMap((loss) =>
    names.map((hardening) => ({
      loss,
      hardening,
      own: settings.filter((each) => each.hardening === hardening && each.loss === loss),
    }))
  ).filter(({ own }) => own.length > 0);
  const { panels: [panels], height } = panelGrid({
    columns: [...losses.map(() => 1), ...(shapes.length > 0 ? [0.72] : [])],
    rows: [314],
  });
  const shapePanel = panels[losses.length];
  const x = effectiveAxis(settings);
  const intervals = settings.some(({ accuracy }) => accuracy.count > 1);
  const seeds = seedsText(settings.map(({ accuracy }) => accuracy.count));
  return {
    data: [
      ...curves.map(({ loss, hardening, own }, index) =>
        accuracyTrace(
          own,
          styleOf(hardening),
          panels[losses.indexOf(loss)],
          (names.indexOf(hardening) - (names.length - 1) / 2) * x.apart,
          curves.findIndex((each) => each.hardening === hardening) === index,
        )
      ),
      ...shapes.map((shape) => shapeTrace(shape, styleOf(shape.hardening), shapePanel)),
    ],
    layout: {
      ...baseLayout(title, settingsLine(context, seeds), height),
      ...Object.assign(
        {},
        ...losses.map((loss, column) =>
          panelAxes(panels[column], x.layout, {
            ...axis(column === 0 ? "kNN top-1 accuracy (%)" : "", { grid: true }),
            range: paddedRange(
              ends(settings.filter((each) => each.loss === loss).map((each) => each.accuracy), 100),
            ),
          })
        ),
        shapes.length > 0
          ? panelAxes(shapePanel, { ...axis("Cosine u"), range: [-1.04, 1.04], dtick: 0.5 }, {
            ...axis("η(u) / largest η", { grid: true }),
            range: [-0.04, 1.04],
          })
          : {},
      ),
      meta: sharedTitles([panels.slice(0, losses.length).map(({ y }) => y)]),
      annotations: [
        ...losses.map((loss, column) =>
          headingOf(
            panels[column],
            lossStyles[loss].name,
            intervals ? "mean over seeds, 95 % interval" : "one run each: no interval",
          )
        ),
        ...(shapes.length > 0 ? [headingOf(shapePanel, "Shapes", "weight of a negative")] : []),
      ],
    },
    config: baseConfig("fig5", height),
  };
}

interface EffectiveAxis {
  layout: Record<string, unknown>;
  /** Between matched functions, in powers of ten. */
  apart: number;
}

function effectiveAxis(settings: readonly Fig5Setting[]): EffectiveAxis {
  const numbers = settings.map((each) => each.effectiveNegatives);
  const layout = { ...axis("Effective number of negatives"), type: "log", tickangle: 0 };
  const [least, most] = extent(numbers);
  if (most <= matchingRatio * least) { // side by side above the number that all are matched to
    const common = Math.sqrt(least * most), power = Math.log10(common);
    const ticks = { tickvals: [common], ticktext: [digits(common, 2)] };
    return { layout: { ...layout, ...ticks, range: [power - 0.3, power + 0.3] }, apart: 0.1 };
  }
  const [low, high] = paddedRange(numbers.map(Math.log10));
  // Whole labels at 1, 2, 5, 10, …: plotly's own are too dense in a narrow panel.
  const powers = ascending([...Array(10).keys()].map((power) => power - 2));
  const steps = high - low > 1.5 ? [1] : [1, 2, 5];
  const tickvals = powers.flatMap((power) => steps.map((step) => step * 10 ** power));
  return { layout: { ...layout, tickvals, range: [low, high] }, apart: BESIDE_SHARE * (high - low) };
}

function accuracyTrace(
  settings: readonly Fig5Setting[],
  { name, color, dash, symbol }: SeriesStyle,
  panel: Panel,
  beside: number,
  showLegend: boolean,
): PlotlyTrace {
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: name,
    showlegend: showLegend,
    ...onPanel(panel),
    x: settings.map((each) => each.effectiveNegatives * 10 ** beside),
    y: settings.map(({ accuracy }) => 100 * accuracy.mean),
    line: { color, dash, width: 2 },
    marker: { color, symbol, size: 11 },
    ...errorBars(settings.map(({ accuracy }) => 100 * accuracy.halfWidth), color),
    text: settings.map(({ parameter, effectiveNegatives, accuracy }) =>
      `${plainText(parameter)}<br>${digits(effectiveNegatives)} negatives<br>${percent(accuracy)} (${
        count(accuracy.count, "seed")
      })`
    ),
    hovertemplate: `<b>${name}</b>, ${lossStyles[settings[0].loss].name}<br>%{text}<extra></extra>`,
  };
}

function shapeTrace(shape: HardeningShape, style: SeriesStyle, panel: Panel): PlotlyTrace {
  const { name, color, dash } = style;
  const [, largest] = extent(shape.weight);
  return {
    type: "scatter",
    mode: "lines",
    name,
    legendgroup: name,
    showlegend: false,
    ...onPanel(panel),
    x: shape.cosine,
    y: shape.weight.map((weight) => weight / largest),
    line: { color, dash, width: 2.5 },
    hovertemplate: `<b>${name}</b>, ${plainText(shape.parameter)}<br>η(%{x:.2f}) = %{y:.3f}<extra></extra>`,
  };
}

function checkShape({ hardening, cosine, weight }: HardeningShape): void {
  checkLength(`weight of the shape of ${hardening}`, weight, cosine.length, "one per cosine");
  cosine.forEach((value) => checkNumber("cosine of a shape", value, { min: -1, max: 1 }));
  weight.forEach((value) => checkNumber("weight of a shape", value, { min: 0 }));
  if (!weight.some((value) => value > 0)) {
    throw new RangeError(
      `Cannot draw the shape of ${hardening} as one weight must be above 0: received none`,
    );
  }
}
