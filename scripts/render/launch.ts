import puppeteer, { type Browser, type LaunchOptions } from "puppeteer-core";

/**
 * Starts an installed browser, out of sight, that reaches no network of its own accord.
 *
 * @param executablePath the browser
 * @param userDataDir a folder for its own files; one that puppeteer makes and removes, if not given
 * @param options how else it is started
 */
export function launch(
  executablePath: string,
  userDataDir?: string,
  options: LaunchOptions = {},
): Promise<Browser> {
  return puppeteer.launch({
    executablePath,
    userDataDir,
    // Not a port of this machine: a browser whose pipe breaks ends by itself.
    pipe: true,
    args: browserArguments(),
    ...options,
  });
}

/** The arguments besides puppeteer's own. */
export function browserArguments(): string[] {
  return [
    "--disable-gpu",
    // The small /dev/shm of containers is not enough for a figure's page.
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Root and most CI containers cannot have the sandbox.
    ...(Deno.uid() === 0 || Deno.env.get("CI") ? ["--no-sandbox"] : []),
  ];
}
