import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Change, Copy } from "./copy.ts";

/** The rooms whose numbers are the product. */
export const rooms = ["losses", "hardening", "samplers", "theory", "evaluate", "train"] as const;

// The backends that are always there, once each.
const BACKENDS = String.raw`/(\[(cpu|wasm)\]|[^\]])$/`;

/** Some tests of a room. */
export interface Suite {
  /** Of `deno test`. */
  args: string[];
  /** How long they have taken so far, from the unchanged sources on. */
  seconds: number;
  /** How long they may take on a mutant. */
  limitSeconds: number;
  /** Mutants they have caught. */
  caught: number;
}

/** What became of a mutant. */
export interface Fate {
  outcome: "caught" | "timed out" | "survived";
  /** The tests that caught it. */
  by?: string;
  seconds: number;
}

/** The files of a room's tests, and its documented examples. */
export function testsOf(root: string, room: string): string[][] {
  const files = readdirSync(join(root, "tests", room)).filter((name) => name.endsWith("_test.ts")).sort();
  const filter = `--filter=${BACKENDS}`;
  return [...files.map((name) => [filter, `tests/${room}/${name}`]), [filter, "--doc", `lib/${room}`]];
}

/** Runs each of the tests on the unchanged sources. @throws {Error} if one fails */
export async function measure(copy: Copy, tests: readonly string[][]): Promise<Suite[]> {
  const suites: Suite[] = [];
  for (const args of tests) {
    const { outcome, seconds, output } = await copy.test(args, 600);
    if (outcome !== "passed") {
      throw new Error(`Cannot test mutants as ${args.at(-1)} must pass without: ${outcome}\n${output}`);
    }
    suites.push({ args, seconds, limitSeconds: 20 + 4 * seconds, caught: 0 });
  }
  return suites;
}

/** Runs the tests until some fail or do not end; first those that have taken the least time for each mutant they caught. */
export async function fateOf(copy: Copy, change: Change, suites: readonly Suite[]): Promise<Fate> {
  const started = performance.now(), since = () => (performance.now() - started) / 1000;
  const cost = ({ seconds, caught }: Suite) => seconds / (caught + 1);
  return await copy.with(change, async () => {
    for (const suite of suites.toSorted((a, b) => cost(a) - cost(b))) {
      const { outcome, seconds } = await copy.test(suite.args, suite.limitSeconds);
      suite.seconds += seconds;
      if (outcome === "passed") continue;
      suite.caught++;
      return { outcome: outcome === "failed" ? "caught" : outcome, by: suite.args.at(-1), seconds: since() };
    }
    return { outcome: "survived", seconds: since() };
  });
}
