/// <reference lib="dom" />
import type { HardnessAnswer } from "../../engines/theory/hardness.ts";
import { html, set, svg } from "../frame/dom.ts";
import { classLetter } from "../frame/words.ts";
import { type Arrow, createArrows } from "./arrows.ts";
import { markClass, markPath } from "./marks.ts";
import { direction, project, type Turn } from "./projection.ts";
import type { State } from "./state.ts";

/** What a person does in the field. */
export interface FieldEvents {
  /** A point was moved to a direction. */
  onMove(index: number, to: number[]): void;
  /** A point was clicked, or chosen by the Enter key. */
  onAnchor(index: number): void;
  /** Another point has the focus. */
  onCurrent(index: number): void;
  /** The sphere was turned. */
  onTurn(turn: Turn): void;
}

/** The circle or sphere with its points. */
export interface Field {
  node: HTMLElement;
  draw(state: State, turn: Turn, answer: HardnessAnswer | undefined): void;
  /** The point that keys move. */
  current(): number;
  focus(index: number): void;
}

interface Dot {
  group: SVGGElement;
  hit: SVGPathElement;
  mark: SVGPathElement;
  arrow: Arrow | undefined;
  /** All that it was last drawn of. */
  drawn: unknown[];
}

// Degrees of a key press, and of one with Shift.
const STEP = 2, LARGE_STEP = 15;
// The length of the longest arrow, in radii.
const LONGEST = 0.3;
// The length of the shortest arrow that is shown.
const SHORTEST = 0.02;
// Of the picture, in radii.
const EDGE = 1.35;

/** Makes the field. */
export function createField(events: FieldEvents): Field {
  const rim = svg("circle", { r: 1, class: "rim" }), grid = svg("g", { class: "grid" });
  const arrows = createArrows(EDGE);
  const dots = svg("g", {});
  const ring = svg("circle", { class: "ring", "vector-effect": "non-scaling-stroke" });
  const node = svg(
    "svg",
    { viewBox: `${-EDGE} ${-EDGE} ${2 * EDGE} ${2 * EDGE}`, class: "field", role: "group" },
    rim,
    grid,
    ring,
    dots,
  );
  let shown: Dot[] = [], state: State | undefined, turn: Turn = { turn: 0, tilt: 0 }, current = 0;
  let drag:
    | { index: number; behind: boolean; moved: boolean }
    | { from: Turn; x: number; y: number }
    | undefined;

  function place(event: PointerEvent): { x: number; y: number } {
    const { left, top, width } = node.getBoundingClientRect(), unit = 2 * EDGE / width;
    return { x: (event.clientX - left) * unit - EDGE, y: (event.clientY - top) * unit - EDGE };
  }

  /** Of points that lie close together the nearest is meant, and what is in front rather than what is behind. */
  function nearest({ x, y }: { x: number; y: number }, { points, dim }: State): number {
    const distances = points.map((point) => {
      const seen = project(point, dim, turn);
      return Math.hypot(seen.x - x, seen.y - y) + (seen.depth < 0 ? 0.1 : 0);
    });
    return distances.indexOf(Math.min(...distances));
  }

  node.addEventListener("pointerdown", (event) => {
    if (!state || event.button !== 0) return;
    if ((event.target as Element).closest("[data-point]")) {
      const index = nearest(place(event), state);
      drag = { index, behind: project(state.points[index], state.dim, turn).depth < 0, moved: false };
      focus(index);
      event.preventDefault();
    } else if (state.dim === 3) drag = { from: turn, ...place(event) };
    if (drag) node.setPointerCapture(event.pointerId);
  });
  node.addEventListener("pointermove", (event) => {
    if (!state || !drag) return;
    const { x, y } = place(event);
    if ("index" in drag) {
      drag.moved = true;
      events.onMove(drag.index, direction(x, y, state.dim, turn, drag.behind));
    } else {
      events.onTurn(turned(drag.from, (x - drag.x) * 60, (y - drag.y) * 60));
    }
  });
  const end = (event: PointerEvent) => {
    if (drag && "index" in drag && !drag.moved && event.type === "pointerup") events.onAnchor(drag.index);
    drag = undefined;
  };
  node.addEventListener("pointerup", end);
  node.addEventListener("pointercancel", end);

  node.addEventListener("keydown", (event) => {
    if (!state) return;
    const along = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (along && event.altKey) events.onTurn(turned(turn, along[0] * 10, -along[1] * 10));
    else if (along) {
      const step = event.shiftKey ? LARGE_STEP : STEP;
      events.onMove(current, stepped(state.points[current], along[0] * step, along[1] * step));
    } else if (event.key === "PageDown") focus((current + 1) % state.points.length);
    else if (event.key === "PageUp") focus((current + state.points.length - 1) % state.points.length);
    else if (event.key === "Enter" || event.key === " ") events.onAnchor(current);
    else return;
    event.preventDefault();
  });

  function focus(index: number): void {
    current = index;
    shown.forEach(({ group }, i) => set(group, "tabindex", i === current ? 0 : -1));
    shown[index]?.group.focus({ preventScroll: true });
    events.onCurrent(index);
  }

  function newDot(index: number): Dot {
    const hit = svg("path", { d: "M-1,0a1,1 0 1,0 2,0a1,1 0 1,0 -2,0z", class: "hit" });
    const mark = svg("path", { class: "mark", "vector-effect": "non-scaling-stroke" });
    const group = svg(
      "g",
      { role: "slider", "aria-valuemin": -180, "aria-valuemax": 180, "data-point": index, tabindex: -1 },
      hit,
      mark,
    );
    group.addEventListener("focus", () => {
      current = index;
      events.onCurrent(index);
    });
    return { group, hit, mark, arrow: undefined, drawn: [] };
  }

  function draw(now: State, nowTurn: Turn, answer: HardnessAnswer | undefined): void {
    state = now;
    turn = nowTurn;
    const { points, labels, dim, anchor } = state, fits = answer?.weights.length === points.length;
    if (shown.length !== points.length) {
      shown = points.map((_, i) => newDot(i));
      dots.replaceChildren(...shown.map(({ group }) => group));
      current = Math.min(current, points.length - 1);
    }
    drawGrid(grid, dim, turn);
    set(node, "aria-label", `${points.length} points on the ${dim === 2 ? "circle" : "sphere"}`);
    const most = fits ? Math.max(...answer.weights) : 0, small = points.length > 60;
    const slopes = fits && answer.gradient.length === points.length * dim
      ? points.map((_, i) => answer.gradient.subarray(i * dim, (i + 1) * dim))
      : [];
    const steepest = Math.max(...slopes.map((slope) => Math.hypot(...slope)), 0);
    shown.forEach((dot, i) => {
      const { group, hit, mark } = dot,
        basis = [points[i], labels[i], answer, turn, i === anchor, i === current];
      // While one is dragged, most of them stay as they are.
      if (basis.every((value, k) => value === dot.drawn[k])) return;
      dot.drawn = basis;
      const { x, y, depth } = project(points[i], dim, turn), share = most > 0 ? answer!.weights[i] / most : 0;
      const size = (small ? 0.6 : 1) * (i === anchor ? 0.05 : 0.03 + 0.045 * Math.sqrt(share));
      set(group, "transform", `translate(${x.toFixed(4)},${y.toFixed(4)})`);
      set(
        group,
        "class",
        `dot ${markClass(labels[i])}${i === anchor ? " anchor" : ""}${depth < 0 ? " behind" : ""}`,
      );
      set(group, "tabindex", i === current ? 0 : -1);
      set(
        group,
        "aria-label",
        `Point ${i + 1}, class ${classLetter(labels[i])}${i === anchor ? ", the anchor" : ""}`,
      );
      const angle = Math.round(Math.atan2(points[i][1], points[i][0]) * 180 / Math.PI);
      set(group, "aria-valuenow", angle);
      set(
        group,
        "aria-valuetext",
        placeWords(points[i]) + (fits ? `, weight ${answer.weights[i].toFixed(3)}` : ""),
      );
      set(hit, "transform", `scale(${small ? 0.05 : 0.11})`);
      set(mark, "d", markPath(labels[i]));
      set(mark, "transform", `scale(${size.toFixed(4)})`);
      // Own class and anchor are hollow where they are no negatives.
      const fill = share > 0
        ? `color-mix(in oklab, var(--hard) ${Math.round(100 * share)}%, var(--easy))`
        : "var(--page)";
      if (mark.style.fill !== fill) mark.style.fill = fill;
      const slope = slopes[i], length = slope && steepest > 0 ? LONGEST / steepest : 0;
      const tip = slope ? project(Array.from(slope, (value) => -value * length), dim, turn) : { x: 0, y: 0 };
      dot.arrow = Math.hypot(tip.x, tip.y) > SHORTEST
        ? { from: { x, y }, by: tip, behind: depth < 0 }
        : undefined;
    });
    arrows.draw(shown.flatMap(({ arrow }) => arrow ?? []));
    const own = project(points[anchor], dim, turn);
    set(ring, "cx", own.x);
    set(ring, "cy", own.y);
    set(ring, "r", 0.1);
  }

  return { node: html("div", { class: "layers" }, arrows.node, node), draw, current: () => current, focus };
}

/** A turn further; the poles are as far as it can be tilted. */
function turned({ turn, tilt }: Turn, right: number, down: number): Turn {
  return { turn: Math.round(turn + right), tilt: Math.round(Math.max(-90, Math.min(90, tilt + down))) };
}

/** A direction so many degrees further to the east, and to the north on the sphere. */
function stepped(point: readonly number[], east: number, north: number): number[] {
  // On the circle up and right go the same way, against the clock.
  const [x, y, z = 0] = point, flat = point.length === 2;
  const angle = Math.atan2(y, x) + (flat ? east + north : east) * Math.PI / 180;
  if (flat) return [Math.cos(angle), Math.sin(angle)];
  const height =
    Math.max(-89, Math.min(89, Math.asin(Math.max(-1, Math.min(1, z))) * 180 / Math.PI + north)) * Math.PI /
    180;
  return [Math.cos(height) * Math.cos(angle), Math.cos(height) * Math.sin(angle), Math.sin(height)];
}

/** Where a point is, in words. */
export function placeWords([x, y, z]: readonly number[]): string {
  const angle = Math.round(Math.atan2(y, x) * 180 / Math.PI);
  return z === undefined
    ? `${angle} degrees`
    : `${angle} degrees east, ${Math.round(Math.asin(z) * 180 / Math.PI)} north`;
}

/** Meridians and parallels of the sphere; the far side is left out. */
function drawGrid(grid: SVGGElement, dim: 2 | 3, turn: Turn): void {
  const key = dim === 2 ? "circle" : `${turn.turn},${turn.tilt}`;
  if (grid.getAttribute("data-key") === key) return;
  grid.setAttribute("data-key", key);
  if (dim === 2) return grid.replaceChildren();
  const line = (at: (t: number) => number[]) => {
    let path = "", down = false;
    for (let i = 0; i <= 72; i++) {
      const { x, y, depth } = project(at(i * Math.PI / 36), 3, turn);
      path += depth < 0 ? "" : `${down ? "L" : "M"}${x.toFixed(3)},${y.toFixed(3)}`;
      down = depth >= 0;
    }
    return svg("path", { d: path, "vector-effect": "non-scaling-stroke" });
  };
  const meridians = [0, 30, 60, 90, 120, 150].map((angle) =>
    line((t) => [
      Math.cos(angle * Math.PI / 180) * Math.cos(t),
      Math.sin(angle * Math.PI / 180) * Math.cos(t),
      Math.sin(t),
    ])
  );
  const parallels = [-0.5, 0, 0.5].map((z) =>
    line((t) => [Math.sqrt(1 - z * z) * Math.cos(t), Math.sqrt(1 - z * z) * Math.sin(t), z])
  );
  grid.replaceChildren(...meridians, ...parallels);
}
