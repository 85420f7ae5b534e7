import { axis, baseConfig, baseLayout } from "../figures/theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../figures/types.ts";
import { checkNumber, checkObject, checkOptions } from "../core/checks.ts";
import { checkText } from "../figures/check_figure.ts";
import type { Displayable } from "./display.ts";
import { show } from "./show.ts";

/** Words and size of a {@linkcode plot}. */
export interface PlotOptions {
  /** One line over the figure. */
  title: string;
  /** A second, smaller line. */
  subtitle?: string;
  /** Title of the x axis. */
  x?: string;
  /** Title of the y axis. */
  y?: string;
  /** In CSS pixels; 420 when left out. */
  height?: number;
  /** Anything else of plotly's layout; the keys given here replace the usual ones, `xaxis` and `yaxis` by entry. */
  layout?: Readonly<Record<string, unknown>>;
}

/** The names of {@linkcode PlotOptions}. */
export const PLOT_OPTIONS = {
  title: true,
  subtitle: true,
  x: true,
  y: true,
  height: true,
  layout: true,
} as const;

/**
 * Traces in the look of the library's figures, with axes named and a legend in one row over them.
 *
 * @param traces plotly traces, drawn in this order
 * @param options title, axes, height
 * @throws {TypeError} if there is no title, traces are no objects, or their values no arrays
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * const shown = notebook.plot([{ x: [1, 2], y: [3, 4], name: "A" }], { title: "Up", x: "step", y: "loss" });
 * assertEquals(shown[notebook.jupyterDisplay]()["text/plain"], "Figure: Up");
 * ```
 */
export function plot(traces: readonly PlotlyTrace[], options: PlotOptions): Displayable {
  return show(plotFigure(traces, options));
}

/** The figure that {@linkcode plot} shows. */
export function plotFigure(traces: readonly PlotlyTrace[], options: PlotOptions): PlotlyFigure {
  const { title, subtitle = "", x = "", y = "", height = 420, layout = {} } = checkOptions(
    options,
    PLOT_OPTIONS,
  );
  checkText("title", title, "show a figure");
  checkNumber("height", height, { above: 0 });
  checkObject("layout", layout);
  const base = baseLayout(title, subtitle);
  const top = subtitle ? 76 : 54;
  return {
    data: traces,
    layout: {
      ...base,
      height,
      margin: { l: 72, r: 20, t: top + 34, b: 60 },
      legend: { ...base.legend as object, y: 1 - top / height },
      ...layout,
      xaxis: { ...axis(x), ...layout.xaxis as object },
      yaxis: { ...axis(y, { grid: true }), ...layout.yaxis as object },
    },
    config: baseConfig("figure"),
  };
}
