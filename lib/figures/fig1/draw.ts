import { type LossName, lossNames } from "../../losses/presets.ts";
import { type MeanInterval, meanInterval } from "../../core/interval.ts";
import {
  curveBand,
  curveLine,
  type CurveOptions,
  type CurvePoint,
  curvePoints,
  ends,
  errorBars,
} from "../curves.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid } from "../panels.ts";
import { extent } from "../rows.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, baseConfig, baseLayout, INK, translucent } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { count, digits, percent } from "../words.ts";
import { checkFig1Rows, type Fig1Measure, type Fig1Row, measures } from "./rows.ts";
import { finalRows, LEAST_SINGULAR_VALUE, SMALLEST_SINGULAR_VALUE, title } from "./verdict.ts";

/** The settings all runs of Figure 1 share; they become its subtitle. */
export interface Fig1Context extends FigureContext {
  /** Name of the data set. */
  dataset: string;
  /** Temperature of the losses. */
  temperature: number;
  /** Passes over the training images. */
  epochs: number;
  /** Images per batch. */
  batchSize: number;
  /** Name of the encoder. */
  encoder: string;
  /** The TensorFlow.js backend; left out of the subtitle when unknown. */
  backend?: string;
}

const headings: Readonly<Record<Fig1Measure, [title: string, note: string]>> = {
  classMean: ["Nearest class mean of the embeddings", "what the loss compares"],
  top1: ["kNN of the features", "before the projection head"],
};

const shortNames: Readonly<Record<Fig1Measure, string>> = { classMean: "class mean", top1: "kNN" };

/**
 * Figure 1: how good the embeddings of the losses are. Above, accuracy (%) against the epoch, by the nearest class mean of
 * the embeddings and by a kNN of the features, mean over the seeds with a 95 % Student-t band; below, both after the last
 * epoch with intervals and single seeds, and – where given – the spectrum of the class means: how many directions they use.
 *
 * An accuracy's axis spans what happens from the first fifth of the training on, so that late differences can be seen;
 * earlier points below it are cut off.
 *
 * @param rows one row per run and epoch, in any order; accuracies are fractions
 * @param context the settings of the runs
 * @returns the figure; equal rows give an equal figure
 * @throws {RangeError} if there are no rows, an accuracy is not in [0, 1] or a run has two rows of one epoch
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { seed: 0, epoch: 1, trainLoss: 2, top5: 1 };
 * const figure = figures.fig1([
 *   { ...row, loss: "ucl", classMean: 0.7, top1: 0.9 },
 *   { ...row, loss: "hscl", classMean: 0.9, top1: 0.95 },
 * ], { dataset: "MNIST", beta: 1, temperature: 0.5, epochs: 1, batchSize: 256, encoder: "convnet" });
 * assert(figure.data.some((trace) => trace.name === "H-SCL"));
 * ```
 */
export function fig1(rows: readonly Fig1Row[], context: Fig1Context): PlotlyFigure {
  checkFig1Rows(rows);
  const losses = lossNames.filter((loss) => rows.some((row) => row.loss === loss));
  const final = finalRows(rows), last = final[0].epoch;
  const seeds = losses.map((loss) =>
    new Set(rows.filter((row) => row.loss === loss).map((row) => row.seed)).size
  );
  const spectra = losses.filter((loss) => final.some((row) => row.loss === loss && row.spectrum));
  const { panels: [curvePanels, [finalPanel, spectrumPanel]], height } = panelGrid({
    columns: [1, 1],
    rows: [230, 230],
  });
  const curves = measures.map((measure, column) =>
    losses.map((loss) => curve(rows, loss, measure, curvePanels[column]))
  );
  const spectrumCurves = spectra.map((loss) => spectrumCurve(final, loss, spectrumPanel));
  const lines = [...curves.flat(), ...spectrumCurves];
  const withIntervals = Math.max(...seeds) > 1;
  return {
    data: [
      // Bands first, so that no line lies under one.
      ...lines.flatMap((each) => curveBand(each.points, each)),
      ...lines.map((each) => curveLine(each.points, each)),
      ...measures.flatMap((measure, group) =>
        losses.flatMap((loss, place) =>
          finalTraces(loss, measure, positionOf(group, place, losses), final, finalPanel)
        )
      ),
    ],
    layout: {
      ...baseLayout(title, settingsLine(context, seedsText(seeds)), height),
      ...Object.assign({}, ...curves.map((each, column) => trainingAxes(each, last, curvePanels[column]))),
      ...finalAxes(losses, final, finalPanel),
      ...(spectra.length > 0 ? spectrumAxes(spectrumCurves, spectrumPanel) : {}),
      annotations: [
        ...measures.map((measure, column) => headingOf(curvePanels[column], ...headings[measure])),
        headingOf(
          finalPanel,
          `After epoch ${last}`,
          withIntervals ? "mean, 95 % interval; ○ one seed" : "one run per loss",
        ),
        ...(spectra.length > 0
          ? [
            headingOf(
              spectrumPanel,
              "Spectrum of the class means",
              `singular values, largest = 1; dotted: ${LEAST_SINGULAR_VALUE}`,
            ),
          ]
          : []),
      ],
      ...(spectra.length > 0
        ? {
          shapes: [{
            type: "line",
            xref: `${spectrumPanel.x} domain`,
            yref: spectrumPanel.y,
            x0: 0,
            x1: 1,
            y0: LEAST_SINGULAR_VALUE,
            y1: LEAST_SINGULAR_VALUE,
            line: { color: INK, width: 1, dash: "dot" },
          }],
        }
        : {}),
    },
    config: baseConfig("fig1", height),
  };
}

function trainingAxes(curves: readonly Curve[], lastEpoch: number, panel: Panel): Record<string, unknown> {
  const points = curves.flatMap((each) => each.points);
  const range = zoomedRange(ends(points.filter((point) => point.x >= lastEpoch / 5), 100));
  // Without its points, the place of the untrained encoder (epoch 0) would only be a gap.
  const visible = points.filter((point) => point.x > 0 || 100 * point.mean >= range[0]);
  const first = Math.min(lastEpoch, ...visible.map((point) => point.x));
  const margin = 0.02 * (lastEpoch - first) || 0.5;
  return panelAxes(panel, {
    ...axis("Epoch"),
    range: [first - margin, lastEpoch + margin],
    // plotly would label half epochs in a short training.
    ...(lastEpoch <= 10 ? { dtick: 1 } : {}),
  }, { ...axis("Accuracy (%)", { grid: true }), range });
}

/** Where a loss stands among those of a group; a place is left free between the groups. */
function positionOf(group: number, place: number, losses: readonly LossName[]): number {
  return group * (losses.length + 1) + place;
}

function finalAxes(
  losses: readonly LossName[],
  final: readonly Fig1Row[],
  panel: Panel,
): Record<string, unknown> {
  const groups = measures.map((measure, group) => {
    const values = losses.map((loss) => valuesOf(final, loss, measure));
    const intervals = values.map((each) => each.length > 0 ? meanInterval(each) : undefined);
    const middle = (positionOf(group, 0, losses) + positionOf(group, losses.length - 1, losses)) / 2;
    return { name: shortNames[measure], middle, intervals };
  });
  const known = groups.flatMap(({ intervals }) =>
    intervals.flatMap((interval) => interval ? [interval] : [])
  );
  return panelAxes(panel, {
    ...axis(""),
    range: [-0.6, positionOf(measures.length - 1, losses.length - 1, losses) + 0.6],
    tickvals: groups.map(({ middle }) => middle),
    // The losses in their order.
    ticktext: groups.map(({ name, intervals }) => `<b>${name}</b><br>${intervals.map(short).join(" ")}`),
    tickangle: 0,
    ticks: "",
  }, {
    ...axis("Accuracy (%)", { grid: true }),
    range: zoomedRange([
      ...final.flatMap((row) => measures.map((each) => 100 * row[each])),
      ...ends(known, 100),
    ]),
  });
}

/** `91`, so that four of them fit on a phone; a dash for a loss without a finished run. */
function short(interval: MeanInterval | undefined): string {
  return interval ? (100 * interval.mean).toFixed(0) : "–";
}

function spectrumAxes(curves: readonly Curve[], panel: Panel): Record<string, unknown> {
  const points = curves.flatMap((each) => each.points);
  return panelAxes(panel, { ...axis("Rank"), range: [0, Math.max(...points.map(({ x }) => x)) + 1] }, {
    ...axis("Singular value", { grid: true }),
    type: "log",
    range: [-2.5, 0.1],
    dtick: 1,
  });
}

interface Curve extends CurveOptions {
  points: CurvePoint[];
}

function curve(rows: readonly Fig1Row[], loss: LossName, measure: Fig1Measure, panel: Panel): Curve {
  const own = rows.filter((row) => row.loss === loss);
  const trainLosses = new Map(
    curvePoints(own, (row) => row.epoch, (row) => row.trainLoss).map(({ x, mean }) => [x, mean]),
  );
  return {
    points: curvePoints(own, (row) => row.epoch, (row) => row[measure]),
    style: lossStyles[loss],
    group: loss,
    panel,
    showLegend: measure === measures[0],
    scale: 100,
    position: "epoch",
    text: (point) => {
      const trainLoss = trainLosses.get(point.x)!;
      const line = Number.isFinite(trainLoss) ? `<br>training loss ${trainLoss.toFixed(3)}` : "";
      return `${percent(point)} (${count(point.count, "seed")})${line}`;
    },
  };
}

/** Without a band: its lower end may be below what a logarithm can show. */
function spectrumCurve(final: readonly Fig1Row[], loss: LossName, panel: Panel): Curve {
  const values = final.filter((row) => row.loss === loss).flatMap(({ spectrum = [] }) =>
    spectrum.map((value, index) => ({ rank: index + 1, value }))
  );
  const points = curvePoints(values, ({ rank }) => rank, ({ value }) => value)
    .filter(({ mean }) => mean > SMALLEST_SINGULAR_VALUE).map((point) => ({ ...point, halfWidth: NaN }));
  return {
    points,
    style: lossStyles[loss],
    group: loss,
    panel,
    showLegend: false,
    position: "rank",
    text: ({ mean, count: seeds }) => `${digits(mean)} (${count(seeds, "seed")})`,
  };
}

function valuesOf(final: readonly Fig1Row[], loss: LossName, measure: Fig1Measure): number[] {
  return final.filter((row) => row.loss === loss).sort((a, b) => a.seed - b.seed).map((row) => row[measure]);
}

function finalTraces(
  loss: LossName,
  measure: Fig1Measure,
  position: number,
  final: readonly Fig1Row[],
  panel: Panel,
): PlotlyTrace[] {
  const { name, color, symbol } = lossStyles[loss];
  const values = valuesOf(final, loss, measure);
  if (values.length === 0) return [];
  const interval = meanInterval(values);
  const shared = {
    type: "scatter",
    mode: "markers",
    name,
    legendgroup: loss,
    showlegend: false,
    ...onPanel(panel),
  };
  const mean = {
    ...shared,
    x: [position],
    y: [100 * interval.mean],
    marker: { color, symbol, size: 10 },
    ...errorBars([100 * interval.halfWidth], color),
    hovertemplate: `<b>${name}</b>, ${headings[measure][0]}<br>${percent(interval)} (${
      count(values.length, "seed")
    })<extra></extra>`,
  };
  if (values.length < 2) return [mean];
  const seeds = final.filter((row) => row.loss === loss).map(({ seed }) => seed).sort((a, b) => a - b);
  return [{
    ...shared,
    x: values.map(() => position + 0.3),
    y: values.map((value) => 100 * value),
    marker: { color: translucent(color, 0), symbol: "circle", size: 7, line: { color, width: 1.5 } },
    text: seeds.map((seed) => `seed ${seed}`),
    hovertemplate: `<b>${name}</b>, %{text}<br>%{y:.2f} %<extra></extra>`,
  }, mean];
}

// Around the values with a margin of 8 %, at least one point wide, and never far above 100 %.
function zoomedRange(values: readonly number[]): [number, number] {
  const [low, high] = extent(values);
  const margin = Math.max(0.08 * (high - low), (1 - (high - low)) / 2, 0.1);
  return [Math.max(low - margin, -2), Math.min(high + margin, 100 + margin / 3)];
}
