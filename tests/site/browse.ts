/**
 * Opens the live page in a browser, lets a scenario use it and prints, as JSON, what the scenario saw. A program of its own, so
 * that only it needs permission to start the browser: `deno run … browse.ts <browser> <folder of the page> <scenario>`.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "puppeteer-core";
import { launch } from "../../scripts/render/launch.ts";

/** A page with what went wrong in it. */
export interface Opened {
  page: Page;
  errors: string[];
}

/** What a scenario is given. */
export interface Visit {
  browser: Browser;
  /** Address of the page. */
  address: string;
  /** Opens the page, or the page at a link, from the disk. */
  open(address?: string, window?: { width: number; height: number }): Promise<Opened>;
}

/** What can be asked of a part of the page. */
export type Scenario<T> = (visit: Visit) => Promise<T>;

const laptop = { width: 1366, height: 900 };

async function opened(
  browser: Browser,
  address: string,
  window: { width: number; height: number },
): Promise<Opened> {
  const page = await browser.newPage(), errors: string[] = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) errors.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => errors.push(`exception: ${(error as Error).message}`));
  page.on("requestfailed", (request) => errors.push(`request failed: ${request.url()}`));
  page.on("request", (request) => {
    if (!/^(file|blob|data):/.test(request.url())) errors.push(`request: ${request.url()}`);
  });
  await page.setViewport(window);
  await page.goto(address, { waitUntil: "load" });
  await page.waitForFunction("document.documentElement.dataset.ready !== undefined", { timeout: 60_000 });
  return { page, errors };
}

if (import.meta.main) {
  const [executablePath, folder, scenario] = Deno.args;
  const browser = await launch(executablePath);
  const address = pathToFileURL(join(folder, "index.html")).href;
  try {
    const { default: run } = await import(new URL(`./scenarios/${scenario}.ts`, import.meta.url).href);
    console.log(JSON.stringify(
      await run({
        browser,
        address,
        open: (at = address, window = laptop) => opened(browser, at, window),
      }),
    ));
  } finally {
    await browser.close();
  }
}
