import { assert, assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const lib = fileURLToPath(new URL("../lib/", import.meta.url));

/** Which rooms a room may import from; itself always. */
const allowed: Record<string, string[]> = {
  core: [],
  backend: ["core"],
  hardening: ["core"],
  data: ["core"],
  augment: ["core", "data"],
  encoders: ["core", "backend"],
  samplers: ["core", "data", "hardening"],
  losses: ["core", "hardening", "samplers"],
  train: ["core", "backend", "hardening", "data", "augment", "encoders", "samplers", "losses"],
  evaluate: ["core", "hardening"],
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
  notebook: ["core", "data", "figures"],
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
    }
  }
  assert(files > 50 && imports > 80, `${files} files, ${imports} imports: the search must have missed some`);
});

Deno.test("the library prints nothing and reads no arguments", async () => {
  const offenders: string[] = [];
  for await (const file of sources(lib)) {
    const code = (await Deno.readTextFile(file)).replace(/\/\*[\s\S]*?\*\//g, "");
    if (/\bconsole\.|Deno\.args|Deno\.exit/.test(code)) offenders.push(relative(lib, file));
  }
  assertEquals(offenders, []);
});
