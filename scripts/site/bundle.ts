import { join } from "node:path";

/** One script of everything that a module imports, as an ECMAScript module. */
export async function bundle(entry: string, work: string): Promise<string> {
  const file = join(work, "bundle.js");
  const { success, stderr } = await new Deno.Command("deno", {
    args: ["bundle", "--quiet", "--platform=browser", "--format=esm", "--minify", "--output", file, entry],
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) {
    throw new Error(
      `Cannot build the page as ${entry} must bundle: received ${new TextDecoder().decode(stderr)}`,
    );
  }
  return await Deno.readTextFile(file);
}

/**
 * A module as a classic script, which a page that was opened from a disk may load: its code in an asynchronous function. The
 * library asks for its own address only where it looks for files, of which a page has none.
 */
export function asFunction(code: string): string {
  const body = code.replaceAll("import.meta.url", "location.href");
  if (/\bimport\.meta\b|^\s*(?:import|export)\b/m.test(body)) {
    throw new Error("Cannot build the page as a bundle must have no import or export left: received one");
  }
  return `async function () {"use strict";\n${body}\n}`;
}
