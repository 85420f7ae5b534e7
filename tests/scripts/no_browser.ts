import { testsEverything } from "../grids.ts";

/**
 * The environment of a script that draws. A browser takes seconds for each picture: unless everything is tested, one that ends at
 * once stands in for it, in this folder, and figures come without pictures.
 */
export async function drawingEnvironment(folder: string): Promise<Record<string, string>> {
  if (testsEverything || Deno.build.os === "windows") return {};
  const browser = `${folder}/browser`;
  await Deno.writeTextFile(browser, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  return { CHROME_PATH: browser };
}
