/// <reference lib="dom" />
import type { NegativeKind } from "@hscl/hscl";
import { html, svg } from "../frame/dom.ts";

/** An accuracy after an epoch. */
export interface CurvePoint {
  loss: NegativeKind;
  epoch: number;
  /** 0 … 1. */
  value: number;
}

/** A chart of accuracies over the epochs, a line per loss. */
export interface Curves {
  node: HTMLElement;
  show(points: readonly CurvePoint[], epochs: number): void;
}

const WIDTH = 480, HEIGHT = 270, LEFT = 44, RIGHT = 12, TOP = 12, BOTTOM = 34;

/** Marks as in every figure: diamonds for supervised losses, circles for the others. */
function mark(supervised: boolean, x: number, y: number, loss: NegativeKind): SVGElement {
  const attributes = { class: `dot-of ${loss}` };
  return supervised
    ? svg("path", { ...attributes, d: `M${x} ${y - 6}l6 6l-6 6l-6 -6z` })
    : svg("circle", { ...attributes, cx: x, cy: y, r: 5 });
}

/** Makes a chart. */
export function createCurves(
  title: string,
  losses: readonly { name: NegativeKind; label: string; supervised: boolean }[],
): Curves {
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "curves", role: "img" });
  const node = html("figure", {}, html("figcaption", {}, title), picture);

  function show(points: readonly CurvePoint[], epochs: number): void {
    const values = points.map(({ value }) => 100 * value);
    // To the next ten, so that the axis does not move with every point.
    const low = values.length === 0 ? 0 : Math.max(0, 10 * Math.floor(Math.min(...values) / 10));
    const high = values.length === 0 ? 100 : Math.min(100, 10 * Math.ceil(Math.max(...values) / 10 + 0.01));
    const across = (epoch: number) =>
      LEFT + 10 + (WIDTH - LEFT - RIGHT - 20) * (epochs === 1 ? 0.5 : (epoch - 1) / (epochs - 1));
    const up = (value: number) => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low);
    const step = high - low > 50 ? 20 : 10, ticks: number[] = [];
    for (let tick = low; tick <= high; tick += step) ticks.push(tick);
    const every = Math.ceil(epochs / 10);
    const named = Array.from({ length: epochs }, (_, i) => i + 1).filter((epoch) =>
      (epoch - 1) % every === 0
    );
    const text = (content: string, attributes: Record<string, string | number>) =>
      svg("text", attributes, content);
    picture.replaceChildren(
      ...ticks.flatMap((tick) => [
        svg("line", { class: "gridline", x1: LEFT, x2: WIDTH - RIGHT, y1: up(tick), y2: up(tick) }),
        text(`${tick} %`, { x: LEFT - 6, y: up(tick) + 5, "text-anchor": "end" }),
      ]),
      ...named.map((epoch) =>
        text(`${epoch}`, { x: across(epoch), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" })
      ),
      text("epoch", { x: WIDTH - RIGHT, y: HEIGHT - 2, "text-anchor": "end" }),
      ...losses.flatMap(({ name, supervised }) => {
        const own = points.filter(({ loss }) => loss === name).map(({ epoch, value }) => ({
          x: across(epoch),
          y: up(100 * value),
        }));
        return [
          svg("polyline", { class: `line-of ${name}`, points: own.map(({ x, y }) => `${x},${y}`).join(" ") }),
          ...own.map(({ x, y }) => mark(supervised, x, y, name)),
        ];
      }),
    );
    picture.setAttribute("aria-label", `${title}: ${spoken(points)}`);
  }

  /** The last accuracy of each loss. */
  function spoken(points: readonly CurvePoint[]): string {
    const last = losses.flatMap(({ name, label }) => {
      const own = points.filter(({ loss }) => loss === name).at(-1);
      return own ? [`${label} ${(100 * own.value).toFixed(1)} % after epoch ${own.epoch}`] : [];
    });
    return last.length === 0 ? "no epoch is done yet" : last.join(", ");
  }

  show([], 3);
  return { node, show };
}
