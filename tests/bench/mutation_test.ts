import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { candidatesOf, drawn } from "../../bench/mutation/candidates.ts";
import { Copy } from "../../bench/mutation/copy.ts";
import { listMutants, mutated } from "../../bench/mutation/mutants.ts";
import { reportText, shareCaught } from "../../bench/mutation/report.ts";
import { fateOf, measure } from "../../bench/mutation/suites.ts";
import { testsEverything } from "../grids.ts";

const changes = (source: string) => listMutants(source).map(({ change }) => change);

Deno.test("operators, comparisons, numbers, truth values and terms change one at a time", () => {
  assertEquals(changes("const x = a + 2;"), [
    "const x = [a + 2 → a];",
    "const x = [a + 2 → 2];",
    "const x = a [+ → -] 2;",
    "const x = a + [2 → 3];",
  ]);
  assertEquals(changes("const x = i <= n;"), ["const x = i [<= → <] n;", "const x = i [<= → >] n;"]);
  assertEquals(changes("const x = [0, 1, 0.5, true, !a];"), [
    "const x = [[0 → 1], 1, 0.5, true, !a];",
    "const x = [0, [1 → 0], 0.5, true, !a];",
    "const x = [0, [1 → 2], 0.5, true, !a];",
    "const x = [0, 1, [0.5 → 1], true, !a];",
    "const x = [0, 1, 0.5, [true → false], !a];",
    "const x = [0, 1, 0.5, true, [!a → a]];",
  ]);
  assertEquals(changes("const x = a ? b : (c, d);"), [
    "const x = [a ? b : (c, d) → b];",
    "const x = [a ? b : (c, d) → (c, d)];",
  ]);
});

Deno.test("calls become their partner, or leave their argument", () => {
  assertEquals(changes("const x = tf.neg(tf.add(a, b));"), [
    "const x = [tf.neg(tf.add(a, b)) → (tf.add(a, b))];",
    "const x = tf.neg([tf.add(a, b) → a]);",
    "const x = tf.neg(tf.[add → sub](a, b));",
  ]);
  assertEquals(changes("const x = list.some(isOdd), y = add(a, b);"), [
    "const x = list.[some → every](isOdd), y = add(a, b);",
  ]);
});

Deno.test("conditions are settled and statements left out, but not the steps of a loop", () => {
  assertEquals(changes("if (a) check(b);"), [
    "if ([a → true]) check(b);",
    "if ([a → false]) check(b);",
    "if (a) [check(b); → ;]",
  ]);
  assertEquals(changes("for (;; i += 1) f(\n  i,\n);"), ["for (;; i += 1) [f( i, ); → ;]"]);
});

Deno.test("types, imports, strings, comments and errors are left alone", () => {
  const source = `
    import { f } from "./1.ts"; // 1 + 1
    export { g } from "./2.ts";
    /** @example 1 + 1 */
    type T = [1, true, -1] | { [K in "a"]: 0 };
    interface I { n: 1 }
    const a: 1 | 2 = f<1>() as 2, b = "1", c = \`\${a + 1}\`, d = new TypeError(String(1));
    throw new RangeError(\`\${a + 1}\` + (a - 1));
  `;
  assertEquals(changes(source), []);
  // The expression beside a type is none.
  assertEquals(changes("const x = (a as 1)! - 1;").length, 4);
});

Deno.test("a mutant is the source but for its place, which line and column name", () => {
  const source = "const a = 1;\nconst b = a < 3;\n";
  for (const mutant of listMutants(source)) {
    const text = mutated(source, mutant), lines = source.split("\n");
    assertEquals(text.slice(0, mutant.start), source.slice(0, mutant.start));
    assert(text.endsWith(source.slice(mutant.end)) && text !== source);
    assert(
      lines[mutant.line - 1].slice(mutant.column - 1).startsWith(source.slice(mutant.start, mutant.end)),
    );
  }
});

/** A repository with one room of one function, and a test of it. */
async function withRepository(test: string, body: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const folder of ["lib/room", "tests/room"]) {
      await Deno.mkdir(join(root, folder), { recursive: true });
    }
    await Deno.writeTextFile(join(root, "deno.json"), "{}");
    const source = "export const isAdult = (age: number) => age >= 18;\nexport const one: 1 = 1;\n";
    await Deno.writeTextFile(join(root, "lib/room/age.ts"), source);
    const head = 'import { isAdult, one } from "../../lib/room/age.ts";\nif (one !== 1) throw new Error();\n';
    await Deno.writeTextFile(join(root, "tests/room/age_test.ts"), head + test);
    await body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function judge(root: string): Promise<Record<string, string>> {
  const copy = new Copy(root);
  try {
    const suites = await measure(copy, [["tests/room/age_test.ts"]]);
    const fates: Record<string, string> = {};
    for (const candidate of await drawn(copy, [candidatesOf(root, "room")], 9, 0)) {
      fates[candidate.id] = (await fateOf(copy, candidate, suites)).outcome;
    }
    return fates;
  } finally {
    copy.remove();
  }
}

const boundary = "lib/room/age.ts: export const isAdult = (age: number) => age [>= → >] 18;";
const turned = "lib/room/age.ts: export const isAdult = (age: number) => age [>= → <] 18;";
const later = "lib/room/age.ts: export const isAdult = (age: number) => age >= [18 → 19];";

// Seconds of tests in tests: for `deno task test:all`.
const slowTest = testsEverything ? Deno.test : () => {};

slowTest("a weak test lets mutants survive, a sharp one and one that does not end catch them", async () => {
  const weak = 'Deno.test("adult", () => { if (!isAdult(40)) throw new Error(); });';
  const sharp = 'Deno.test("adult", () => { if (!isAdult(18) || isAdult(17)) throw new Error(); });';
  // What does not pass the type check, such as another value of `one`, is no mutant.
  await withRepository(weak, async (root) => {
    assertEquals(await judge(root), { [boundary]: "survived", [turned]: "caught", [later]: "survived" });
  });
  await withRepository(sharp, async (root) => {
    assertEquals(await judge(root), { [boundary]: "caught", [turned]: "caught", [later]: "caught" });
    const copy = new Copy(root), source = await Deno.readTextFile(join(root, "lib/room/age.ts"));
    const change = { file: "lib/room/age.ts", text: source + "for (;;);" };
    const { outcome } = await fateOf(copy, change, [
      { args: ["tests/room/age_test.ts"], seconds: 1, limitSeconds: 3, caught: 0 },
    ]);
    copy.remove();
    assertEquals(outcome, "timed out");
    assertEquals(await Deno.readTextFile(join(root, "lib/room/age.ts")), source);
  });
  await withRepository('Deno.test("adult", () => { throw new Error("as it is"); });', async (root) => {
    await assertRejects(() => judge(root), Error, "must pass without: failed");
  });
});

Deno.test("the share leaves out what changes nothing, and counts a test that does not end", () => {
  const one = (outcome: "caught" | "survived" | "timed out" | "equivalent") => ({
    room: "losses",
    id: `lib/a.ts: ${outcome}`,
    place: "lib/a.ts:1:2",
    outcome,
    seconds: 4,
  });
  const judged = [one("caught"), one("timed out"), one("equivalent"), one("survived"), one("caught")];
  assertEquals(shareCaught(judged), 0.75);
  assertEquals(reportText(judged).split("\n").slice(2), [
    "| losses | 5       | 2      | 1         | 1        | 1          | 75.0 % | 4 s       |",
    "| all    | 5       | 2      | 1         | 1        | 1          | 75.0 % | 4 s       |",
    "survived: lib/a.ts:1:2 lib/a.ts: survived",
  ]);
});
