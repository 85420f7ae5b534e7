import {
  type AxisLayout,
  type FigureLayout,
  legendEntries,
  type LegendLayout,
  panelsOf,
  type PlacedPanel,
} from "./layout_parts.ts";
import { axisKey } from "./panels.ts";
import type { PlotlyFigure } from "./types.ts";
import { lineCount, linesWide, textWidth, wrapText } from "./wrap.ts";

/** Sizes of fonts, in CSS pixels, and the height of a line by the size of its font. */
const font = { title: 18, subtitle: 14, heading: 15, tick: 14, axis: 15 };
const LINE = 1.3;
/** Space in CSS pixels: above everything, between parts, between a heading and its panel. */
const EDGE = 12, GAP = 22, UNDER_HEADING = 12;
/** Right of the panels, for half a tick label; and for a colour bar. */
const RIGHT = 16, COLOR_BAR = 60;
/** An entry of a legend: the width of its mark, the space around that, its height. */
const entry = { mark: 40, space: 16, height: 23 };

/** Whether a figure has the parts that {@linkcode stackedLayout} needs. */
export function canStack({ layout }: PlotlyFigure): boolean {
  const { height, title } = layout as Partial<FigureLayout>;
  return height !== undefined && title?.subtitle !== undefined &&
    panelsOf(layout as FigureLayout).some((panel) => panel.heading);
}

/**
 * The layout of a figure for a narrow page: panels under each other in reading order, each as wide as the page; title
 * and headings wrapped; a legend above the panels it is for. It goes with the same traces. A finger on the figure
 * scrolls the page.
 *
 * @param figure a figure made of the shared layout, panels and their headings
 * @param width of the page in CSS pixels; wider pages can show it too
 */
export function stackedLayout(figure: PlotlyFigure, width: number): FigureLayout {
  const layout = figure.layout as FigureLayout;
  const { title, legends, panels, height } = stack(figure, width);
  const first = panels[0].top, last = panels.at(-1)!.bottom;
  /** A distance from the top of the figure as a part of the plot area. */
  const up = (distance: number) => (last - distance) / (last - first);
  return {
    ...layout,
    title,
    height,
    margin: { l: layout.margin.l, r: RIGHT, t: first, b: height - last },
    dragmode: false,
    annotations: layout.annotations?.map((each) => {
      const found = panels.find(({ panel }) => panel.heading === each);
      return found ? { ...each, text: found.heading } : each;
    }),
    ...Object.assign(
      {},
      ...legends.map(({ name, legend, top }) => ({
        [name]: { ...legend, y: legend.yref === "container" ? 1 - top / height : up(top) },
      })),
      ...panels.map(({ panel: { x, y }, axes, across, top, bottom }) => ({
        [axisKey(x)]: { ...axes.x, domain: [0, across], anchor: y },
        [axisKey(y)]: { ...axes.y, domain: [up(bottom), up(top)], anchor: x },
      })),
      // One bar for all.
      ...panels.filter(({ across }) => across < 1).slice(0, 1).map(({ across, top, bottom }) => ({
        coloraxis: colorBarBeside(layout, across, up(bottom), up(top)),
      })),
    ),
  };
}

interface StackedLegend {
  name: string;
  legend: LegendLayout;
  /** In CSS pixels. */
  height: number;
}

interface StackedPanel {
  panel: PlacedPanel;
  axes: { x: AxisLayout; y: AxisLayout };
  heading: string;
  /** The part of the width without a colour bar. */
  across: number;
  /** Edges, in CSS pixels from the top of the figure. */
  top: number;
  bottom: number;
}

/** The parts of a stacked figure, and where they are. */
function stack(figure: PlotlyFigure, width: number) {
  const layout = figure.layout as FigureLayout;
  const plotWidth = width - layout.margin.l - RIGHT;
  const title = stackedTitle(layout, width);
  let down = EDGE + linesHigh(title.text, font.title) + linesHigh(title.subtitle.text, font.subtitle) + GAP;

  const waiting = legendsOf(figure, plotWidth);
  const legends: (StackedLegend & { top: number })[] = [];
  const putLegends = (above: (legend: LegendLayout) => boolean) => {
    while (waiting.length > 0 && above(waiting[0].legend)) {
      const next = waiting.shift()!;
      legends.push({ ...next, top: down });
      down += next.height + GAP / 2;
    }
  };
  putLegends(({ yref }) => yref === "container");

  const panels = panelsOf(layout).map((panel): StackedPanel => {
    putLegends(({ y }) => y >= panel.top);
    const axes = axesOf(layout, panel, plotWidth);
    const heading = wrapText(headingText(panel), font.heading, plotWidth);
    down += heading ? linesHigh(heading, font.heading) + UNDER_HEADING : 0;
    const top = down, bottom = top + panelHeight(panel, layout, axes, plotWidth);
    down = bottom + axisHeight(axes.x) + GAP;
    const across = hasColors(figure, panel) ? 1 - COLOR_BAR / plotWidth : 1;
    return { panel, axes, heading, across, top, bottom };
  });
  return { title, legends, panels, height: Math.ceil(down) };
}

/** The heading; where only the panels beside it have a first line, without an empty one. */
function headingText({ heading }: PlacedPanel): string {
  return String(heading?.text ?? "").replace(/^<b><\/b><br>/, "");
}

function stackedTitle({ title }: FigureLayout, width: number): FigureLayout["title"] {
  const text = wrapText(title.text, font.title, width);
  return {
    ...title,
    text,
    font: { ...title.font, size: font.title },
    subtitle: { ...title.subtitle, text: wrapText(title.subtitle.text, font.subtitle, width) },
    x: 0,
    xref: "container",
    // plotly puts the baseline of the first of several lines where the top of a single one would be.
    pad: { t: lineCount(text) > 1 ? EDGE + 0.75 * font.title : EDGE },
  };
}

/**
 * The axes of a panel, with the titles that they shared with a panel beside or under it. Axes without numbers stay equally
 * long, as only the shape of what they show means something.
 */
function axesOf(layout: FigureLayout, { x, y }: PlacedPanel, width: number): StackedPanel["axes"] {
  const [xaxis, yaxis] = [x, y].map(axisKey).map((key): AxisLayout => {
    const { title, automargin } = layout[layout.meta?.sharedTitles?.[key] ?? key] as AxisLayout;
    return { ...layout[key] as AxisLayout, title, automargin };
  });
  if (!isBare({ x: xaxis, y: yaxis })) return { x: withRoomBetween(xaxis, width), y: yaxis };
  const constrained = { constrain: "domain", constraintoward: "left" };
  return { x: { ...xaxis, ...constrained }, y: { ...yaxis, constrain: "domain", scaleanchor: x } };
}

/** The axis with labels, if they stand upright, so small that they do not run into each other. */
function withRoomBetween(axis: AxisLayout, width: number): AxisLayout {
  if (axis.tickangle !== 0 || !axis.ticktext) return axis;
  const longest = Math.max(...axis.ticktext.map((text) => linesWide(text, font.tick)));
  const size = Math.min(font.tick, Math.floor(font.tick * width / axis.ticktext.length / longest));
  return size < font.tick ? { ...axis, tickfont: { ...axis.tickfont, size } } : axis;
}

function isBare({ x, y }: StackedPanel["axes"]): boolean {
  return x.showticklabels === false && y.showticklabels === false;
}

/** The legends in equal columns, as many as the longest name leaves room for. */
function legendsOf(figure: PlotlyFigure, width: number): StackedLegend[] {
  const layout = figure.layout as FigureLayout;
  return Object.keys(layout).filter((key) => /^legend\d*$/.test(key)).map((name) => {
    const legend = layout[name] as LegendLayout;
    const entries = legendEntries(figure, name);
    const longest = Math.max(...entries.map((text) => textWidth(text, legend.font.size)));
    const columns = Math.max(
      1,
      Math.min(entries.length, Math.floor(width / (entry.mark + entry.space + longest))),
    );
    const rows = Math.ceil(entries.length / columns) + (legend.title ? 1 : 0);
    return {
      name,
      legend: {
        ...legend,
        // plotly would make room beside the panels for one that is among them.
        ...(legend.yref === "container" ? { xref: "container" } : {}),
        itemwidth: entry.mark,
        // plotly cuts off what is longer.
        entrywidth: Math.max(Math.ceil(longest), Math.floor(width / columns) - entry.mark - entry.space),
        tracegroupgap: 0,
        ...(legend.title ? { title: { ...legend.title, side: "top" } } : {}),
      },
      height: rows * entry.height,
    };
  });
}

/** As high as in the wide figure, but at most square; square without numbers. */
function panelHeight(
  { top, bottom }: PlacedPanel,
  { height, margin }: FigureLayout,
  axes: StackedPanel["axes"],
  width: number,
): number {
  return isBare(axes) ? width : Math.min(width, (top - bottom) * (height - margin.t - margin.b));
}

/** Height of the tick labels and the title under a panel. */
function axisHeight({ showticklabels, ticktext = [""], title }: AxisLayout): number {
  const lines = showticklabels === false ? 0 : Math.max(...ticktext.map(lineCount), 1);
  return 8 + LINE * (font.tick * lines + (title?.text ? font.axis : 0)) + (title?.text ? 10 : 0);
}

function hasColors({ data }: PlotlyFigure, { x, y }: PlacedPanel): boolean {
  return data.some((trace) => trace.coloraxis && (trace.xaxis ?? "x") === x && (trace.yaxis ?? "y") === y);
}

function colorBarBeside({ coloraxis }: FigureLayout, across: number, bottom: number, top: number) {
  return {
    ...coloraxis,
    colorbar: { ...coloraxis?.colorbar, x: across + 0.01, xpad: 0, y: bottom, len: top - bottom },
  };
}

function linesHigh(text: string, size: number): number {
  return LINE * size * lineCount(text);
}
