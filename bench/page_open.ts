/**
 * How long pages of figures take from the start of the navigation until their first plot is drawn, opened in turns in
 * one browser: medians, and the ratio to the first page. Wants a Chromium or Chrome; CHROME_PATH can name one.
 *
 *     deno run -A bench/page_open.ts old.html new.html
 */
import { pathToFileURL } from "node:url";
import type { Browser } from "puppeteer-core";
import { median } from "./peers/measure.ts";
import { findBrowser } from "../scripts/render/find_browser.ts";
import { launch } from "../scripts/render/launch.ts";

const ROUNDS = 9;

/** Milliseconds until the browser shows a frame with a drawn plot; a fresh profile part, so nothing is cached. */
async function openTime(browser: Browser, path: string): Promise<number> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.evaluateOnNewDocument(`new MutationObserver((_, observer) => {
    if (!document.querySelector("#figure .scatterlayer .trace")) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { globalThis.firstPlot = performance.now(); }));
  }).observe(document, { childList: true, subtree: true });`);
  await page.goto(pathToFileURL(path).href);
  const time = await page.waitForFunction("globalThis.firstPlot");
  const milliseconds = await time.jsonValue() as number;
  await context.close();
  return milliseconds;
}

const installed = findBrowser();
if (installed === undefined) throw new Error("Cannot open pages as there must be a browser: received none");
const browser = await launch(installed);
const times: number[][] = Deno.args.map(() => []);
for (let round = 0; round <= ROUNDS; round++) {
  for (const [index, path] of Deno.args.entries()) {
    const time = await openTime(browser, path);
    if (round > 0) times[index].push(time); // the first round warms up
  }
}
await browser.close();
Deno.args.forEach((path, index) => {
  const ratio = median(times[index].map((time, round) => time / times[0][round]));
  console.log(`${path}: ${median(times[index]).toFixed(0)} ms, ${ratio.toFixed(2)} of the first`);
});
