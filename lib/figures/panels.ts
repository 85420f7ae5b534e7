import { figureSize, margin, panelHeading } from "./theme.ts";

/** One pair of axes in a figure of several. */
export interface Panel {
  /** What traces call the x axis: `x`, `x2`, … */
  readonly x: string;
  /** What traces call the y axis: `y`, `y2`, … */
  readonly y: string;
  /** The part of the figure's width, from 0 to 1. */
  readonly across: readonly [number, number];
  /** The part of the figure's height, from 0 to 1. */
  readonly up: readonly [number, number];
}

/** Where panels go, in CSS pixels at the figure's usual width. */
export interface PanelGridOptions {
  /** Widths of the columns relative to each other. */
  columns: readonly number[];
  /** Heights of the rows, top to bottom. */
  rows: readonly number[];
  /** Between columns: room for tick labels and an axis title; 76 when left out. */
  gapX?: number;
  /** Between rows: room for tick labels, an axis title and a heading; 110 when left out. */
  gapY?: number;
  /** Number of the first panel, where a figure has two grids; 1 when left out. */
  first?: number;
  /** Height of what lies above this grid inside the plot area; 0 when left out. */
  above?: number;
  /** Height of what lies below this grid inside the plot area; 0 when left out. */
  below?: number;
}

/** Panels, row by row, and the height of a figure that holds them. */
export interface PanelGrid {
  readonly panels: readonly (readonly Panel[])[];
  /** In CSS pixels, with the margins of every figure. */
  readonly height: number;
}

/** Divides a figure into panels. */
export function panelGrid(options: PanelGridOptions): PanelGrid {
  const { columns, rows, gapX = 76, gapY = 110, first = 1, above = 0, below = 0 } = options;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const width = figureSize.width - margin.l - margin.r;
  const perUnit = (width - gapX * (columns.length - 1)) / sum(columns);
  const plotHeight = above + sum(rows) + gapY * (rows.length - 1) + below;
  const panels = rows.map((height, row) => {
    const top = plotHeight - above - sum(rows.slice(0, row)) - gapY * row;
    return columns.map((share, column) => {
      const left = perUnit * sum(columns.slice(0, column)) + gapX * column;
      const number = first + row * columns.length + column;
      const suffix = number === 1 ? "" : String(number);
      return {
        x: `x${suffix}`,
        y: `y${suffix}`,
        across: [left / width, Math.min(1, (left + perUnit * share) / width)],
        up: [Math.max(0, (top - height) / plotHeight), Math.min(1, top / plotHeight)],
      } as const;
    });
  });
  return { panels, height: plotHeight + margin.t + margin.b };
}

/** The layout's entries for the two axes of a panel. */
export function panelAxes(
  { x, y, across, up }: Panel,
  xaxis: Record<string, unknown>,
  yaxis: Record<string, unknown>,
): Record<string, unknown> {
  return {
    [axisKey(x)]: { ...xaxis, domain: across, anchor: y },
    [axisKey(y)]: { ...yaxis, domain: up, anchor: x },
  };
}

/** The entries that put a trace on a panel. */
export function onPanel({ x, y }: Panel): { xaxis: string; yaxis: string } {
  return { xaxis: x, yaxis: y };
}

/** A bold heading with a note above a panel. */
export function headingOf({ x, y }: Panel, text: string, note: string): Record<string, unknown> {
  return panelHeading(text, note, `${x} domain`, `${y} domain`);
}

/**
 * For the layout's `meta`: axes that go without a title as another one shows it, so that they can have it where panels do
 * not stand beside each other.
 *
 * @param groups names of axes that mean the same; the first of each group has the title
 */
export function sharedTitles(
  groups: readonly (readonly string[])[],
): { sharedTitles: Record<string, string> } {
  const pairs = groups.flatMap(([first, ...others]) => others.map((name) => [axisKey(name), axisKey(first)]));
  return { sharedTitles: Object.fromEntries(pairs) };
}

/** The layout's key of an axis: `xaxis2` for `x2`. */
export function axisKey(name: string): string {
  return name.replace(/^[xy]/, "$&axis");
}
