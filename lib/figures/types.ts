/** One plotly trace: a curve, a band or a set of points, as plotly.js reads it. */
export type PlotlyTrace = Record<string, unknown>;

/** A whole figure as plotly.js reads it; plain JSON, so it can be stored and redrawn anywhere. */
export interface PlotlyFigure {
  /** The traces, drawn in this order. */
  readonly data: readonly PlotlyTrace[];
  /** Axes, titles, legend, size in CSS pixels. */
  readonly layout: Readonly<Record<string, unknown>>;
  /** How the figure behaves on a page. */
  readonly config: Readonly<Record<string, unknown>>;
}
