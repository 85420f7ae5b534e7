import type { Browser } from "puppeteer-core";
import { withRoomForLabels } from "../../lib/figures/layout_parts.ts";
import { plotlyHtml } from "../../lib/figures/plotly/embed.ts";
import { figureSize } from "../../lib/figures/theme.ts";
import type { PlotlyFigure } from "../../lib/figures/types.ts";
import { browserArguments, launch } from "./launch.ts";

/** Size of a picture. */
export interface PictureSize {
  /** In CSS pixels; 1100 when left out. */
  width?: number;
  /** In CSS pixels; that of the figure's layout when left out. */
  height?: number;
  /** PNG pixels per CSS pixel; 2 when left out. */
  scale?: number;
}

/** What a picture is drawn with. */
export interface DrawingBrowser {
  /** Path of an installed Chromium or Chrome. */
  path: string;
  /** A folder that is there for its own files. */
  profile: string;
  /** Gives up, and ends the browser. */
  signal: AbortSignal;
}

/**
 * Draws a figure.
 *
 * @param figure plain data, as read from JSON
 * @param browser is started, and has ended on return
 * @param size of the pictures
 * @returns the bytes of both files
 * @throws {Error} if the browser does not start or ends early, or plotly.js fails
 */
export async function drawPictures(
  figure: PlotlyFigure,
  browser: DrawingBrowser,
  { width = figureSize.width, height, scale = 2 }: PictureSize = {},
): Promise<{ png: Uint8Array; svg: Uint8Array }> {
  const { path, profile, signal } = browser, { layout } = figure;
  const size = { width, height: height ?? (layout.height as number | undefined) ?? figureSize.height };
  const drawn = new AbortController(), html = plotlyHtml(figure); // loads while the browser starts
  const started = await launch(path, profile, {
    args: [...browserArguments(), ...forOnePage],
    signal: AbortSignal.any([signal, drawn.signal]),
    // The signal says how long all of it may take, and whether it was interrupted.
    ...{ timeout: 0, protocolTimeout: 0, handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
  }).catch(async (error) => {
    signal.throwIfAborted();
    throw new Error(await lastWords(browser) ?? `${path} did not start: ${error.message}`);
  });
  try {
    const labelled = { ...figure, layout: withRoomForLabels(layout) };
    const urls = await draw(started, await html, labelled, size, scale);
    const [svg, png] = await Promise.all(urls.map(async (url) => (await fetch(url)).bytes()));
    return { png, svg };
  } catch (error) {
    signal.throwIfAborted();
    if (!started.connected) throw new Error(`${path} ended before it drew the figure`);
    const received = JSON.stringify((error as Error).message);
    throw new Error(`Cannot draw the figure as plotly.js must take it: received ${received}`);
  } finally {
    // It has nothing to keep, so it need not take its time to close.
    const ended = exitOf(started);
    drawn.abort();
    if (!signal.aborted) await ended;
  }
}

/** What makes the browser be there and plotly.js be read sooner, where nothing but one page of ours is drawn. */
const forOnePage = [
  "--disable-site-isolation-trials",
  // Whoever steers a browser asks where promises were made: else V8 reads all of plotly.js again to tell.
  "--js-flags=--no-enable-lazy-source-positions",
];

/** What {@linkcode plotlyHtml} defines in a page, before and after it was unpacked, and what the browser does. */
interface PlotlyPage {
  Image: new () => { src: string; decode(): Promise<void> };
  document: { createElement(name: "canvas"): Canvas };
  loadPlotly(): Promise<void>;
  Plotly: { toImage(figure: PlotlyFigure, options: Record<string, unknown>): Promise<string> };
}

interface Canvas {
  width: number;
  height: number;
  getContext(
    kind: "2d",
  ): { drawImage(image: unknown, x: number, y: number, width: number, height: number): void };
  toDataURL(type: string): string;
}

/** The SVG and the PNG as data URLs. */
async function draw(
  browser: Browser,
  html: string,
  figure: PlotlyFigure,
  size: { width: number; height: number },
  scale: number,
): Promise<string[]> {
  const [first] = await browser.pages(), page = first ?? await browser.newPage();
  await page.setContent(`<!DOCTYPE html><meta charset="utf-8">${html}`);
  return await page.evaluate(
    async (figure, size, scale) => {
      const page = globalThis as unknown as PlotlyPage;
      await page.loadPlotly();
      const svg = await page.Plotly.toImage(figure, { format: "svg", ...size });
      // As plotly.js does, which would lay out the figure once more.
      const image = new page.Image();
      image.src = svg;
      await image.decode();
      const canvas = page.document.createElement("canvas");
      [canvas.width, canvas.height] = [scale * size.width, scale * size.height];
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return [svg, canvas.toDataURL("image/png")];
    },
    figure,
    size,
    scale,
  );
}

/** When the browser's process is gone. */
function exitOf(browser: Browser): Promise<unknown> {
  const process = browser.process();
  if (process === null || process.exitCode !== null || process.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => process.once("exit", resolve));
}

/** What a browser that cannot start says: puppeteer keeps it to itself. */
async function lastWords({ path, profile, signal }: DrawingBrowser): Promise<string | undefined> {
  const args = [
    ...browserArguments(),
    "--headless",
    `--user-data-dir=${profile}`,
    "--dump-dom",
    "about:blank",
  ];
  const { code, stderr } = await new Deno.Command(path, { args, signal, stdin: "null" }).output();
  signal.throwIfAborted();
  if (code === 0) return undefined;
  return `${path} ended with code ${code}: ${new TextDecoder().decode(stderr).trim().split("\n").at(-1)}`;
}
