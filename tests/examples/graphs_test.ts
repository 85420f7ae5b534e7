// The program of docs/graphs.md, run as it stands there.
import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { graphCollectionNames } from "../../lib/data/mod.ts";
import { graphViewNames } from "../../lib/augment/mod.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const document = await Deno.readTextFile(`${root}docs/graphs.md`);

Deno.test("the program of the page on graphs runs, and its assertions hold", async () => {
  const programs = [...document.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  assertEquals(programs.length, 1);
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/program.ts`, programs[0]);
  const { code, stderr } = await new Deno.Command("deno", {
    args: ["run", "-A", "--check", `--config=${root}deno.json`, `${folder}/program.ts`],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the page on graphs names every collection and every kind of views", () => {
  const missing = [...graphCollectionNames, ...graphViewNames].filter((name) =>
    !document.includes(`\`${name}\``)
  );
  assertEquals(missing, []);
});
