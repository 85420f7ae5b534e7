/**
 * Prints the files of tests that run more, or other cases, where everything is tested: those that import what says whether it is,
 * directly or not. The others are the same with `deno task test` and `deno task test:all`.
 */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const tests = dirname(fileURLToPath(import.meta.url)), decides = join(tests, "grids.ts");

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sources(join(folder, name));
    else if (name.endsWith(".ts")) yield join(folder, name);
  }
}

const importers = new Map<string, string[]>();
for await (const path of sources(tests)) {
  for (const [, specifier] of (await Deno.readTextFile(path)).matchAll(/ from "(\.[^"]+)"/g)) {
    const imported = join(dirname(path), specifier);
    importers.set(imported, [...importers.get(imported) ?? [], path]);
  }
}

const found = new Set([decides]); // grows while it is walked
for (const path of found) importers.get(path)?.forEach((importer) => found.add(importer));
const names = [...found].filter((path) => path.endsWith("_test.ts")).map((path) =>
  relative(dirname(tests), path)
);
console.log(names.sort().join("\n"));
