// The fuzz tests' own driver, on tests that must fail.
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { deno } from "../process.ts";
import { damage } from "./fuzz.ts";

const driver = new URL("./fuzz.ts", import.meta.url).href;

/** What `deno test` says about a fuzz test with this check, and how it ends. */
async function tried(
  check: string,
  seconds = 2,
  env: Record<string, string> = {},
): Promise<{ code: number; out: string }> {
  const file = await Deno.makeTempFile({ suffix: "_test.ts" });
  await Deno.writeTextFile(
    file,
    `import { fuzz } from ${JSON.stringify(driver)};
     fuzz("numbers", 7, 50, (random) => random.integer(1000), ${check}, ${seconds});
     fuzz("others", 7, 2, (random) => random.integer(1000), () => {});`,
  );
  try {
    return await deno(["test", "-A", "--quiet", "--no-check", file], { HSCL_TEST: "all", ...env });
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("a fuzz test passes if all its cases do, and runs in test:all only", async () => {
  const all = await tried("() => {}");
  assertEquals(all.code, 0, all.out);
  assertMatch(all.out, /fuzz: numbers, 50 cases from seed 7 .*ok/);
  assertMatch(all.out, /2 passed/);
});

Deno.test("a failure names seed and case, which fails alone as well", async () => {
  const numbers = Array.from({ length: 50 }, (_, i) => new Random(7).child("numbers").child(i).integer(1000));
  const large = numbers.findIndex((number) => number >= 900);
  const check = '(n) => { if (n >= 900) throw new Error("n is " + n); }';
  const { code, out } = await tried(check);
  assertEquals(code, 1, out);
  assertMatch(
    out,
    new RegExp(`Case ${large} of seed 7 fails \\(HSCL_FUZZ=7/${large} .*n is ${numbers[large]}`),
  );
  const alone = await tried(check, 2, { HSCL_FUZZ: `7/${large}` });
  assertMatch(alone.out, new RegExp(`numbers, 1 cases from seed 7[\\s\\S]*n is ${numbers[large]}`));
  assertEquals((await tried(check, 2, { HSCL_FUZZ: `7/${large - 1}` })).code, 0);
});

Deno.test("a case that hangs, takes 2 GiB or ends the process fails", async () => {
  const hanging = await tried("() => { for (;;); }");
  assertMatch(hanging.out, /Case 0 of seed 7 fails.*it takes more than 2 seconds/);
  const waiting = await tried("(n) => n > 900 ? new Promise(() => {}) : undefined");
  assertMatch(waiting.out, /Case \d+ of seed 7 fails.*it takes more than 2 seconds/);
  const large = await tried(
    "() => { const kept = new Uint8Array(2.2e9); for (let i = 0; i < 2.2e9; i += 4096) kept[i] = 1; }",
    60,
  );
  assertMatch(large.out, /Case 0 of seed 7 fails.*needs 2\.\d GiB of memory/);
  const ended = await tried("(n) => { if (n > 900) Deno.exit(0); }");
  assertMatch(ended.out, /Case \d+ of seed 7 fails/);
});

Deno.test("damage is decided by the seed, and changes most files", () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => i);
  const damaged = (seed: number) => damage(bytes, new Random(seed));
  assertEquals(damaged(3), damaged(3));
  assertNotEquals(damaged(3), damaged(4));
  const kinds = new Set<string>();
  let same = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { bytes: other, how } = damaged(seed);
    for (const kind of how) kinds.add(kind);
    if (String(other) === String(bytes)) same++;
  }
  assertEquals(kinds.size, 8);
  assertEquals(same < 20, true, `${same} of 200 are the same`);
  assertEquals(bytes, Uint8Array.from({ length: 200 }, (_, i) => i));
  for (let seed = 0; seed < 50; seed++) damage(new Uint8Array(0), new Random(seed));
});
