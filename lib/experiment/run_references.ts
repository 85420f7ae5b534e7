import { checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";

/** What refers to runs. */
export interface RunReferences {
  /** The files that name a run, by the name of the run. */
  files: Map<string, string[]>;
  /** Figures that do not say of which runs they are drawn. */
  silent: string[];
}

/**
 * Which runs the figures and evaluations in a folder of results name, in any of its `.json` files. Links are not followed, and the
 * runs themselves are not asked.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runReferences } from "@hscl/hscl/experiment";
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/fig1`);
 * await Deno.writeTextFile(`${folder}/fig1/fig1.json`, '{"figure":"fig1","runs":["0123456789abcdef"]}');
 * const { files, silent } = await runReferences(folder);
 * assertEquals([[...files.keys()], silent], [["0123456789abcdef"], []]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function runReferences(folder: string): Promise<RunReferences> {
  const { readTextFile } = denoFor("read figures"), found: RunReferences = { files: new Map(), silent: [] };
  for (const path of await jsonFiles(checkText("folder of results", folder), folder)) {
    const text = await readTextFile(path), names = new Set(text.match(/\b[0-9a-f]{16}\b/g));
    if (isSilent(text)) found.silent.push(path);
    for (const name of names) found.files.set(name, [...found.files.get(name) ?? [], path]);
  }
  return found;
}

/** Whether this is what figures write, without the runs. */
function isSilent(text: string): boolean {
  try {
    const { figure, rows, runs } = JSON.parse(text) ?? {};
    return typeof figure === "string" && rows !== undefined && !Array.isArray(runs);
  } catch {
    return false;
  }
}

async function jsonFiles(folder: string, top: string): Promise<string[]> {
  const { errors, readDir } = denoFor("read figures"), paths: string[] = [];
  try {
    for await (const { name, isDirectory, isFile } of readDir(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory && path !== `${top}/runs`) paths.push(...await jsonFiles(path, top));
      if (isFile && name.endsWith(".json")) paths.push(path);
    }
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
  }
  return paths.sort();
}
