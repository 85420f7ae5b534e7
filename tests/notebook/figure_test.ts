import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { panels, plot, plotlyMime, show } from "../../lib/notebook/mod.ts";
import { plotlyIntegrity, plotlyVersion } from "../../lib/figures/plotly/version.ts";
import type { PlotlyFigure } from "../../lib/figures/mod.ts";
import { bundleOf } from "./fixture.ts";

const figureOf = (shown: ReturnType<typeof show>) => bundleOf(shown)[plotlyMime] as unknown as PlotlyFigure;

Deno.test("show and plot: plain JSON with the numbers as they are, whatever the arrays were", () => {
  const x = [1700000000.1, 1700000000.6, 1700000009.2];
  const data = [{
    x,
    y: Float32Array.of(0.1, 2),
    z: Int32Array.of(7, 123456789),
    text: BigInt64Array.of(-3n),
  }];
  const whole = [{ x, y: [Math.fround(0.1), 2], z: [7, 123456789], text: [-3] }];
  assertEquals(figureOf(show({ data, layout: {}, config: {} })).data, whole);
  assertEquals(figureOf(plot(data, { title: "Times" })).data, whole);
  const [panel] = figureOf(panels([{ title: "One", traces: data }], { title: "Times" })).data;
  assertEquals([panel.x, panel.y], [x, whole[0].y]);
});

Deno.test("show: what is no figure is refused in words", () => {
  const refused = (figure: unknown, message: string) =>
    assertThrows(() => show(figure as PlotlyFigure), TypeError, message);
  refused(undefined, "must be an object with data and layout: received undefined");
  refused({ data: {}, layout: {}, config: {} }, "its data must be a list of traces: received Object");
  refused({ data: [1], layout: {}, config: {} }, "its data must be a list of traces: received [1]");
  refused({ data: [] }, "its layout must be an object: received undefined");
});

Deno.test("show: the HTML names the version of plotly.js with its hash, and holds no copy of it", () => {
  const html = bundleOf(show({ data: [], layout: { height: 300 }, config: {} }, "A figure"))["text/html"];
  assertStringIncludes(html, `/npm/plotly.js-dist@${plotlyVersion}/plotly.js"`);
  assertStringIncludes(html, `"integrity":"${plotlyIntegrity}"`);
  assertStringIncludes(html, 'aria-label="A figure" style="height:300px"');
  assert(html.length < 2000, `${html.length} characters`);
});

Deno.test("show: text of the figure cannot end the script", () => {
  const figure = { data: [{ name: "</script><b>" }], layout: { title: { text: 'a "quote"' } }, config: {} };
  const html = bundleOf(show(figure))["text/html"];
  assertEquals(html.match(/<\/script>/g)?.length, 1);
  assertStringIncludes(html, 'aria-label="a &quot;quote&quot;"');
});

Deno.test("plot: the title is what text readers get; axes and layout are merged", () => {
  const shown = plot([{ y: [1] }], { title: "Loss", x: "epoch", layout: { xaxis: { dtick: 1 } } });
  assertEquals(bundleOf(shown)["text/plain"], "Figure: Loss");
  const { layout } = figureOf(shown), xaxis = layout.xaxis as Record<string, unknown>;
  assertEquals([xaxis.dtick, (xaxis.title as { text: string }).text], [1, "epoch"]);
  assert(!("xaxis2" in layout));
});

Deno.test("panels: axes of their own inside the figure, a heading each, every name once in the legend", () => {
  const each = ["a", "b", "c"].map((title) => ({ title, traces: [{ y: [1], name: "one" }, { y: [2] }] }));
  const { data, layout } = figureOf(panels(each, { title: "Three", equalScale: true }));
  assertEquals(data.map(({ xaxis }) => xaxis), ["x", "x", "x2", "x2", "x3", "x3"]);
  assertEquals(data.filter(({ showlegend }) => showlegend !== false).length, 1);
  assertEquals((layout.annotations as unknown[]).length, 3);
  for (const suffix of ["", "2", "3"]) {
    for (const letter of ["x", "y"]) {
      const [low, high] = (layout[`${letter}axis${suffix}`] as { domain: number[] }).domain;
      assert(low >= 0 && low < high && high <= 1, `${letter}${suffix}: ${low} … ${high}`);
    }
    assertMatch(String((layout[`yaxis${suffix}`] as { scaleanchor: string }).scaleanchor), /^x[23]?$/);
  }
});
