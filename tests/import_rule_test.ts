import { assert, assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url)), lib = join(root, "lib");

/** Which rooms a room may import from; itself always. */
const allowed: Record<string, string[]> = {
  core: [],
  backend: ["core"],
  hardening: ["core"],
  data: ["core"],
  augment: ["core", "data"],
  encoders: ["core", "backend", "data"],
  samplers: ["core", "hardening"],
  losses: ["core", "backend", "hardening"],
  train: ["core", "backend", "hardening", "data", "augment", "encoders", "samplers", "losses"],
  evaluate: ["core", "backend"],
  theory: ["core", "hardening"],
  experiment: [
    "core",
    "hardening",
    "data",
    "augment",
    "encoders",
    "losses",
    "train",
    "evaluate",
    "theory",
  ],
  figures: ["core", "hardening", "data", "losses", "train", "evaluate", "theory", "experiment"],
  notebook: ["core", "data", "losses", "experiment", "figures"],
};

/** Which files outside of the library may import which, as beginnings of paths; the longest that fits a file holds for it. */
const outside: Record<string, string[]> = {
  "cli.ts": ["lib/", "scripts/"],
  "scripts/": ["lib/", "mod.ts", "scripts/"],
  "scripts/cli/": ["lib/", "scripts/cli/"],
  "scripts/build/": ["lib/", "scripts/build/", "scripts/cli/"],
  "bench/": ["lib/", "mod.ts", "scripts/", "bench/"],
  "tests/": ["lib/", "mod.ts", "cli.ts", "scripts/", "bench/", "examples/", "tests/"],
  // What people read and copy has public names only.
  "examples/": [],
  "notebooks/": [],
};

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* sources(path);
    else if (entry.name.endsWith(".ts")) yield path;
  }
}

/** Everything a source file imports, exports from or loads. */
function specifiers(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, ""); // examples in comments import the package by name
  return [...code.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]);
}

Deno.test("rooms import only from rooms to their left", async () => {
  let files = 0, imports = 0;
  const used = new Set<string>();
  for await (const file of sources(lib)) {
    files++;
    const room = relative(lib, file).split(/[\\/]/)[0];
    assert(room in allowed, `lib/${room} is no room of the design`);
    for (const specifier of specifiers(await Deno.readTextFile(file))) {
      assert(!specifier.startsWith("@hscl/hscl"), `${file} imports the whole package`);
      if (!specifier.startsWith(".")) {
        if (room === "figures") assert(!specifier.includes("tensorflow"), `${file} knows of tensors`);
        continue;
      }
      const target = relative(lib, join(dirname(file), specifier)).split(/[\\/]/)[0];
      assert(
        target === room || allowed[room].includes(target),
        `${relative(lib, file)} imports from ${target}`,
      );
      imports++;
      used.add(`${room} ${target}`);
    }
  }
  const unused = Object.entries(allowed).flatMap(([room, targets]) =>
    targets.map((target) => `${room} ${target}`).filter((pair) => !used.has(pair))
  );
  assertEquals(unused, [], "permissions that no file uses");
  assert(files > 50 && imports > 80, `${files} files, ${imports} imports: the search must have missed some`);
});

/** Code of the cells of a notebook. */
function notebookCode(text: string): string {
  const { cells } = JSON.parse(text);
  return cells.filter((cell: { cell_type: string }) => cell.cell_type === "code")
    .map(({ source }: { source: string | string[] }) => [source].flat().join("")).join("\n");
}

async function* filesOutside(): AsyncGenerator<[path: string, code: string]> {
  yield ["cli.ts", await Deno.readTextFile(join(root, "cli.ts"))];
  for (const folder of ["scripts", "bench", "tests", "examples"]) {
    for await (const file of sources(join(root, folder))) {
      yield [relative(root, file).replaceAll("\\", "/"), await Deno.readTextFile(file)];
    }
  }
  for await (const { name } of Deno.readDir(join(root, "notebooks"))) {
    if (!name.endsWith(".ipynb")) continue;
    yield [`notebooks/${name}`, notebookCode(await Deno.readTextFile(join(root, "notebooks", name)))];
  }
}

Deno.test("scripts, bench and tests import in one direction, examples and notebooks public names only", async () => {
  const { exports } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const entries = Object.keys(exports).map((entry) => `@hscl/hscl${entry.slice(1)}`);
  const wrong: string[] = [], counts = Object.fromEntries(Object.keys(outside).map((part) => [part, 0]));
  for await (const [file, code] of filesOutside()) {
    const parts = Object.keys(outside).filter((part) => file.startsWith(part));
    const part = parts.reduce((a, b) => a.length > b.length ? a : b);
    for (const specifier of specifiers(code)) {
      counts[part]++;
      const target = join(dirname(file), specifier).replaceAll("\\", "/");
      const fits = specifier.startsWith(".")
        ? outside[part].some((start) => target.startsWith(start))
        : !specifier.startsWith("@hscl/hscl") || entries.includes(specifier);
      if (!fits) wrong.push(`${file} imports ${specifier}`);
    }
  }
  assertEquals(wrong, []);
  for (const [part, imports] of Object.entries(counts)) assert(imports > 0, `no import found in ${part}`);
});

Deno.test("the library prints nothing and reads no arguments", async () => {
  const offenders: string[] = [];
  for await (const file of sources(lib)) {
    const code = (await Deno.readTextFile(file)).replace(/\/\*[\s\S]*?\*\//g, "");
    if (/\bconsole\.|Deno\.args|Deno\.exit/.test(code)) offenders.push(relative(lib, file));
  }
  assertEquals(offenders, []);
});
