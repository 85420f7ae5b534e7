import { assertEquals, assertThrows } from "@std/assert";
import { figures } from "@hscl/hscl";

const map = { x: [0, 4, 2, 1], y: [0, 1, 0, 2] };

Deno.test("a map has the points of each class, with their names", () => {
  const { data, layout } = figures.mapFigure(map, {
    labels: Int32Array.of(2, 0, 2, 0),
    classes: ["cats", "eels", "<dogs>"],
    names: ["a.png", "b.png", "c<.png", "d.png"],
    subtitle: "SCL",
  });
  assertEquals(data.map(({ name, x, y, text }) => [name, x, y, text]), [
    ["cats", [4, 1], [1, 2], ["b.png", "d.png"]],
    ["&lt;dogs&gt;", [0, 2], [0, 0], ["a.png", "c&lt;.png"]],
  ]);
  assertEquals(data.map(({ showlegend }) => showlegend), [true, true]);
  const range = (axis: string) => (layout[axis] as { range: [number, number] }).range;
  const [[left, right], [low, high]] = [range("xaxis"), range("yaxis")];
  assertEquals([left < 0, right > 4, low < 0, high > 2], [true, true, true, true]);
  assertEquals((layout.yaxis as { scaleanchor: string }).scaleanchor, "x");
});

Deno.test("a map without classes has points of one kind, and no legend", () => {
  const { data } = figures.mapFigure(map);
  assertEquals(data.map(({ x, showlegend }) => [x, showlegend]), [[map.x, false]]);
  const unnamed = figures.mapFigure(map, { labels: [5, 7, 5, 5] });
  assertEquals(unnamed.data.map(({ name }) => name), ["class 5", "class 7"]);
});

Deno.test("the legend of a map goes where there are more classes than it has room for", () => {
  const shown = (classes: number) => {
    const x = Array.from({ length: classes }, (_, i) => i);
    return figures.mapFigure({ x, y: x }, { labels: x }).data.every(({ showlegend }) => showlegend);
  };
  assertEquals([shown(12), shown(13)], [true, false]);
});

Deno.test("a map of other lengths than its labels and names is refused", () => {
  assertThrows(() => figures.mapFigure({ ...map, y: [1] }), RangeError, "y of the map");
  assertThrows(() => figures.mapFigure(map, { labels: [1] }), RangeError, "labels");
  assertThrows(() => figures.mapFigure(map, { labels: [1, 2, 3, 0.5] }), TypeError, "label");
  assertThrows(() => figures.mapFigure(map, { names: ["a"] }), RangeError, "names");
  assertThrows(() => figures.mapFigure(null as never), TypeError, "map");
  assertThrows(() => figures.mapFigure(map, { title: 3 as never }), TypeError, "title");
  assertThrows(() => figures.mapFigure(map, { colors: 3 } as never), TypeError, "colors");
});
