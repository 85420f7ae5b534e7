import { type MeanInterval, meanInterval } from "../core/interval.ts";
import { onPanel, type Panel } from "./panels.ts";
import { ascending, extent } from "./rows.ts";
import { bandTrace, type SeriesStyle } from "./theme.ts";
import type { PlotlyTrace } from "./types.ts";

/** The mean over the rows of one position, with its interval. */
export interface CurvePoint extends MeanInterval {
  /** The position, in the unit of the x axis. */
  readonly x: number;
}

/** The means of `y` over the rows that share an `x`, in ascending order of `x`. */
export function curvePoints<R>(
  rows: readonly R[],
  xOf: (row: R) => number,
  yOf: (row: R) => number,
): CurvePoint[] {
  return ascending(rows.map(xOf)).map((x) => ({
    x,
    ...meanInterval(rows.filter((row) => xOf(row) === x).map(yOf)),
  }));
}

/** What a curve is called, how it looks and what it says under the pointer. */
export interface CurveOptions {
  style: SeriesStyle;
  /** What a click in the legend shows and hides together. */
  group: string;
  /** The only panel when left out. */
  panel?: Panel;
  /** Times this on the y axis: 100 for fractions in percent; 1 when left out. */
  scale?: number;
  /** `false` for the repetitions of a curve in further panels. */
  showLegend?: boolean;
  /** The name of the position in the hover text, e.g. `epoch`. */
  position: string;
  /** The value in the hover text. */
  text: (point: CurvePoint) => string;
}

/** The 95 % band of a curve: none where no point has an interval. */
export function curveBand(curve: readonly CurvePoint[], options: CurveOptions): PlotlyTrace[] {
  const { style: { color, name }, group, panel, scale = 1 } = options;
  const known = curve.filter((point) => !Number.isNaN(point.halfWidth));
  if (known.length === 0) return [];
  const edge = (sign: number) => known.map((point) => scale * (point.mean + sign * point.halfWidth));
  return [{
    ...bandTrace(known.map((point) => point.x), edge(-1), edge(1), color),
    name,
    legendgroup: group,
    ...(panel ? onPanel(panel) : {}),
  }];
}

/** The line through the means of a curve. */
export function curveLine(curve: readonly CurvePoint[], options: CurveOptions): PlotlyTrace {
  const { style, group, panel, scale = 1, showLegend = true, position, text } = options;
  const { name, color, dash, symbol } = style;
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: group,
    ...(showLegend ? {} : { showlegend: false }),
    ...(panel ? onPanel(panel) : {}),
    x: curve.map((point) => point.x),
    y: curve.map((point) => scale * point.mean),
    line: { color, dash, width: 2.5 },
    // A marker on every epoch of a long training would hide the dashes.
    marker: { color, symbol, size: 8, maxdisplayed: 12 },
    text: curve.map(text),
    hovertemplate: `<b>${name}</b>, ${position} %{x}<br>%{text}<extra></extra>`,
  };
}

/** A trace's error bars; nothing where no half-width is known. */
export function errorBars(halfWidths: readonly number[], color: string): Record<string, unknown> {
  if (halfWidths.every(Number.isNaN)) return {};
  return { error_y: { type: "data", array: halfWidths, color, thickness: 2.5, width: 9 } };
}

/** Both ends of intervals, times `scale`; the mean twice where there is none. */
export function ends(intervals: readonly MeanInterval[], scale = 1): number[] {
  return intervals.flatMap(({ mean, halfWidth }) =>
    [-1, 1].map((sign) => scale * (mean + sign * (halfWidth || 0)))
  );
}

/** Around the values with a margin of 8 % on both sides, and never of no width. */
export function paddedRange(values: readonly number[]): [number, number] {
  const [low, high] = extent(values);
  const padding = 0.08 * (high - low) || 0.05 * Math.abs(high) || 1;
  return [low - padding, high + padding];
}

/** An x axis of epochs: the range with a margin, and no ticks at half epochs. */
export function epochRange(first: number, last: number): Record<string, unknown> {
  const padding = 0.04 * (last - first) || 0.5;
  return {
    range: [first - padding, last + padding],
    ...(last - first <= 5 ? { dtick: 1 } : {}),
  };
}
