import { assert, assertEquals } from "@std/assert";
import { type FigureLayout, panelsOf } from "../../lib/figures/layout_parts.ts";
import { axisKey } from "../../lib/figures/panels.ts";
import { canStack, stackedLayout } from "../../lib/figures/stacked.ts";
import { linesWide, textWidth, wrapText } from "../../lib/figures/wrap.ts";
import { drawAll } from "./drawn.ts";

const drawn = drawAll("contradicting");
const figureOf = (name: string) => drawn.find((each) => each.name === name)!.figure;
const axisOf = (layout: FigureLayout, name: string) =>
  layout[axisKey(name)] as {
    domain: [number, number];
    title: { text: string; font?: { size?: number } };
    scaleanchor?: string;
  };

Deno.test("stackedLayout: every figure becomes panels under each other, none left out", () => {
  for (const { name, figure } of drawn) {
    assert(canStack(figure), name);
    const layout = stackedLayout(figure, 340);
    const axes = Object.keys(figure.layout).filter((key) => /^xaxis\d*$/.test(key));
    const panels = panelsOf(layout).sort((a, b) => b.top - a.top);
    assertEquals(panels.length, axes.length, name);
    panels.forEach(({ x, left, right, top, bottom }, index) => {
      assertEquals(left, 0);
      assert(right > 0.7 && top > bottom, `${name} ${x}: ${left} … ${right}, ${bottom} … ${top}`);
      if (index > 0) assert(panels[index - 1].bottom > top, `${name} ${x} is under the panel above`);
    });
    assertEquals([panels[0].top, panels.at(-1)!.bottom], [1, 0]);
  }
});

Deno.test("stackedLayout: upright labels are so small that they do not run into each other", () => {
  const figure = figureOf("fig1");
  const sizeOf = (labels: string[]) => {
    const xaxis3 = { ...figure.layout.xaxis3 as object, ticktext: labels };
    const layout = stackedLayout({ ...figure, layout: { ...figure.layout, xaxis3 } }, 390);
    return (layout.xaxis3 as { tickfont: { size: number } }).tickfont.size;
  };
  assertEquals(sizeOf(["<b>UCL</b><br>81.44<br>± 2.14", "<b>SCL</b><br>89.50<br>± 1.32"]), 14);
  const five = Array.from({ length: 5 }, () => "<b>SupCon</b><br>50.30<br>± 21.60"), size = sizeOf(five);
  const plot = 390 - 72 - 16;
  assert(1.12 * textWidth("SupCon", size) <= plot / 5 && size >= 10, `${size}`);
});

Deno.test("stackedLayout: a panel without a heading stays under the one above it", () => {
  const panels = panelsOf(figureOf("fig2").layout as FigureLayout).map(({ y }) => y);
  assertEquals(panels, ["y", "y4", "y2", "y5", "y3", "y6"]);
});

Deno.test("stackedLayout: titles shared with a panel beside or under come back, and no others", () => {
  const titles = (name: string, axes: string[]) => {
    const layout = stackedLayout(figureOf(name), 340);
    return axes.map((axis) => axisOf(layout, axis).title.text);
  };
  assertEquals(titles("fig2", ["y3", "y6", "x3", "x6"]), ["Population loss", "H-SCL − H-UCL", "", "Epoch"]);
  const gap = "h<sub>same</sub> − h<sub>diff</sub>";
  assertEquals(titles("fig3", ["y3", "y4", "x", "x4"]), [gap, "", "Epoch", "Epoch"]);
  assertEquals(titles("fig5", ["y2", "y3"]), ["kNN top-1 accuracy (%)", "η(u) / largest η"]);
});

Deno.test("stackedLayout: the title of every axis below a panel fits", () => {
  for (const { name, figure } of drawn) {
    const layout = stackedLayout(figure, 340), { l, r } = layout.margin;
    for (const key of Object.keys(layout).filter((key) => /^xaxis/.test(key))) {
      const { text, font } = axisOf(layout, key.replace("axis", "")).title;
      // It is centred below the panel, and has the margin besides.
      const width = linesWide(text, font?.size ?? 15), room = 340 - l - r + 2 * Math.min(l, r);
      assert(width <= room, `${name}: "${text}" is ${width} wide, has ${room}`);
    }
  }
});

Deno.test("stackedLayout: maps stay square, legends are above what they are for", () => {
  const layout = stackedLayout(figureOf("fig8"), 340);
  const [first] = panelsOf(layout);
  assertEquals(axisOf(layout, "y").scaleanchor, "x");
  const { t, b, l, r } = layout.margin;
  assertEquals(Math.round((first.top - first.bottom) * (layout.height - t - b)), 340 - l - r);
  const { y } = layout.legend2 as { y: number };
  const [maps, curves] = [panelsOf(layout).slice(0, 4), panelsOf(layout).slice(4)];
  assert(maps.every(({ bottom }) => bottom > y) && curves.every(({ top }) => top < y), `legend2 at ${y}`);
});

Deno.test("stackedLayout changes nothing of the figure", () => {
  for (const { figure } of drawn) {
    const before = JSON.stringify(figure);
    stackedLayout(figure, 340);
    assertEquals(JSON.stringify(figure), before);
  }
});

Deno.test("canStack: figures of another make are left as they are", () => {
  assertEquals(canStack({ data: [], layout: {}, config: {} }), false);
  assertEquals(canStack({ data: [], layout: { title: "A", height: 300, xaxis: {} }, config: {} }), false);
});

Deno.test("wrapText: lines are as wide as told, tags have no width, parts between dots stay whole", () => {
  const text = "<b>Is the H-SCL loss below the H-UCL loss?</b>";
  const lines = wrapText(text, 18, 200).split("<br>");
  assert(lines.length > 1 && lines.every((line) => textWidth(line, 18) <= 200), lines.join("|"));
  assertEquals(lines.join(" "), text);
  assertEquals(
    wrapText('a <span style="color:#555">b</span>', 14, 1000),
    'a <span style="color:#555">b</span>',
  );
  assertEquals(wrapText("β = 1  ·  T = 0.5", 14, 60), "β\u00A0=\u00A01\u00A0·<br>T\u00A0=\u00A00.5");
  assertEquals(wrapText("a <b>wwww</b> &amp;&amp;", 10, 19), "a<br><b>ww<br>ww</b><br>&amp;&amp;");
  for (const long of ["x".repeat(400), "word ".repeat(80), `data ${"long ".repeat(40)} · T = 0.5`]) {
    const lines = wrapText(long, 18, 200).split("<br>");
    assert(lines.every((line) => textWidth(line, 18) <= 200), lines.join("\n"));
    assertEquals(lines.join("").replaceAll(/[\s\u00A0]/g, ""), long.replaceAll(/\s/g, ""));
  }
  assertEquals(wrapText("", 14, 10), "");
});
