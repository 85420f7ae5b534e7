import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { panels, plot, plotlyMime, show } from "../../lib/notebook/mod.ts";
import { plotlyIntegrity, plotlyVersion } from "../../lib/figures/plotly/version.ts";
import type { PlotlyFigure } from "../../lib/figures/mod.ts";
import { bundleOf } from "./fixture.ts";

const figureOf = (shown: ReturnType<typeof show>) => bundleOf(shown)[plotlyMime] as unknown as PlotlyFigure;

Deno.test("show: plain JSON with five digits, whatever the arrays were", () => {
  const data = [{ x: Float32Array.of(0.1, 2), y: [1 / 3, 1234567], z: Int32Array.of(7, 123456789) }];
  assertEquals(figureOf(show({ data, layout: {}, config: {} })).data, [
    { x: [0.1, 2], y: [0.33333, 1234567], z: [7, 123456789] },
  ]);
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
