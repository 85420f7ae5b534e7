import { checkNumber } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { checkFigure } from "./check_figure.ts";
import { plotlyHtml } from "./plotly/embed.ts";
import { withRoomForLabels } from "./layout_parts.ts";
import { scriptJson } from "./page.ts";
import { figureSize } from "./theme.ts";
import type { PlotlyFigure } from "./types.ts";

const PURPOSE = "look for a browser";

/** Where an environment variable is read: `Deno.env.get` or a table in a test. */
export type ReadVariable = (name: string) => string | undefined;

/**
 * The places where a Chromium or Chrome may be, best first: the path in CHROME_PATH, the folders of PATH, then where
 * the installers of the system put it.
 *
 * @param os the system, as in `Deno.build.os`
 * @param variable reads an environment variable
 * @returns absolute paths (CHROME_PATH as it is), whether they exist or not
 */
export function browserCandidates(os: string, variable: ReadVariable): string[] {
  const windows = os === "windows";
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];
  const folders = (variable("PATH") ?? "").split(windows ? ";" : ":").filter((folder) => folder !== "");
  const chosen = variable("CHROME_PATH");
  return [
    ...(chosen ? [chosen] : []),
    ...names.flatMap((name) =>
      folders.map((folder) => windows ? `${folder}\\${name}.exe` : `${folder.replace(/\/$/, "")}/${name}`)
    ),
    ...usualPlaces(os, variable),
  ];
}

function usualPlaces(os: string, variable: ReadVariable): string[] {
  if (os === "darwin") {
    const apps = ["Google Chrome", "Chromium", "Microsoft Edge"];
    const folders = ["/Applications", `${variable("HOME") ?? ""}/Applications`];
    return folders.flatMap((folder) => apps.map((app) => `${folder}/${app}.app/Contents/MacOS/${app}`));
  }
  if (os === "windows") {
    const programs = [
      "Google\\Chrome\\Application\\chrome.exe",
      "Chromium\\Application\\chrome.exe",
      "Microsoft\\Edge\\Application\\msedge.exe",
    ];
    return ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"]
      .flatMap((name) => variable(name) ?? [])
      .flatMap((folder) => programs.map((program) => `${folder}\\${program}`));
  }
  return ["/snap/bin/chromium", "/usr/lib/chromium/chromium", "/opt/google/chrome/chrome"];
}

/**
 * The first Chromium or Chrome that is installed, or `undefined`. Needs permission to read the places it looks at;
 * one that may not be read counts as absent.
 *
 * @throws {RangeError} if CHROME_PATH is set to something that is not a file
 * @throws {Error} if an argument is left out where there is no Deno
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const browser = figures.findBrowser("linux", () => undefined, () => false);
 * assert(browser === undefined);
 * ```
 */
export function findBrowser(
  os: string = denoFor(PURPOSE).build.os,
  variable: ReadVariable = readVariable,
  isFile: (path: string) => boolean = isReadableFile,
): string | undefined {
  const chosen = variable("CHROME_PATH");
  if (chosen && !isFile(chosen)) {
    throw new RangeError(
      `Cannot use CHROME_PATH as it must be a browser's path: received ${JSON.stringify(chosen)}`,
    );
  }
  return browserCandidates(os, variable).find(isFile);
}

function readVariable(name: string): string | undefined {
  const { env } = denoFor(PURPOSE);
  try {
    return env.get(name);
  } catch {
    return undefined;
  }
}

function isReadableFile(path: string): boolean {
  const { statSync } = denoFor(PURPOSE);
  try {
    return statSync(path).isFile;
  } catch {
    return false;
  }
}

/**
 * The arguments that make a browser open a page out of sight, wait until it is done and print its document.
 *
 * @param page absolute path of the HTML file
 * @param profile an empty folder for the browser's own files
 * @param sandbox `false` where the browser refuses its sandbox: for the root user and in most CI containers
 */
export function browserArguments(page: string, profile: string, sandbox: boolean): string[] {
  return [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    // The small /dev/shm of containers is not enough for a page of this size.
    "--disable-dev-shm-usage",
    ...(sandbox ? [] : ["--no-sandbox"]),
    `--user-data-dir=${profile}`,
    "--virtual-time-budget=30000",
    "--dump-dom",
    fileUrl(page),
  ];
}

function fileUrl(path: string): string {
  const parts = path.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/").replace("%3A", ":");
  return `file://${parts.startsWith("/") ? "" : "/"}${parts}`;
}

/** Size of an exported picture. */
export interface RenderOptions {
  /** In CSS pixels; 1100 when left out. */
  width?: number;
  /** In CSS pixels; that of the figure's layout when left out. */
  height?: number;
  /** PNG pixels per CSS pixel; 2 when left out. */
  scale?: number;
}

/**
 * A page that draws the figure as PNG and SVG and leaves both, as base64, in its document, where
 * {@linkcode readRendering} finds them.
 *
 * @param figure the figure, e.g. from `fig1`
 * @param options the size
 * @throws {TypeError} if the figure lacks data, layout or config, or a size is no number
 * @throws {RangeError} if a size is not above 0
 */
export async function renderPage(figure: PlotlyFigure, options: RenderOptions = {}): Promise<string> {
  const { layout } = checkFigure(figure), { scale = 2, width = figureSize.width } = options;
  const height = options.height ?? (layout.height as number | undefined) ?? figureSize.height;
  for (const [name, value] of Object.entries({ width, height, scale })) {
    checkNumber(name, value, { above: 0 });
  }
  return `<!DOCTYPE html>
<meta charset="utf-8">
<body>
${await plotlyHtml()}
<script>
const figure = ${scriptJson({ ...figure, layout: withRoomForLabels(layout) })}, size = ${
    scriptJson({ width, height })
  };
const put = (id, text) => document.body.append(Object.assign(document.createElement("pre"), { id, textContent: text }));
const base64 = (text) => btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
async function draw() {
  await loadPlotly();
  const svg = await Plotly.toImage(figure, { format: "svg", ...size });
  put("svg", base64(decodeURIComponent(svg.slice(svg.indexOf(",") + 1))));
  const png = await Plotly.toImage(figure, { format: "png", ...size, scale: ${scale} });
  put("png", png.slice(png.indexOf(",") + 1));
}
draw().catch((error) => put("error", base64(String(error?.message ?? error)))).then(() => {
  // The scripts are not part of the answer.
  for (const script of document.querySelectorAll("script")) script.remove();
});
</script></body>
`;
}

/**
 * Reads the pictures out of the document that a browser printed for {@linkcode renderPage}.
 *
 * @param dom the printed document
 * @throws {Error} if plotly.js failed, or the browser stopped before the pictures were there
 */
export function readRendering(dom: string): { png: Uint8Array<ArrayBuffer>; svg: string } {
  const bytes = (id: string) => {
    const text = dom.match(new RegExp(`<pre id="${id}">([A-Za-z0-9+/=]+)</pre>`))?.[1];
    return text === undefined
      ? undefined
      : Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  };
  const text = (part: Uint8Array) => new TextDecoder().decode(part);
  const error = bytes("error"), png = bytes("png"), svg = bytes("svg");
  if (error) {
    throw new Error(`Cannot draw the figure as plotly.js failed: received ${JSON.stringify(text(error))}`);
  }
  if (!png || !svg) {
    throw new Error(
      `Cannot read the pictures as the browser must print both: received ${dom.length} characters without them`,
    );
  }
  return { png, svg: text(svg) };
}
