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
  const started = await launch(path, profile, {
    signal,
    // The signal says how long all of it may take, and whether it was interrupted.
    ...{ timeout: 0, protocolTimeout: 0, handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
  }).catch(async (error) => {
    signal.throwIfAborted();
    throw new Error(await lastWords(browser) ?? `${path} did not start: ${error.message}`);
  });
  try {
    const urls = await draw(started, { ...figure, layout: withRoomForLabels(layout) }, size, scale);
    const [svg, png] = await Promise.all(urls.map(async (url) => (await fetch(url)).bytes()));
    return { png, svg };
  } catch (error) {
    signal.throwIfAborted();
    if (!started.connected) throw new Error(`${path} ended before it drew the figure`);
    const received = JSON.stringify((error as Error).message);
    throw new Error(`Cannot draw the figure as plotly.js must take it: received ${received}`);
  } finally {
    if (!signal.aborted) await started.close();
  }
}

/** What {@linkcode plotlyHtml} defines in a page, before and after it was unpacked. */
interface PlotlyPage {
  loadPlotly(): Promise<void>;
  Plotly: { toImage(figure: PlotlyFigure, options: Record<string, unknown>): Promise<string> };
}

/** The SVG and the PNG as data URLs. */
async function draw(
  browser: Browser,
  figure: PlotlyFigure,
  size: { width: number; height: number },
  scale: number,
): Promise<string[]> {
  const page = await browser.newPage();
  await page.setContent(`<!DOCTYPE html><meta charset="utf-8">${await plotlyHtml(figure)}`);
  return await page.evaluate(
    async (figure, size, scale) => {
      const page = globalThis as unknown as PlotlyPage;
      await page.loadPlotly();
      return [
        await page.Plotly.toImage(figure, { format: "svg", ...size }),
        await page.Plotly.toImage(figure, { format: "png", ...size, scale }),
      ];
    },
    figure,
    size,
    scale,
  );
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
