import puppeteer, { type Browser } from "puppeteer-core";

/**
 * Starts a browser that is there for a test and reaches no network of its own accord.
 *
 * @param executablePath the browser
 * @param userDataDir an empty folder for its own files; one that puppeteer makes and removes, if not given
 */
export async function launch(executablePath: string, userDataDir?: string): Promise<Browser> {
  return await puppeteer.launch({
    executablePath,
    userDataDir,
    args: [
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Root and most CI containers cannot have the sandbox.
      ...(Deno.uid() === 0 || Deno.env.get("CI") ? ["--no-sandbox"] : []),
    ],
  });
}
