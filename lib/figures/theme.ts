import type { PlotlyTrace } from "./types.ts";

/** How a series of points looks in every figure. */
export interface SeriesStyle {
  /** The name in legends. */
  readonly name: string;
  /** A colour, `#rrggbb`. */
  readonly color: string;
  /** plotly's dash style. */
  readonly dash: "solid" | "dash" | "dot" | "dashdot";
  /** plotly's marker symbol. */
  readonly symbol: string;
}

/** The colour of text and of neutral marks. */
export const INK = "#222222";
const FAINT_INK = "#555555", GRID = "#E8E8E8";

/** The space around the plot area, in CSS pixels: above it are title, subtitle, legend and headings. */
export const margin = { l: 72, r: 20, t: 158, b: 68 } as const;

/** Width and height of a figure in CSS pixels where the page does not say otherwise. */
export const figureSize: { readonly width: number; readonly height: number } = { width: 1100, height: 540 };

/** Makes user text safe inside plotly's titles, which understand a little HTML. */
export function plainText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * The layout all figures share: white, left-aligned title with a subtitle line, legend in one row under it, font sizes
 * of 14 px and more.
 *
 * @param title one line, at most about 80 characters
 * @param subtitle one line with the settings, at most about 130 characters
 * @param height of the whole figure, in CSS pixels
 */
export function baseLayout(
  title: string,
  subtitle: string,
  height: number = figureSize.height,
): Record<string, unknown> {
  return {
    title: {
      text: `<b>${title}</b>`,
      subtitle: { text: subtitle, font: { size: 14, color: FAINT_INK } },
      font: { size: 20, color: INK },
      x: 0,
      xref: "paper",
      xanchor: "left",
      y: 1,
      yref: "container",
      yanchor: "top",
      pad: { t: 18 },
    },
    font: { family: "Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif", size: 14, color: INK },
    legend: {
      orientation: "h",
      x: 0,
      xanchor: "left",
      y: 1 - 74 / height,
      yref: "container",
      yanchor: "top",
      font: { size: 15 },
      // Wide enough to show that a line is dashed.
      itemwidth: 48,
    },
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    margin,
    height,
    autosize: true,
    hovermode: "closest",
    hoverlabel: { font: { size: 14 }, align: "left" },
  };
}

/** How all figures behave on a page: they follow its width, and the download button saves SVG. */
export function baseConfig(filename: string, height: number = figureSize.height): Record<string, unknown> {
  return {
    responsive: true,
    displaylogo: false,
    // The last one would send the numbers to a server of plotly's makers.
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "sendChartToCloud"],
    toImageButtonOptions: { format: "svg", filename, width: figureSize.width, height },
  };
}

/**
 * An axis with a visible line and outside ticks; a grid only where values are read off (`grid: true`), and a dark line
 * at zero where its sign matters (`zero: true`).
 */
export function axis(
  title: string,
  options: { grid?: boolean; zero?: boolean } = {},
): Record<string, unknown> {
  return {
    title: { text: title, font: { size: 15 }, standoff: 10 },
    showgrid: options.grid ?? false,
    gridcolor: GRID,
    zeroline: options.zero ?? false,
    ...(options.zero ? { zerolinecolor: INK, zerolinewidth: 1.2 } : {}),
    showline: true,
    linecolor: FAINT_INK,
    ticks: "outside",
    tickcolor: FAINT_INK,
    tickfont: { size: 14 },
  };
}

/** A bold heading above the panel whose axes are named, e.g. `("x2 domain", "y2 domain")`, with a note under it. */
export function panelHeading(
  text: string,
  note: string,
  xref: string,
  yref: string,
): Record<string, unknown> {
  return {
    text: `<b>${text}</b><br><span style="font-size:14px;color:${FAINT_INK}">${note}</span>`,
    align: "left",
    xref,
    yref,
    x: 0,
    xanchor: "left",
    y: 1,
    yanchor: "bottom",
    yshift: 4,
    showarrow: false,
    font: { size: 15 },
  };
}

/** `#rrggbb` with an opacity between 0 and 1, as CSS writes it. */
export function translucent(color: string, opacity: number): string {
  const channels = [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
  return `rgba(${channels.join(", ")}, ${opacity})`;
}

/**
 * A translucent band between two curves over the same `x`, as one closed outline without hover text.
 *
 * @param x positions, ascending, in the unit of the x axis
 * @param low lower edge at each position, in the unit of the y axis
 * @param high upper edge at each position, in the unit of the y axis
 * @param color `#rrggbb`
 */
export function bandTrace(
  x: readonly number[],
  low: readonly number[],
  high: readonly number[],
  color: string,
): PlotlyTrace {
  return {
    type: "scatter",
    mode: "lines",
    x: [...x, ...x.toReversed()],
    y: [...high, ...low.toReversed()],
    fill: "toself",
    fillcolor: translucent(color, 0.18),
    line: { width: 0 },
    hoverinfo: "skip",
    showlegend: false,
  };
}
