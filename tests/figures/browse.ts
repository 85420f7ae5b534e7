/**
 * Opens pages in a browser and prints, as JSON, what is on them and what a pointer does to them. A program of its own, so
 * that only it needs permission to start the browser: `deno run … browse.ts <browser> <page.html> …`.
 */
import { pathToFileURL } from "node:url";
import type { Page } from "puppeteer-core";
import { launch } from "../../scripts/render/launch.ts";
import {
  changed,
  figureText,
  fits,
  inspectFigure,
  inspectGallery,
  legendState,
  placeToHover,
  removeUnpacking,
  stacked,
} from "./in_page.js";
import { pause } from "../pause.ts";

/** A legend entry, clicked twice. */
export interface LegendClick {
  /** Its text. */
  entry: string;
  /** Groups of traces that were hidden after the first click. */
  hidden: string[];
  /** Traces drawn before, after one and after two clicks. */
  drawn: [before: number, once: number, twice: number];
}

/** What can be seen of a figure. */
export interface FigureLooks {
  /** SVG paths of the figure. */
  paths: number;
  /** Texts smaller than 14 px. */
  smallTexts: string[];
  /** Texts that reach beyond the figure. */
  cutTexts: string[];
  /** Pairs of texts outside the panels that lie on each other. */
  overlaps: string[];
  /** Widths of the panels, in CSS pixels. */
  panels: number[];
  /** Whether something is wider than the window. */
  overflows: boolean;
}

/** What a figure's page looks like. */
export interface FigureReport {
  kind: "figure";
  /** What went wrong in the page: console, exceptions, requests. */
  errors: string[];
  /** In a window of full width, on a tablet and on a phone. */
  wide: FigureLooks;
  tablet: FigureLooks;
  phone: FigureLooks;
  /** Heights of the figure in the windows of {@linkcode turns}, one after the other. */
  heights: number[];
  /** Text under the pointer on a point or cell. */
  hover: string;
  /** What the page says in a browser that cannot unpack plotly.js, and without scripts. */
  messages: string[];
  /** The first entry of each legend. */
  clicks: LegendClick[];
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
  /** Their widths on the page, in CSS pixels. */
  widths: number[];
  /** Title of the page behind the first picture. */
  linkTitle: string;
}

const wide = { width: 1100, height: 900 }, tablet = { width: 800, height: 900 };
const phone = { width: 390, height: 844 };

async function open(page: Page, path: string, window = wide): Promise<string[]> {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) errors.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => errors.push(`exception: ${(error as Error).message}`));
  page.on("requestfailed", (request) => errors.push(`request: ${request.url()}`));
  await page.setViewport(window);
  await page.goto(pathToFileURL(path).href, { waitUntil: "load" });
  return errors;
}

/** Widths of windows as a phone that is turned, or a window that is dragged, has them; the last two have been before. */
const turns = [1280, 1250, 390, 380, 1280, 390];

async function heightsInTurns(page: Page): Promise<number[]> {
  const heights: number[] = [];
  for (const width of turns) {
    await page.setViewport({ width, height: 900 });
    await pause(page, 400); // plotly follows a resize after a moment
    heights.push(await page.$eval("#figure .main-svg", (svg) => svg.getBoundingClientRect().height));
  }
  return heights;
}

async function figureReport(page: Page, path: string): Promise<FigureReport> {
  const errors = await open(page, path);
  await page.waitForSelector("#figure .scatterlayer .trace");
  const looks = await page.evaluate(inspectFigure);
  const hover = await hoverText(page);
  const clicks: LegendClick[] = [];
  for (const legend of await page.$$("#figure .legend, #figure .legend2")) {
    clicks.push(await clickTwice(page, await legend.evaluate((each) => each.classList[0])));
  }
  const narrow = [];
  for (const window of [tablet, phone]) {
    await page.setViewport(window);
    await page.waitForFunction(stacked, { timeout: 5000 });
    await page.waitForFunction(fits, { timeout: 5000 });
    narrow.push(await page.evaluate(inspectFigure));
  }
  const heights = await heightsInTurns(page);
  const [tabletLooks, phoneLooks] = narrow, seenErrors = [...errors];
  return {
    kind: "figure",
    errors: seenErrors,
    wide: looks,
    tablet: tabletLooks,
    phone: phoneLooks,
    heights,
    hover,
    clicks,
    messages: await messages(page, path),
  };
}

/** What pages say that cannot draw: in an old browser, and without scripts. */
async function messages(page: Page, path: string): Promise<string[]> {
  const { identifier } = await page.evaluateOnNewDocument(removeUnpacking);
  await open(page, path);
  const old = await page.waitForFunction(figureText, { timeout: 5000 });
  const said = [await old.jsonValue() as string];
  await page.removeScriptToEvaluateOnNewDocument(identifier);
  await page.setJavaScriptEnabled(false);
  await open(page, path);
  return [
    ...said,
    await page.$eval("figure", (each) => (each as unknown as { innerText: string }).innerText),
  ];
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
  const errors = await open(page, path, phone);
  const seen = await page.evaluate(inspectGallery);
  await Promise.all([page.waitForNavigation(), page.click("figure a")]);
  return { kind: "gallery", errors, ...seen, linkTitle: await page.title() };
}

if (import.meta.main) {
  const [executablePath, profile, ...paths] = Deno.args;
  const browser = await launch(executablePath, profile);
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
