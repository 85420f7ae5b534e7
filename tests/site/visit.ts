import { assert } from "@std/assert";
import { browser } from "../browser.ts";

async function deno(args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("deno", { args, env: { NO_COLOR: "1" } })
    .output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Builds the page as `deno task site` does. */
export async function buildPage(folder: string): Promise<void> {
  await deno([
    "run",
    "--quiet",
    "-A",
    new URL("../../scripts/site.ts", import.meta.url).href,
    "--out",
    folder,
  ]);
}

/** What a scenario saw on a page that was built. */
export async function visit<T>(folder: string, scenario: string): Promise<T> {
  const program = new URL("./browse.ts", import.meta.url).href;
  return JSON.parse(await deno(["run", "--quiet", "-A", program, browser(), folder, scenario]));
}
