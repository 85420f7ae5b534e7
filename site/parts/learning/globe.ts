/// <reference lib="dom" />
import { set, svg } from "../frame/dom.ts";
import { markClass, markPath } from "../hardness/marks.ts";
import { project, type Turn } from "../hardness/projection.ts";

/** Points on a circle or sphere that nobody moves by hand. */
export interface Globe {
  node: SVGSVGElement;
  draw(values: ArrayLike<number>, dim: 2 | 3, labels: readonly number[], turn: Turn): void;
}

/** Makes one. */
export function createGlobe(): Globe {
  const dots = svg("g", {});
  const node = svg(
    "svg",
    { viewBox: "-1.15 -1.15 2.3 2.3", class: "globe", role: "img" },
    svg("circle", { r: 1, class: "rim" }),
    dots,
  );
  return {
    node,
    draw: (values, dim, labels, turn) => {
      if (dots.childElementCount !== labels.length) {
        dots.replaceChildren(
          ...labels.map(() => svg("path", { class: "mark", "vector-effect": "non-scaling-stroke" })),
        );
      }
      labels.forEach((label, i) => {
        const point = Array.from({ length: dim }, (_, k) => values[i * dim + k]);
        const { x, y, depth } = project(point, dim, turn), mark = dots.children[i];
        set(mark, "d", markPath(label));
        set(mark, "transform", `translate(${x.toFixed(4)},${y.toFixed(4)}) scale(0.045)`);
        set(mark, "class", `mark full ${markClass(label)}${depth < 0 ? " behind" : ""}`);
      });
    },
  };
}
