/**
 * How many frames a second the live page shows while one of 200 points is dragged, on the circle and on the sphere, in a browser
 * without a GPU. Wants `deno task site` first, and a Chromium or Chrome; CHROME_PATH can name one.
 *
 *     deno run -A bench/page_frames.ts site/dist/index.html
 *
 * Of several pages each is opened in turns, such as one of an earlier commit.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "puppeteer-core";
import { findBrowser } from "../scripts/render/find_browser.ts";
import { launch } from "../scripts/render/launch.ts";
import { median } from "./peers/measure.ts";

const ROUNDS = 3, SECONDS = 4;
// Of 200, one that lies in front on the sphere.
const DRAGGED = 17;
// The values of the choice of space.
const spaces = { circle: "2", sphere: "3" };

/** Milliseconds from frame to frame while the point goes round in a small circle. */
async function frameTimes(page: Page, space: string): Promise<number[]> {
  const choose = async (label: string, value: string) =>
    await (await page.$(`#hardness .controls ::-p-xpath(.//label[span="${label}"]//select)`))!.select(value);
  await choose("Space", space);
  await choose("Points", "crowd");
  await page.waitForSelector("#hardness-work[aria-busy=false]");
  const field = (await page.$(".field"))!;
  await field.scrollIntoView();
  const { x, y, width, height } = (await (await page.$(`[data-point='${DRAGGED}']`))!.boundingBox())!;
  const [left, top] = [x + width / 2, y + height / 2];
  await page.mouse.move(left, top);
  await page.mouse.down();
  let isDone = false;
  const measured = page.evaluate(`new Promise((resolve) => {
    const times = [], start = performance.now();
    let last = start;
    const frame = () => {
      const now = performance.now();
      times.push(now - last);
      last = now;
      if (now - start > ${1000 * SECONDS}) resolve(times);
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  })`).finally(() => isDone = true) as Promise<number[]>;
  for (let i = 0; !isDone; i++) {
    await page.mouse.move(left + 60 * Math.sin(i / 10), top + 60 * Math.cos(i / 10));
    await new Promise((resolve) => setTimeout(resolve, 8));
  }
  await page.mouse.up();
  return await measured;
}

async function measure(browser: Browser, path: string, space: string): Promise<number[]> {
  const page = await browser.newPage();
  await page.setViewport({ width: 1366, height: 900 });
  await page.goto(pathToFileURL(resolve(path)).href);
  await page.waitForSelector("#hardness-work[aria-busy=false]");
  const times = await frameTimes(page, space);
  await page.close();
  return times;
}

const installed = findBrowser();
if (installed === undefined) throw new Error("Cannot open pages as there must be a browser: received none");
const browser = await launch(installed), found = new Map<string, number[][]>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, space] of Object.entries(spaces)) {
    for (const path of Deno.args) {
      const key = `${path}, ${name}`;
      found.set(key, [...found.get(key) ?? [], await measure(browser, path, space)]);
    }
  }
}
await browser.close();
for (const [key, rounds] of found) {
  const rates = rounds.map((times) => 1000 * times.length / times.reduce((sum, time) => sum + time, 0));
  const said = [median(rates), Math.min(...rates), Math.max(...rates)].map((rate) => rate.toFixed(0));
  console.log(
    `${key}: ${said[0]} frames a second (${said[1]} … ${said[2]}), one to the next ` +
      `${median(rounds.flat()).toFixed(0)} ms in the median`,
  );
}
