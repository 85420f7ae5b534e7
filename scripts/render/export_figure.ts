import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { jsonText } from "../../lib/figures/page.ts";
import type { PlotlyFigure } from "../../lib/figures/types.ts";
import type { PictureSize } from "./draw.ts";
import { findBrowser } from "./find_browser.ts";
import { makeWorkFolder, removeFolder } from "./work_folder.ts";

/** Where the pictures go; each is optional. */
export interface ExportTargets {
  /** Path of the PNG. */
  png?: string;
  /** Path of the SVG. */
  svg?: string;
}

/** How pictures are made. */
export interface ExportOptions extends PictureSize {
  /** Looks for the browser. */
  find?: () => string | undefined;
  /** Gives up. */
  signal?: AbortSignal;
}

/** Whether the pictures were written, and if not, why. */
export type ExportResult = { rendered: true } | { rendered: false; reason: string };

/**
 * Writes a figure as PNG and SVG with an installed Chromium or Chrome, by `scripts/render.ts` in a Deno process of its own:
 * only that one is allowed to start the browser, and this process needs no more than `--allow-run=deno`. Never throws: the
 * pictures are an extra, and the caller has its HTML already.
 *
 * @param figure the figure
 * @param targets the files to write; their folders must exist
 * @param options size and browser
 */
export async function exportFigure(
  figure: PlotlyFigure,
  targets: ExportTargets,
  { find = findBrowser, signal, ...size }: ExportOptions = {},
): Promise<ExportResult> {
  let work: string | undefined;
  try {
    const browser = find();
    if (browser === undefined) throw new Error("no Chromium or Chrome found; CHROME_PATH can name one");
    work = await makeWorkFolder(browser, targets.png ?? targets.svg ?? "");
    await Deno.writeTextFile(`${work}/figure.json`, jsonText(figure));
    const flags = { figure: `${work}/figure.json`, browser, work, ...size };
    const pictures = Object.entries(targets).map(([ending, path]) => ({
      path,
      made: `${work}/figure.${ending}`,
      ending,
    }));
    const { success, stderr } = await new Deno.Command("deno", {
      args: [
        ...[
          "run",
          "-q",
          "--no-prompt",
          "--allow-read",
          "--allow-env",
          "--allow-sys=uid",
          `--allow-write=${work}`,
        ],
        "--allow-run", // puppeteer ends the browser's process group, which no narrower permission covers
        new URL("../render.ts", import.meta.url).href,
        ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
        ...pictures.map(({ ending, made }) => `--${ending}=${made}`),
      ],
      env: { NO_COLOR: "1" },
      signal,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) {
      const [line] = new TextDecoder().decode(stderr).trim().split("\n");
      throw new Error(line.replace(/^render: /, ""));
    }
    for (const { made, path } of pictures) await writeAtomically(path, await Deno.readFile(made));
    return { rendered: true };
  } catch (error) {
    return { rendered: false, reason: (error as Error).message };
  } finally {
    if (work) await removeFolder(work);
  }
}
