import { findBrowser } from "../scripts/render/find_browser.ts";

/** Whether tests that need a browser run: not where there is none, but where CHROME_PATH names none they fail. */
export const browserExpected: boolean = expected();

function expected(): boolean {
  try {
    return findBrowser() !== undefined;
  } catch {
    return true; // the test itself says what is wrong
  }
}

/** The browser of this machine; for tests that run only where one is expected. */
export function browser(): string {
  const path = findBrowser();
  if (path === undefined) throw new Error("Cannot test in a browser as there must be one: received none");
  return path;
}

/** What the name of a test says where there is no browser. */
export const noBrowser = "no Chromium or Chrome found; CHROME_PATH can name one";
