/**
 * Opens pages in a browser and prints, as JSON, what is on them and what a pointer does to them. A program of its own, so
 * that only it needs permission to start the browser: `deno run … browse.ts <browser> <page.html> …`.
 */
import { pathToFileURL } from "node:url";
import puppeteer, { type Page } from "puppeteer-core";
import { changed, inspectFigure, inspectGallery, legendState, placeToHover } from "./in_page.js";

/** A legend entry, clicked twice. */
export interface LegendClick {
  /** Its text. */
  entry: string;
  /** Groups of traces that were hidden after the first click. */
  hidden: string[];
  /** Traces drawn before, after one and after two clicks. */
  drawn: [before: number, once: number, twice: number];
}

/** What a figure's page looks like. */
export interface FigureReport {
  kind: "figure";
  /** What went wrong in the page: console, exceptions, requests. */
  errors: string[];
  /** SVG paths of the figure. */
  paths: number;
  /** Text under the pointer on a point or cell. */
  hover: string;
  /** The first entry of each legend. */
  clicks: LegendClick[];
  /** Texts smaller than 14 px. */
  smallTexts: string[];
  /** Texts that reach beyond the figure. */
  cutTexts: string[];
}

/** What a gallery looks like. */
export interface GalleryReport {
  kind: "gallery";
  errors: string[];
  /** Natural widths of the pictures, 0 where one is missing. */
  pictures: number[];
  /** Captions in their order. */
  captions: string[];
  /** Whether something is wider than the window. */
  overflows: boolean;
  /** Title of the page behind the first picture. */
  linkTitle: string;
}

const width = 1100, height = 900;

async function open(page: Page, path: string): Promise<string[]> {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) errors.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => errors.push(`exception: ${(error as Error).message}`));
  page.on("requestfailed", (request) => errors.push(`request: ${request.url()}`));
  await page.setViewport({ width, height });
  await page.goto(pathToFileURL(path).href, { waitUntil: "load" });
  return errors;
}

async function figureReport(page: Page, path: string): Promise<FigureReport> {
  const errors = await open(page, path);
  await page.waitForSelector("#figure .scatterlayer .trace");
  const { paths, smallTexts, cutTexts } = await page.evaluate(inspectFigure);
  const hover = await hoverText(page);
  const clicks: LegendClick[] = [];
  for (const legend of await page.$$("#figure .legend, #figure .legend2")) {
    clicks.push(await clickTwice(page, await legend.evaluate((each) => each.classList[0])));
  }
  return { kind: "figure", errors, paths, hover, clicks, smallTexts, cutTexts };
}

async function hoverText(page: Page): Promise<string> {
  const place = await page.evaluate(placeToHover);
  await page.mouse.move(place.x - 3, place.y - 3);
  await page.mouse.move(place.x, place.y, { steps: 3 });
  const label = await page.waitForSelector("#figure .hoverlayer .hovertext", { timeout: 5000 });
  const text = await label!.evaluate((each) => each.textContent ?? "");
  await page.mouse.move(2, 2);
  return text;
}

async function clickTwice(page: Page, legend: string): Promise<LegendClick> {
  const text = await page.$eval(`#figure .${legend}text`, (each) => each.textContent ?? "");
  const states = [await page.evaluate(legendState)];
  for (let click = 0; click < 2; click++) {
    await page.click(`#figure .${legend}toggle`);
    // plotly waits for a second click before it acts; one that does nothing shows in the states.
    await page.waitForFunction(changed, { timeout: 5000 }, states.at(-1)!.drawn).catch(() => {});
    states.push(await page.evaluate(legendState));
  }
  const [before, once, twice] = states;
  return { entry: text, hidden: once.hidden, drawn: [before.drawn, once.drawn, twice.drawn] };
}

async function galleryReport(page: Page, path: string): Promise<GalleryReport> {
  const errors = await open(page, path);
  const seen = await page.evaluate(inspectGallery);
  await Promise.all([page.waitForNavigation(), page.click("figure a")]);
  return { kind: "gallery", errors, ...seen, linkTitle: await page.title() };
}

if (import.meta.main) {
  const [executablePath, profile, ...paths] = Deno.args;
  const browser = await puppeteer.launch({
    executablePath,
    userDataDir: profile,
    // As in scripts/render.ts: root and most CI containers cannot have the sandbox.
    args: [
      "--disable-gpu",
      "--disable-dev-shm-usage",
      ...(Deno.uid() === 0 || Deno.env.get("CI") ? ["--no-sandbox"] : []),
    ],
  });
  try {
    const reports: (FigureReport | GalleryReport)[] = [];
    for (const path of paths) {
      const page = await browser.newPage();
      reports.push(
        await (path.endsWith("index.html") ? galleryReport(page, path) : figureReport(page, path)),
      );
      await page.close();
    }
    console.log(JSON.stringify(reports));
  } finally {
    await browser.close();
  }
}
