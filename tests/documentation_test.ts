import { assert, assertEquals } from "@std/assert";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { deno } from "./process.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

Deno.test("every public name and field is documented", async () => {
  const { exports } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const entries: string[] = typeof exports === "string" ? [exports] : Object.values(exports);
  // Who reads the top-level names only finds the types there that they refer to.
  for (const some of [entries, ["mod.ts"]]) {
    const { code, error } = await deno(["doc", "--lint", "--quiet", ...some]);
    const errors = error.split(/^(?=error\[)/m).filter((text) => text.startsWith("error["));
    assertEquals([code, errors], [0, []], error);
  }
});

/** Line numbers of the examples in doc comments that no wrong result would make fail. */
function examplesWithoutAssertion(source: string): number[] {
  const lines: number[] = [];
  const at = (index: number) => source.slice(0, index).split("\n").length;
  for (const comment of source.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const text = comment[0];
    for (const { 0: example, index } of text.matchAll(/@example[\s\S]*?(?=\n \* @|\*\/$)/g)) {
      if (!example.includes("```ts")) lines.push(at(comment.index + index));
    }
    for (const { 1: code, index } of text.matchAll(/```(?:ts|typescript)\b.*\n([\s\S]*?)```/g)) {
      const imported = code.match(/import \{([^}]*)\} from "@std\/assert"/)?.[1].match(/\w+/g) ?? [];
      if (!imported.some((name) => code.includes(`${name}(`))) lines.push(at(comment.index + index));
    }
  }
  return lines.sort((a, b) => a - b);
}

Deno.test("an example that cannot fail is found, and one that can is not", () => {
  const comment = (
    ...lines: string[]
  ) => ["/**", ...lines.map((line) => ` * ${line}`), " */", "const a = 1;", ""];
  const good = [
    "@example",
    "```ts",
    'import { assertEquals } from "@std/assert";',
    "assertEquals(1 + 1, 2);",
    "```",
  ];
  const found = (...comments: string[][]) =>
    examplesWithoutAssertion(comments.flatMap((lines) => comment(...lines)).join("\n"));
  assertEquals(found(good, ["No example."], ["```sh", "ls", "```"]), []);
  assertEquals(found(good, ["@example", "```ts", "console.assert(1 + 1 === 2);", "```"]), [12]);
  assertEquals(found(["Text.", "```ts", "f();", "```", ...good]), [3]);
  assertEquals(found(good.filter((line) => !line.startsWith("assert"))), [3]); // imported, not called
  assertEquals(found(["@example", "See there.", "@returns nothing"]), [2]);
});

Deno.test("every example in lib and mod.ts asserts something", async () => {
  const files = [join(root, "mod.ts")];
  const walk = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) await walk(join(folder, name));
      else if (name.endsWith(".ts")) files.push(join(folder, name));
    }
  };
  await walk(join(root, "lib"));
  let examples = 0;
  const offenders: string[] = [];
  for (const file of files) {
    const source = await Deno.readTextFile(file);
    examples += source.split("@example").length - 1;
    offenders.push(...examplesWithoutAssertion(source).map((line) => `${relative(root, file)}:${line}`));
  }
  assert(examples > 100, `${examples} examples: the search must have missed some`);
  assertEquals(offenders, [], "examples without an assertion from @std/assert");
});
