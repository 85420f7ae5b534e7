import { type LossName, lossNames } from "../../losses/presets.ts";
import { meanInterval } from "../../core/interval.ts";
import {
  curveBand,
  curveLine,
  type CurveOptions,
  type CurvePoint,
  curvePoints,
  ends,
  errorBars,
} from "../curves.ts";
import { extent } from "../rows.ts";
import { type FigureContext, seedsText, settingsLine } from "../settings.ts";
import { axis, baseConfig, baseLayout, lossStyles, panelHeading, translucent } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import { count, percent } from "../words.ts";
import { checkFig1Rows, type Fig1Row } from "./rows.ts";
import { type Fig1Summary, finalRows, summarizeFig1, title } from "./verdict.ts";

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

/**
 * Figure 1: how good the embeddings of the four losses are. Left, kNN top-1 accuracy (%) against the epoch, mean over
 * the seeds with a 95 % Student-t band; right, the accuracy after the last epoch with its interval and single seeds.
 *
 * The left axis spans what happens from the first fifth of the training on, so that late differences can be seen;
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
 * const row = { seed: 0, trainLoss: 2, top5: 1 };
 * const figure = figures.fig1([
 *   { ...row, loss: "ucl", epoch: 1, top1: 0.9 },
 *   { ...row, loss: "hscl", epoch: 1, top1: 0.95 },
 * ], { dataset: "MNIST", beta: 1, temperature: 0.5, epochs: 1, batchSize: 256, encoder: "convnet" });
 * assert(figure.data.some((trace) => trace.name === "H-SCL"));
 * ```
 */
export function fig1(rows: readonly Fig1Row[], context: Fig1Context): PlotlyFigure {
  checkFig1Rows(rows);
  const losses = lossNames.filter((loss) => rows.some((row) => row.loss === loss));
  const curves = losses.map((loss) => curve(rows, loss));
  const final = finalRows(rows);
  const seeds = seedsText(
    losses.map((loss) => new Set(rows.filter((row) => row.loss === loss).map((row) => row.seed)).size),
  );
  const intervals = curves.some(({ points }) => points.some(({ halfWidth }) => !Number.isNaN(halfWidth)));
  return {
    data: [
      // Bands first, so that no line lies under one.
      ...curves.flatMap((each) => curveBand(each.points, each)),
      ...curves.map((each) => curveLine(each.points, each)),
      ...losses.flatMap((loss, position) => finalTraces(loss, position, final)),
    ],
    layout: {
      ...baseLayout(title, settingsLine(context, seeds)),
      ...trainingAxes(curves, final[0].epoch),
      ...finalAxes(losses, final, summarizeFig1(rows)),
      annotations: [
        panelHeading(
          "During training",
          intervals ? "mean over seeds; band: 95 % interval" : "one run per loss",
          "x domain",
          "y domain",
        ),
        panelHeading(
          `After epoch ${final[0].epoch}`,
          intervals ? "mean, 95 % interval; ○ one seed" : "one run per loss",
          "x2 domain",
          "y2 domain",
        ),
      ],
    },
    config: baseConfig("fig1"),
  };
}

function trainingAxes(curves: readonly Curve[], lastEpoch: number): Record<string, unknown> {
  const points = curves.flatMap((each) => each.points);
  const range = zoomedRange(ends(points.filter((point) => point.x >= lastEpoch / 5), 100));
  // Without its points, the place of the untrained encoder (epoch 0) would only be a gap.
  const visible = points.filter((point) => point.x > 0 || 100 * point.mean >= range[0]);
  const first = Math.min(lastEpoch, ...visible.map((point) => point.x));
  const margin = 0.02 * (lastEpoch - first) || 0.5;
  return {
    xaxis: {
      ...axis("Epoch"),
      domain: [0, 0.56],
      range: [first - margin, lastEpoch + margin],
      // plotly would label half epochs in a short training.
      ...(lastEpoch <= 10 ? { dtick: 1 } : {}),
    },
    yaxis: { ...axis("kNN top-1 accuracy (%)", { grid: true }), range },
  };
}

function finalAxes(
  losses: readonly LossName[],
  final: readonly Fig1Row[],
  summary: readonly Fig1Summary[],
): Record<string, unknown> {
  const labels = losses.map((loss) => {
    const entry = summary.find((each) => each.loss === loss);
    const value = entry ? percent(entry).replace(" ±", "<br>±").replace(" %", "") : "unfinished";
    return `<b>${lossStyles[loss].name}</b><br>${value}`;
  });
  const values = [...final.map((row) => 100 * row.top1), ...ends(summary, 100)];
  return {
    xaxis2: {
      ...axis(""),
      domain: [0.66, 1],
      range: [-0.5, losses.length - 0.5],
      tickvals: losses.map((_, position) => position),
      ticktext: labels,
      tickangle: 0,
      ticks: "",
    },
    yaxis2: {
      ...axis("kNN top-1 accuracy (%)", { grid: true }),
      anchor: "x2",
      range: zoomedRange(values),
    },
  };
}

interface Curve extends CurveOptions {
  points: CurvePoint[];
}

function curve(rows: readonly Fig1Row[], loss: LossName): Curve {
  const own = rows.filter((row) => row.loss === loss);
  const trainLosses = new Map(
    curvePoints(own, (row) => row.epoch, (row) => row.trainLoss).map(({ x, mean }) => [x, mean]),
  );
  return {
    points: curvePoints(own, (row) => row.epoch, (row) => row.top1),
    style: lossStyles[loss],
    group: loss,
    scale: 100,
    position: "epoch",
    text: (point) => {
      const trainLoss = trainLosses.get(point.x)!;
      const line = Number.isFinite(trainLoss) ? `<br>training loss ${trainLoss.toFixed(3)}` : "";
      return `${percent(point)} (${count(point.count, "seed")})${line}`;
    },
  };
}

function finalTraces(loss: LossName, position: number, final: readonly Fig1Row[]): PlotlyTrace[] {
  const { name, color, symbol } = lossStyles[loss];
  const own = final.filter((row) => row.loss === loss).sort((a, b) => a.seed - b.seed);
  if (own.length === 0) return [];
  const interval = meanInterval(own.map((row) => row.top1));
  const shared = {
    type: "scatter",
    mode: "markers",
    name,
    legendgroup: loss,
    showlegend: false,
    xaxis: "x2",
    yaxis: "y2",
  };
  const mean = {
    ...shared,
    x: [position],
    y: [100 * interval.mean],
    marker: { color, symbol, size: 12 },
    ...errorBars([100 * interval.halfWidth], color),
    hovertemplate: `<b>${name}</b><br>${percent(interval)} (${count(own.length, "seed")})<extra></extra>`,
  };
  if (own.length < 2) return [mean];
  return [{
    ...shared,
    x: own.map(() => position + 0.25),
    y: own.map((row) => 100 * row.top1),
    marker: { color: translucent(color, 0), symbol: "circle", size: 8, line: { color, width: 1.5 } },
    text: own.map((row) => `seed ${row.seed}`),
    hovertemplate: `<b>${name}</b>, %{text}<br>%{y:.2f} %<extra></extra>`,
  }, mean];
}

// Around the values with a margin of 8 %, at least one point wide, and never far above 100 %.
function zoomedRange(values: readonly number[]): [number, number] {
  const [low, high] = extent(values);
  const margin = Math.max(0.08 * (high - low), (1 - (high - low)) / 2, 0.1);
  return [Math.max(low - margin, -2), Math.min(high + margin, 100 + margin / 3)];
}
