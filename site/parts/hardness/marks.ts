/// <reference lib="dom" />
import { svg } from "../frame/dom.ts";

// Of radius 1: what tells classes apart without colours.
const shapes = [
  "M-1,0a1,1 0 1,0 2,0a1,1 0 1,0 -2,0z",
  "M-.9,-.9h1.8v1.8h-1.8z",
  "M0,-1.2L1.1,.8H-1.1z",
  "M0,-1.25L1.05,0L0,1.25L-1.05,0z",
  "M-.4,-1.1h.8v.7h.7v.8h-.7v.7h-.8v-.7h-.7v-.8h.7z",
  "M0,1.2L1.1,-.8H-1.1z",
];

/** The outline of a class's mark, of radius 1. */
export const markPath = (label: number): string => shapes[label % shapes.length];

/** The class of CSS that colours a class. */
export const markClass = (label: number): string => `class-${label % shapes.length}`;

/** A mark for legends. */
export function legendMark(label: number): SVGSVGElement {
  return svg(
    "svg",
    { viewBox: "-1.6 -1.6 3.2 3.2", width: 16, height: 16, class: markClass(label), "aria-hidden": "true" },
    svg("path", { d: markPath(label), class: "mark", "vector-effect": "non-scaling-stroke" }),
  );
}
