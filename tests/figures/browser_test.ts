import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import * as figures from "../../lib/figures/mod.ts";
import { browser, browserExpected, noBrowser } from "../browser.ts";
import { testsEverything } from "../grids.ts";
import type { FigureReport, GalleryReport } from "./browse.ts";
import { drawAll } from "./drawn.ts";

const why = browserExpected ? "" : ` (ignored: ${noBrowser})`;

interface DrawnPage {
  path: string;
  /** Whether something in it is named by a legend, rather than beside it. */
  legend: boolean;
}

/** Writes a page and a picture of each figure and the gallery, and returns the pages, the gallery last. */
async function writePages(folder: string): Promise<DrawnPage[]> {
  const drawn = drawAll("contradicting");
  // Any picture will do for the gallery; what exportFigure makes has its own test.
  const pixel = Uint8Array.fromBase64(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  );
  const entries: figures.GalleryEntry[] = [];
  for (const { name, title, caption, figure } of drawn) {
    await Deno.writeTextFile(
      join(folder, `${name}.html`),
      await figures.figureHtml(figure, { title, caption }),
    );
    await Deno.writeFile(join(folder, `${name}.png`), pixel);
    entries.push({ name, title, caption, htmlFile: `${name}.html`, pngFile: `${name}.png` });
  }
  await Deno.writeTextFile(join(folder, "index.html"), figures.galleryHtml(entries));
  const pageOf = (name: string, legend: boolean) => ({ path: join(folder, `${name}.html`), legend });
  return [
    ...drawn.map(({ name, figure }) => pageOf(name, figure.layout.showlegend !== false)),
    pageOf("index", false),
  ];
}

async function browse(
  folder: string,
): Promise<[pages: DrawnPage[], reports: (FigureReport | GalleryReport)[]]> {
  const pages = await writePages(folder);
  const { success, stdout, stderr } = await new Deno.Command("deno", {
    args: [
      "run",
      "-q",
      "-A",
      new URL("./browse.ts", import.meta.url).href,
      browser(),
      join(folder, "profile"),
    ]
      .concat(
        pages.map(({ path }) => path),
      ),
    env: { NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return [pages, JSON.parse(new TextDecoder().decode(stdout))];
}

const browserTest = testsEverything ? Deno.test : () => {};

browserTest(`figures and gallery in a real browser${why}`, { ignore: !browserExpected }, async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "hscl browser " });
  try {
    const [pages, reports] = await browse(folder);
    for (const [index, report] of reports.entries()) {
      const { path, legend } = pages[index];
      await t.step(path.replace(/^.*[/\\]/, ""), () => {
        assertEquals(report.errors, []);
        if (report.kind === "figure") checkFigure(report, legend);
        else checkGallery(report);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function checkFigure(report: FigureReport, legend: boolean): void {
  const { wide, tablet, phone, heights, hover, clicks, messages } = report;
  assert(/\d/.test(hover), `a number under the pointer: ${hover}`);
  assertEquals(clicks.length > 0, legend, "a legend");
  for (const { entry, hidden, drawn: [before, once, twice] } of clicks) {
    assertEquals(hidden.length, 1, `${entry} hides one whole group`);
    assert(once < before, `${entry}: ${before} traces before, ${once} after a click`);
    assertEquals(twice, before, `${entry} comes back`);
  }
  for (const [window, looks] of Object.entries({ wide, tablet, phone })) {
    assert(looks.paths > 50, `${window}: ${looks.paths} paths`);
    assertEquals(looks.smallTexts, [], window);
    assertEquals(looks.cutTexts, [], window);
    assertEquals(looks.overlaps, [], window);
    assertEquals(looks.overflows, false, window);
    assertEquals(looks.panels.length, wide.panels.length);
  }
  const [first, , narrow, , again, narrowAgain] = heights;
  assert(narrow > first, `heights in turns: ${heights}`);
  assertEquals([again, narrowAgain], [first, narrow], `heights in turns: ${heights}`);
  assert(Math.min(...phone.panels) > 200, `panels on a phone: ${phone.panels}`);
  assertMatch(messages[0], /^This figure cannot be drawn: it needs a browser of 2023 or later\.$/);
  assertMatch(messages[1], /^This figure is drawn by a script, and scripts are turned off in this browser\./);
}

function checkGallery({ pictures, captions, overflows, widths, linkTitle }: GalleryReport): void {
  const drawn = drawAll("contradicting");
  assertEquals(pictures, drawn.map(() => 1));
  assertEquals(captions, drawn.map(({ caption }) => caption));
  assertEquals(overflows, false);
  // On a phone, where this page is looked at, they scroll in their frames instead of becoming too small to read.
  assert(widths.every((width) => width >= 900), `widths of the pictures: ${widths}`);
  assertEquals(linkTitle, drawn[0].title);
}
