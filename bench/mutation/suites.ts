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
  /** How long they take on the unchanged sources. */
  seconds: number;
  /** How long they may take on a mutant. */
  limitSeconds: number;
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
    suites.push({ args, seconds, limitSeconds: 20 + 4 * seconds });
  }
  return suites.sort((a, b) => a.seconds - b.seconds);
}

/** Runs the tests, the fastest first, until one fails or does not end. */
export async function fateOf(copy: Copy, change: Change, suites: readonly Suite[]): Promise<Fate> {
  const started = performance.now(), seconds = () => (performance.now() - started) / 1000;
  return await copy.with(change, async () => {
    for (const { args, limitSeconds } of suites) {
      const { outcome } = await copy.test(args, limitSeconds);
      if (outcome === "passed") continue;
      return { outcome: outcome === "failed" ? "caught" : outcome, by: args.at(-1), seconds: seconds() };
    }
    return { outcome: "survived", seconds: seconds() };
  });
}
