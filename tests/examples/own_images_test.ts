// The programs of docs/your_own_data.md, run as they stand there.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { series, writeFiles } from "../data/image_files.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The program of the document that has a text in it. */
async function programWith(text: string): Promise<string> {
  const document = await Deno.readTextFile(`${root}docs/your_own_data.md`);
  const programs = [...document.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  const [program, ...more] = programs.filter((code) => code.includes(text));
  assert(program !== undefined && more.length === 0, `programs with ${text}`);
  return program;
}

/** Runs a program in a folder, and returns what it prints. */
async function run(program: string, folder: string): Promise<string> {
  await Deno.writeTextFile(`${folder}/program.ts`, program);
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-A", "--check", `--config=${root}deno.json`, `${folder}/program.ts`],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await body(folder).finally(() => Deno.remove(folder, { recursive: true }));
}

Deno.test("from own images to a map of new ones takes at most twelve lines", () =>
  inFolder(async (folder) => {
    const program = await programWith(`"photos"`);
    const lines = program.split("\n").filter((line) => line !== "" && !line.startsWith("import "));
    assert(lines.length <= 12, `${lines.length} lines`);
    await writeFiles(folder, { ...series("photos/cats", 25, 20, 16), ...series("photos/dogs", 25, 200, 16) });
    await writeFiles(folder, {
      ...series("new_photos/cats", 10, 30, 40),
      ...series("new_photos/dogs", 10, 220, 9),
    });
    await run(program, folder);
    const page = await Deno.readTextFile(`${folder}/map.html`);
    for (const shown of ["New photos", `"name":"cats"`, "dogs/9.png"]) assertStringIncludes(page, shown);
  }));

Deno.test("a model of layers becomes an encoder as the document says", () =>
  inFolder(async (folder) => {
    assertEquals(await run(await programWith("layersEncoder"), folder), "64 64\n");
  }));
