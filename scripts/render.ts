/** Draws a figure as PNG and SVG with an installed browser, which only this script starts. */
import { writeAtomically } from "../lib/core/write_atomically.ts";
import type { PlotlyFigure } from "../lib/figures/types.ts";
import { interruptible, runScript, UsageError } from "./cli/mod.ts";
import { drawPictures } from "./render/draw.ts";
import { findBrowser } from "./render/find_browser.ts";
import { makeWorkFolder, removeFolder } from "./render/work_folder.ts";

function isFile(path: string): Promise<boolean> {
  return Deno.stat(path).then((info) => info.isFile, () => false);
}

async function readFigure(path: string): Promise<PlotlyFigure> {
  const fault = (received: string) =>
    new UsageError(`--figure ${path} must be a figure as JSON: received ${received}`);
  if (!await isFile(path)) throw fault("no file");
  const figure = await Deno.readTextFile(path).then(JSON.parse).catch((error) => {
    throw fault(error.message);
  });
  if (!Array.isArray(figure?.data) || typeof figure.layout !== "object") throw fault("no data and layout");
  return figure;
}

if (import.meta.main) {
  await runScript({
    name: "render",
    summary:
      "Draws a figure (JSON with data and layout) as PNG and SVG with an installed Chromium or Chrome.",
    command: "deno run --allow-read --allow-write --allow-env --allow-sys=uid --allow-run scripts/render.ts",
    flags: {
      figure: { kind: "string", required: true, valueName: "file.json", help: "The figure" },
      png: { kind: "file", valueName: "file.png", help: "Where the PNG goes" },
      svg: { kind: "file", valueName: "file.svg", help: "Where the SVG goes" },
      width: { kind: "integer", min: 100, max: 10000, default: 1100, help: "Width in CSS pixels" },
      height: {
        kind: "integer",
        min: 100,
        max: 10000,
        help: "Height in CSS pixels instead of the figure's own",
      },
      scale: { kind: "number", min: 0.1, max: 10, default: 2, help: "PNG pixels per CSS pixel" },
      browser: { kind: "string", valueName: "path", help: "The browser instead of the one found" },
      timeout: {
        kind: "number",
        above: 0,
        default: 60,
        valueName: "seconds",
        help: "How long the browser may take",
      },
      work: {
        kind: "directory",
        written: true,
        help: "An existing folder for temporary files instead of a new one",
      },
    },
    examples: [
      "deno run --allow-read --allow-write --allow-env --allow-sys=uid --allow-run scripts/render.ts --figure results/fig1.json --png fig1.png --svg fig1.svg",
    ],
  }, async ({ figure: path, png, svg, browser = findBrowser(), timeout, work, ...size }) => {
    if (!png && !svg) throw new UsageError("nothing to do: give --png, --svg or both");
    if (!browser) throw new UsageError("no Chromium or Chrome found; --browser or CHROME_PATH can name one");
    if (!await isFile(browser)) {
      throw new UsageError(`--browser must be a program: received ${JSON.stringify(browser)}`);
    }
    const figure = await readFigure(path);
    const folder = work ?? await makeWorkFolder(browser, png ?? svg!);
    try {
      const pictures = await interruptible("nothing was written", async (interrupted) => {
        const late = AbortSignal.timeout(1000 * timeout);
        const signal = AbortSignal.any([interrupted, late]);
        return await drawPictures(figure, { path: browser, profile: `${folder}/profile`, signal }, size)
          .catch((error) => {
            throw late.aborted
              ? new Error(`${browser} did not draw the figure within ${timeout} seconds`)
              : error;
          });
      });
      if (png) await writeAtomically(png, pictures.png);
      if (svg) await writeAtomically(svg, pictures.svg);
    } finally {
      if (!work) await removeFolder(folder);
    }
  });
}
