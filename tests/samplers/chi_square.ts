import { assert, assertEquals } from "@std/assert";

// A p-value of 1e-5: some hundred tests of a right sampler pass whatever the seed, and a wrong one's deviates are far above.
const MOST_DEVIATE = 4.265;

/**
 * Asserts that counts fit log-probabilities: none where the probability is 0, and Pearson's χ² of the rest, with the cells
 * of an expectation below 5 put together.
 */
export function assertFits(counts: ArrayLike<number>, logProbabilities: number[], what: string): void {
  const draws = Array.from(counts).reduce((a, b) => a + b);
  let statistic = 0, cells = 0;
  const rare = { expected: 0, count: 0 };
  const add = (count: number, expected: number) => {
    statistic += (count - expected) ** 2 / expected;
    cells++;
  };
  logProbabilities.forEach((log, cell) => {
    const expected = draws * Math.exp(log);
    if (log === -Infinity) assertEquals(counts[cell], 0, `${what}: cell ${cell} has probability 0`);
    else if (expected >= 5) add(counts[cell], expected);
    else {
      rare.expected += expected;
      rare.count += counts[cell];
    }
  });
  if (rare.expected >= 5) add(rare.count, rare.expected);
  else assert(rare.count < 30, `${what}: ${rare.count} draws where ${rare.expected} are expected`);
  if (cells < 2) return;
  // By Wilson and Hilferty, the cube root of χ² over its degrees of freedom is nearly normal.
  const variance = 2 / (9 * (cells - 1));
  const deviate = (Math.cbrt(statistic / (cells - 1)) - (1 - variance)) / Math.sqrt(variance);
  assert(
    deviate < MOST_DEVIATE,
    `${what}: χ² = ${statistic} in ${cells} cells, ${deviate} standard deviations`,
  );
}
