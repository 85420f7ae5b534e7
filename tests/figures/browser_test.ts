import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import * as figures from "../../lib/figures/mod.ts";
import { testsEverything } from "../grids.ts";
import type { FigureReport, GalleryReport } from "./browse.ts";
import { drawAll } from "./drawn.ts";

const browser = figures.findBrowser();
const why = browser ? "" : " (ignored: no Chromium or Chrome found; CHROME_PATH can name one)";

/** Writes a page and a picture of each figure and the gallery, and returns the pages, the gallery last. */
async function writePages(folder: string): Promise<string[]> {
  const drawn = drawAll("contradicting");
  // Any picture will do for the gallery; what exportFigure makes has its own test.
  const pixel = Uint8Array.fromBase64(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  );
  const entries: figures.GalleryEntry[] = [];
  for (const { name, title, caption, figure } of drawn) {
    await Deno.writeTextFile(join(folder, `${name}.html`), figures.figureHtml(figure, { title, caption }));
    await Deno.writeFile(join(folder, `${name}.png`), pixel);
    entries.push({ name, title, caption, htmlFile: `${name}.html`, pngFile: `${name}.png` });
  }
  await Deno.writeTextFile(join(folder, "index.html"), figures.galleryHtml(entries));
  return [...drawn.map(({ name }) => name), "index"].map((name) => join(folder, `${name}.html`));
}

async function browse(folder: string): Promise<[names: string[], reports: (FigureReport | GalleryReport)[]]> {
  const pages = await writePages(folder);
  const { success, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-q", "-A", new URL("./browse.ts", import.meta.url).href, browser!, join(folder, "profile")]
      .concat(
        pages,
      ),
    env: { NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return [pages, JSON.parse(new TextDecoder().decode(stdout))];
}

const browserTest = testsEverything ? Deno.test : () => {};

browserTest(`figures and gallery in a real browser${why}`, { ignore: !browser }, async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "hscl browser " });
  try {
    const [pages, reports] = await browse(folder);
    for (const [index, report] of reports.entries()) {
      await t.step(pages[index].replace(/^.*[/\\]/, ""), () => {
        assertEquals(report.errors, []);
        if (report.kind === "figure") checkFigure(report);
        else checkGallery(report);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function checkFigure({ paths, hover, clicks, smallTexts, cutTexts }: FigureReport): void {
  assert(paths > 50, `${paths} paths`);
  assert(/\d/.test(hover), `a number under the pointer: ${hover}`);
  assert(clicks.length > 0, "a legend");
  for (const { entry, hidden, drawn: [before, once, twice] } of clicks) {
    assertEquals(hidden.length, 1, `${entry} hides one whole group`);
    assert(once < before, `${entry}: ${before} traces before, ${once} after a click`);
    assertEquals(twice, before, `${entry} comes back`);
  }
  assertEquals(smallTexts, []);
  assertEquals(cutTexts, []);
}

function checkGallery({ pictures, captions, overflows, linkTitle }: GalleryReport): void {
  const drawn = drawAll("contradicting");
  assertEquals(pictures, drawn.map(() => 1));
  assertEquals(captions, drawn.map(({ caption }) => caption));
  assertEquals(overflows, false);
  assertEquals(linkTitle, drawn[0].title);
}
