import { assertEquals, assertThrows } from "@std/assert";
import { notebook } from "@hscl/hscl";
import type { PlotlyFigure } from "../../lib/figures/types.ts";

const points = { x: [0, 1, 2, 3], y: [4, 5, 6, 7], labels: [0, 1, 1, 3] };
const figureOf = (classes: string[], options = {}) =>
  notebook.pointMap({ ...points, classes }, { title: "Map", ...options })[notebook.jupyterDisplay]()[
    notebook.plotlyMime
  ] as PlotlyFigure;

Deno.test("pointMap: short names stand where the points are, and need no legend", () => {
  const { data } = figureOf(["a", "<", "never", "b"].map((name) => name.slice(0, 2)));
  assertEquals(data.map(({ x, y, text, mode, showlegend }) => ({ x, y, text, mode, showlegend })), [
    { x: [0], y: [4], text: ["a"], mode: "text", showlegend: false },
    { x: [1, 2], y: [5, 6], text: ["&lt;", "&lt;"], mode: "text", showlegend: false },
    { x: [3], y: [7], text: ["b"], mode: "text", showlegend: false },
  ]);
});

Deno.test("pointMap: one long name, and all classes are markers of their own, in the legend", () => {
  const { data, layout } = figureOf(["cat", "dog", "-", "ox"], { height: 300 });
  assertEquals(data.map(({ name, mode }) => [name, mode]), [
    ["cat", "markers"],
    ["dog", "markers"],
    ["ox", "markers"],
  ]);
  assertEquals(new Set(data.map(({ marker }) => JSON.stringify(marker))).size, 3);
  assertEquals(layout.height, 300);
});

Deno.test("pointMap: what does not fit is refused", () => {
  const refused = (change: object, expected: string) =>
    assertThrows(
      () => notebook.pointMap({ ...points, classes: ["a", "b", "c", "d"], ...change }, { title: "Map" }),
      Error,
      expected,
    );
  refused({ y: [1] }, "one for each x");
  refused({ labels: [0, 1] }, "one per point");
  refused({ labels: [0, 1, 2, 4] }, "Cannot use a label as it must be at least 0 and at most 3: received 4");
  refused({ classes: undefined }, "classes");
});
