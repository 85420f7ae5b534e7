import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fig1, figureHtml } from "../../lib/figures/mod.ts";
import { context, madeUpRows } from "./fixture.ts";

const figure = fig1(madeUpRows(2, 3), context);

Deno.test("figureHtml loads nothing", async () => {
  const html = await figureHtml(figure, { title: "Figure 1", caption: "A caption.", description: "How." });
  const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
  assertEquals(scripts, ['<script type="text/plain" id="plotly">', "<script>", "<script>"]);
  const frame = html.replace(/<script[^>]*>[\s\S]*?<\/script>/g, "");
  assertEquals(/https?:|src=|href=|url\(|@import/.test(frame), false);
  assertStringIncludes(frame, "default-src 'none'");
  assertStringIncludes(frame, '<html lang="en">');
  assertStringIncludes(frame, "<p>A caption.</p>");
  assertStringIncludes(frame, '<meta name="viewport"');
  const { length } = html;
  assert(length > 6e5 && length < 9e5, `plotly.js is inside, compressed, as much as needed: ${length}`);
  const round = { ...figure, data: [{ type: "pie", values: [1, 2] }] };
  const whole = await figureHtml(round, { title: "A pie" });
  assert(whole.length > 1.8e6 && whole.length < 3e6, `all of plotly.js for another trace: ${whole.length}`);
});

Deno.test("figureHtml escapes its texts and the figure", async () => {
  const evil = `</script><script>alert("1")</script>&'\u2028`;
  const html = await figureHtml({ ...figure, layout: { title: { text: evil } } }, {
    title: evil,
    caption: evil,
    description: evil,
  });
  assertEquals(html.includes(evil), false);
  assertEquals(html.split("<script").length, 4);
  assertEquals(html.split("</script").length, 4);
  assertEquals(html.includes('alert("1")'), false);
  const json = html.match(/const layouts = (.*);\n/)![1];
  assertEquals(JSON.parse(json)[0].layout.title.text, evil);
});
