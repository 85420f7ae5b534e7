/** What the library's own figures have in their layouts, and where their panels are. */
import { axisKey } from "./panels.ts";
import type { PlotlyFigure } from "./types.ts";

type Entries = Record<string, unknown>;

/** An axis of a panel. */
export interface AxisLayout extends Entries {
  domain?: readonly [number, number];
  anchor?: string;
  title?: { text?: string };
  automargin?: string;
  ticktext?: readonly string[];
  tickangle?: number;
  tickfont?: Entries;
  showticklabels?: boolean;
}

/** A legend; its `yref` is `container` above the plot area and left out inside it. */
export interface LegendLayout extends Entries {
  yref?: string;
  y: number;
  font: { size: number };
  title?: { text: string };
}

/** A layout made of the shared one, panels and their headings. */
export interface FigureLayout extends Entries {
  height: number;
  margin: { l: number; r: number; t: number; b: number };
  title: Entries & { text: string; font: Entries; subtitle: Entries & { text: string } };
  annotations?: readonly Entries[];
  coloraxis?: { colorbar: Entries };
  meta?: { sharedTitles?: Readonly<Record<string, string>> };
}

/** A panel of a figure, where it is, and its heading. */
export interface PlacedPanel {
  /** What traces call its axes. */
  readonly x: string;
  readonly y: string;
  /** Edges, as parts of the plot area. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly heading?: Readonly<Entries>;
}

/** The panels in reading order; one without a heading comes after the one above it. */
export function panelsOf(layout: FigureLayout): PlacedPanel[] {
  const panels = Object.keys(layout).filter((key) => /^xaxis\d*$/.test(key)).map((key): PlacedPanel => {
    const x = key.replace("axis", "");
    const y = (layout[key] as AxisLayout).anchor ?? x.replace("x", "y");
    const [left, right] = (layout[key] as AxisLayout).domain ?? [0, 1];
    const [bottom, top] = (layout[axisKey(y)] as AxisLayout).domain ?? [0, 1];
    return { x, y, left, right, bottom, top, heading: headingOf(layout, x, y) };
  });
  const above = ({ heading, left, top }: PlacedPanel) =>
    heading ? undefined : panels.filter((each) => each.heading && each.left === left && each.top > top)
      .reduce<PlacedPanel | undefined>((low, each) => low && low.top < each.top ? low : each, undefined);
  const inOrder = (a: PlacedPanel, b: PlacedPanel) => b.top - a.top || a.left - b.left;
  return panels.sort((a, b) => inOrder(above(a) ?? a, above(b) ?? b) || inOrder(a, b));
}

// As `panelHeading` makes it.
function headingOf({ annotations = [] }: FigureLayout, x: string, y: string): Entries | undefined {
  return annotations.find((each) =>
    each.xref === `${x} domain` && each.yref === `${y} domain` && each.yanchor === "bottom"
  );
}

/** The names in a legend, in their order. */
export function legendEntries({ data }: PlotlyFigure, legend: string): string[] {
  return data.filter((trace) =>
    trace.showlegend !== false && trace.name !== undefined && trace.type !== "heatmap" &&
    (trace.legend ?? "legend") === legend
  ).map((trace) => String(trace.name));
}

/** Moves panels to the right where long tick labels would reach the title of their axis. */
export function withRoomForLabels(layout: PlotlyFigure["layout"]): PlotlyFigure["layout"] {
  return Object.fromEntries(
    Object.entries(layout).map(([key, value]) => {
      // Without a title there is room, and plotly need not look for it.
      const titled = /^yaxis\d*$/.test(key) && (value as AxisLayout).title?.text;
      return [key, titled ? { ...value as AxisLayout, automargin: "left" } : value];
    }),
  );
}
