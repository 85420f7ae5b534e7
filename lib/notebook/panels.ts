import { checkArray, checkInteger, checkObject, checkOptions } from "../core/checks.ts";
import { checkText, checkTraces } from "../figures/check_figure.ts";
import { axis, panelHeading } from "../figures/theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../figures/types.ts";
import type { Displayable } from "./display.ts";
import { PLOT_OPTIONS, plotFigure, type PlotOptions } from "./plot.ts";
import { show } from "./show.ts";

/** One of several plots that are shown together. */
export interface Panel {
  /** Its heading. */
  title: string;
  /** A smaller line under the heading. */
  note?: string;
  /** plotly traces, drawn in this order. */
  traces: readonly PlotlyTrace[];
}

/** Words, size and arrangement of {@linkcode panels}; `layout.xaxis` and `layout.yaxis` apply to all of them. */
export interface PanelsOptions extends PlotOptions {
  /** Panels side by side; 2 when left out. */
  columns?: number;
  /** Units of both axes are equally long, as for points in the plane; `false` when left out. */
  equalScale?: boolean;
}

// Between columns, a share of the width; between rows, in CSS pixels, there are an axis and the next heading.
const GAP_X = 0.09, GAP_Y = 116;
// About what title, headings of the first row and the last axis take of the height, in CSS pixels.
const OUTSIDE = 190;

/**
 * Several plots with equal axes in a grid, filled row by row, with one legend: a name counts where it first appears.
 *
 * @param panels their headings and traces
 * @param options title, axes, height, columns
 * @throws {TypeError} if there is no title, panels or traces are no objects, or values no arrays
 * @throws {RangeError} if there are no panels, or columns are below 1
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * const each = ["UCL", "SCL"].map((title) => ({ title, traces: [{ y: [1, 2], name: "A" }] }));
 * const shown = notebook.panels(each, { title: "Two losses" });
 * assertEquals(shown[notebook.jupyterDisplay]()["text/plain"], "Figure: Two losses");
 * ```
 */
export function panels(panels: readonly Panel[], options: PanelsOptions): Displayable {
  return show(panelsFigure(panels, options));
}

/** The figure that {@linkcode panels} shows. */
export function panelsFigure(panels: readonly Panel[], options: PanelsOptions): PlotlyFigure {
  const { columns: wanted = 2, equalScale = false, ...plotOptions } = checkOptions(options, {
    ...PLOT_OPTIONS,
    columns: true,
    equalScale: true,
  });
  checkPanels(panels);
  checkInteger("columns", wanted, { min: 1 });
  const columns = Math.min(wanted, panels.length), rows = Math.ceil(panels.length / columns);
  const total = options.height ?? 320 * rows + 110;
  const gap = GAP_Y / (total - OUTSIDE);
  const width = (1 - (columns - 1) * GAP_X) / columns, height = (1 - (rows - 1) * gap) / rows;
  const named = new Set<unknown>();
  const traces: PlotlyTrace[] = [], annotations: unknown[] = [], axes: Record<string, unknown> = {};
  panels.forEach((panel, index) => {
    const suffix = index === 0 ? "" : `${index + 1}`, x = `x${suffix}`, y = `y${suffix}`;
    const column = index % columns, row = Math.floor(index / columns);
    const left = column * (width + GAP_X), top = 1 - row * (height + gap);
    axes[`xaxis${suffix}`] = {
      ...axis(options.x ?? ""),
      ...options.layout?.xaxis as object,
      domain: [left, Math.min(left + width, 1)],
      anchor: y,
    };
    axes[`yaxis${suffix}`] = {
      ...axis(column === 0 ? options.y ?? "" : "", { grid: true }),
      ...options.layout?.yaxis as object,
      domain: [Math.max(top - height, 0), top],
      anchor: x,
      ...(equalScale ? { scaleanchor: x } : {}),
    };
    annotations.push(panelHeading(panel.title, panel.note ?? "", `${x} domain`, `${y} domain`));
    for (const trace of panel.traces) {
      const known = named.has(trace.name);
      if (trace.name !== undefined) named.add(trace.name);
      traces.push({
        ...trace,
        xaxis: x,
        yaxis: y,
        ...(trace.name === undefined ? { showlegend: false } : { legendgroup: trace.name }),
        ...(known ? { showlegend: false } : {}),
      });
    }
  });
  const base = plotFigure(traces, { ...plotOptions, height: total });
  const margin = base.layout.margin as { t: number };
  // Above the first row are its headings, and no legend if nothing has a name.
  return {
    ...base,
    layout: {
      ...base.layout,
      margin: { ...margin, t: margin.t + (named.size > 0 ? 44 : 14) },
      ...axes,
      annotations,
    },
  };
}

function checkPanels(panels: readonly Panel[]): void {
  checkArray("panels", panels, "panels");
  if (panels.length === 0) {
    throw new RangeError("Cannot show panels as there must be at least one: received none");
  }
  panels.forEach((panel, index) => {
    checkObject(`panels[${index}]`, panel);
    checkText("title of a panel", panel.title, "show a figure");
    checkArray(`traces of panels[${index}]`, panel.traces, "traces");
    checkTraces(panel.traces);
  });
}
