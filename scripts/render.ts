import { writeAtomically } from "../lib/core/write_atomically.ts";
import { jsonText } from "../lib/figures/page.ts";
import { browserArguments, findBrowser, readRendering, renderPage } from "../lib/figures/render.ts";
import type { PlotlyFigure } from "../lib/figures/types.ts";
import { runScript, UsageError } from "./cli/mod.ts";

/** Where the pictures go; each is optional. */
export interface ExportTargets {
  /** Path of the PNG, two pixels per CSS pixel. */
  png?: string;
  /** Path of the SVG. */
  svg?: string;
}

/** Whether the pictures were written, and if not, why. */
export type ExportResult = { rendered: true } | { rendered: false; reason: string };

/**
 * Writes a figure as PNG and SVG with an installed Chromium or Chrome, in a Deno process of its own: only that one is
 * allowed to start the browser, and this process needs no more than `--allow-run=deno`. Never throws: the pictures
 * are an extra, and the caller has its HTML already.
 *
 * @param figure the figure, or the path of its JSON
 * @param targets the files to write; their folders must exist
 * @param find looks for the browser
 */
export async function exportFigure(
  figure: PlotlyFigure | string,
  targets: ExportTargets,
  find: () => string | undefined = findBrowser,
): Promise<ExportResult> {
  let work: string | undefined;
  try {
    const browser = find();
    if (browser === undefined) throw new Error("no Chromium or Chrome found; CHROME_PATH can name one");
    // Deno's lists of permissions cannot hold such a path.
    if (browser.includes(",")) throw new Error(`the browser's path has a comma: ${browser}`);
    work = await makeWorkFolder(browser, targets);
    const path = typeof figure === "string" ? figure : `${work}/figure.json`;
    if (typeof figure !== "string") await Deno.writeTextFile(path, jsonText(figure));
    const { success, stderr } = await new Deno.Command("deno", {
      args: [
        "run",
        "-q",
        "--no-prompt",
        "--allow-read",
        "--allow-env",
        "--allow-sys=uid",
        `--allow-write=${work}`,
        `--allow-run=${browser}`,
        import.meta.url,
        `--figure=${path}`,
        `--browser=${browser}`,
        `--work=${work}`,
        `--png=${work}/figure.png`,
        `--svg=${work}/figure.svg`,
      ],
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) {
      const [line] = new TextDecoder().decode(stderr).trim().split("\n");
      throw new Error(line.replace(/^render: /, ""));
    }
    if (targets.png) await writeAtomically(targets.png, await Deno.readFile(`${work}/figure.png`));
    if (targets.svg) await writeAtomically(targets.svg, await Deno.readFile(`${work}/figure.svg`));
    return { rendered: true };
  } catch (error) {
    return { rendered: false, reason: (error as Error).message };
  } finally {
    if (work) await removeFolder(work);
  }
}

// A snap sees neither /tmp nor hidden folders of the home directory, but it does see where the pictures go.
function makeWorkFolder(browser: string, targets: ExportTargets): Promise<string> {
  const target = targets.png ?? targets.svg ?? "";
  const beside = target.replace(/[^/\\]*$/, "") || ".";
  return Deno.makeTempDir(
    browser.startsWith("/snap/") ? { dir: beside, prefix: "render-" } : { prefix: "render-" },
  );
}

// The browser's last helper may still write into its profile for a moment.
async function removeFolder(path: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      return await Deno.remove(path, { recursive: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || attempt === 10) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function printDocument(
  browser: string,
  page: string,
  profile: string,
  seconds: number,
): Promise<string> {
  const sandbox = Deno.uid() !== 0 && !Deno.env.get("CI");
  const child = new Deno.Command(browser, {
    args: browserArguments(page, profile, sandbox),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    child.kill("SIGKILL");
    // The output may stay open for longer, in the hands of the browser's helpers.
    late.reject(new Error(`${browser} did not draw the figure within ${seconds} seconds`));
  }, 1000 * seconds);
  const { code, stdout, stderr } = await Promise.race([child.output(), late.promise]).finally(() =>
    clearTimeout(timer)
  );
  if (code !== 0) {
    const last = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
    throw new Error(`${browser} ended with code ${code}: ${last}`);
  }
  return new TextDecoder().decode(stdout);
}

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
    command: "deno run --allow-read --allow-write --allow-env --allow-run scripts/render.ts",
    flags: {
      figure: { kind: "string", required: true, placeholder: "file.json", help: "The figure" },
      png: { kind: "file", placeholder: "file.png", help: "Where the PNG goes" },
      svg: { kind: "file", placeholder: "file.svg", help: "Where the SVG goes" },
      width: { kind: "integer", min: 100, max: 10000, default: 1100, help: "Width in CSS pixels" },
      height: {
        kind: "integer",
        min: 100,
        max: 10000,
        help: "Height in CSS pixels instead of the figure's own",
      },
      scale: { kind: "number", min: 0.1, max: 10, default: 2, help: "PNG pixels per CSS pixel" },
      browser: { kind: "string", placeholder: "path", help: "The browser instead of the one found" },
      timeout: {
        kind: "number",
        above: 0,
        default: 60,
        placeholder: "seconds",
        help: "How long the browser may take",
      },
      work: {
        kind: "directory",
        written: true,
        help: "An existing folder for temporary files instead of a new one",
      },
    },
    examples: [
      "deno run --allow-read --allow-write --allow-env --allow-run scripts/render.ts --figure results/fig1.json --png fig1.png --svg fig1.svg",
    ],
  }, async ({ figure: path, png, svg, browser = findBrowser(), timeout, work, ...size }) => {
    if (!png && !svg) throw new UsageError("nothing to do: give --png, --svg or both");
    if (!browser) throw new UsageError("no Chromium or Chrome found; --browser or CHROME_PATH can name one");
    if (!await isFile(browser)) {
      throw new UsageError(`--browser must be a program: received ${JSON.stringify(browser)}`);
    }
    const figure = await readFigure(path);
    const folder = work ?? await makeWorkFolder(browser, { png, svg });
    try {
      await Deno.writeTextFile(`${folder}/page.html`, await renderPage(figure, size));
      const page = await Deno.realPath(`${folder}/page.html`);
      const dom = await printDocument(browser, page, page.replace(/page\.html$/, "profile"), timeout);
      const pictures = readRendering(dom);
      if (png) await writeAtomically(png, pictures.png);
      if (svg) await writeAtomically(svg, pictures.svg);
    } finally {
      if (!work) await removeFolder(folder);
    }
  });
}
