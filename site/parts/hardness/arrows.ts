/// <reference lib="dom" />
import { html } from "../frame/dom.ts";

/** A line with a head, in the units of the picture. */
export interface Arrow {
  from: { x: number; y: number };
  by: { x: number; y: number };
  behind: boolean;
}

/** Arrows under a picture. */
export interface Arrows {
  node: HTMLCanvasElement;
  draw(arrows: readonly Arrow[]): void;
}

// Width of a line and length of a head, in the units of the picture.
const LINE = 0.009, HEAD = 0.05;

/**
 * Makes them, of a picture that shows from −edge to edge. Not of SVG: without a GPU a browser paints two hundred lines that all change
 * half as often in a second as it paints this.
 */
export function createArrows(edge: number): Arrows {
  const node = html("canvas", { class: "arrows", "aria-hidden": "true" });
  let drawn: readonly Arrow[] = [];
  new ResizeObserver(() => draw(drawn)).observe(node);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(drawn));

  function draw(arrows: readonly Arrow[]): void {
    drawn = arrows;
    const size = Math.round(node.clientWidth * devicePixelRatio), context = node.getContext("2d");
    if (size === 0 || !context) return;
    if (node.width !== size) node.width = node.height = size;
    const unit = size / (2 * edge);
    context.setTransform(unit, 0, 0, unit, size / 2, size / 2);
    context.clearRect(-edge, -edge, 2 * edge, 2 * edge);
    context.strokeStyle = context.fillStyle = getComputedStyle(node).color;
    context.lineWidth = LINE;
    for (const behind of [true, false]) {
      context.globalAlpha = behind ? 0.4 : 1;
      context.beginPath();
      for (const { from, by, behind: is } of arrows) if (is === behind) trace(context, from, by);
      context.stroke();
      context.beginPath();
      for (const { from, by, behind: is } of arrows) if (is === behind) traceHead(context, from, by);
      context.fill();
    }
    node.dataset.count = String(arrows.length);
  }
  return { node, draw };
}

type Place = Arrow["from"];

function trace(context: CanvasRenderingContext2D, from: Place, by: Place): void {
  // The head covers the end.
  const share = Math.max(0, 1 - HEAD / 2 / Math.hypot(by.x, by.y));
  context.moveTo(from.x, from.y);
  context.lineTo(from.x + share * by.x, from.y + share * by.y);
}

function traceHead(context: CanvasRenderingContext2D, from: Place, by: Place): void {
  const length = Math.hypot(by.x, by.y), right = HEAD * by.x / length, down = HEAD * by.y / length;
  const [x, y] = [from.x + by.x, from.y + by.y];
  context.moveTo(x, y);
  context.lineTo(x - right - down / 2, y - down + right / 2);
  context.lineTo(x - right + down / 2, y - down - right / 2);
}
