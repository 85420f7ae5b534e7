import type { Page } from "puppeteer-core";

/** Lets time pass in a page: what it has put off until earlier is done then, however busy the machine is. */
export async function pause(page: Page, milliseconds: number): Promise<void> {
  await page.evaluate(`new Promise((resolve) => setTimeout(resolve, ${milliseconds}))`);
}
