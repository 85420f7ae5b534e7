import { Random } from "../lib/core/random.ts";

const setting = Deno.env.get("HSCL_TEST");
if (setting !== undefined && setting !== "all") {
  throw new RangeError(`Cannot run the tests as HSCL_TEST must be "all" or not set: received "${setting}"`);
}

/** Whether every case of every grid runs, on every backend, as in `deno task test:all`; else what takes no installation and some minutes. */
export const testsEverything = setting === "all";

/**
 * All cases of a grid in `deno task test:all`, else those {@linkcode sampled}.
 *
 * @param options of a case: what it has for each of the grid's options
 * @param together of how many options each combination of values must be met
 */
export function everyOrSampled<T>(
  cases: readonly T[],
  options: (one: T) => readonly unknown[],
  together: 1 | 2 = 2,
): readonly T[] {
  return testsEverything ? cases : sampled(cases, options, together);
}

/** Cases drawn by a fixed seed, in their order, until every value of every option, or every two values that meet, is among them. */
export function sampled<T>(
  cases: readonly T[],
  options: (one: T) => readonly unknown[],
  together: 1 | 2 = 2,
): readonly T[] {
  const met = new Set<string>(), kept: number[] = [];
  for (const index of new Random(0).child("sampled").permutation(cases.length)) {
    const values = options(cases[index]).map((value, option) => `${option}: ${JSON.stringify(value)}`);
    const combinations = together === 1
      ? values
      : values.flatMap((a, i) => values.slice(i).map((b) => `${a}, ${b}`));
    if (combinations.every((combination) => met.has(combination))) continue;
    for (const combination of combinations) met.add(combination);
    kept.push(index);
  }
  return kept.sort((a, b) => a - b).map((index) => cases[index]);
}
