import { checkInteger, checkNumber, describe } from "../core/checks.ts";

/** Throws unless this is a list of rows. */
export function checkList(figure: string, rows: readonly unknown[]): void {
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === "object" && row !== null)) {
    throw new TypeError(`Cannot draw ${figure} as it needs a list of rows: received ${describe(rows)}`);
  }
}

/** Throws unless there are rows, and no two of them with one key. */
export function checkDistinctRows<R>(
  figure: string,
  rows: readonly R[],
  keyOf: (row: R) => string,
  what: string,
): void {
  checkList(figure, rows);
  if (rows.length === 0) {
    throw new RangeError(`Cannot draw ${figure} as it needs at least one row: received none`);
  }
  const seen = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row);
    if (seen.has(key)) {
      throw new RangeError(`Cannot draw ${figure} as ${what} has one row: received two of ${key}`);
    }
    seen.add(key);
  }
}

/** Throws unless the rows are one per β, seed and epoch, of which there is none before the first. */
export function checkEpochRows(
  figure: string,
  rows: readonly { readonly beta: number; readonly seed: number; readonly epoch: number }[],
  firstEpoch: number,
): void {
  checkDistinctRows(
    figure,
    rows,
    ({ beta, seed, epoch }) => `β = ${beta}, seed ${seed}, epoch ${epoch}`,
    "an epoch of a run",
  );
  for (const { beta, seed, epoch } of rows) {
    checkNumber("beta of a row", beta, { min: 0 });
    checkInteger("seed of a row", seed, { min: 0 });
    checkInteger("epoch of a row", epoch, { min: firstEpoch });
  }
}

/** Throws unless this is text. */
export function checkWords(name: string, words: string): void {
  if (typeof words !== "string") {
    throw new TypeError(`Cannot use ${name} as it must be text: received ${describe(words)}`);
  }
}

/** Throws if there are more different values than the figure has room for. */
export function checkRoom(figure: string, what: string, values: readonly unknown[], most: number): void {
  if (values.length > most) {
    throw new RangeError(
      `Cannot draw ${figure} as it has room for at most ${most} ${what}: received ${values.length}`,
    );
  }
}

/** The smallest and the largest value; of any number of them, which the arguments of a function cannot be. */
export function extent(values: readonly number[]): [smallest: number, largest: number] {
  let smallest = Infinity, largest = -Infinity;
  for (const value of values) {
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
  }
  return [smallest, largest];
}

/** The different values, ascending. */
export function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The different values in the order of their first appearance. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** The largest epoch of the rows. */
export function lastEpoch(rows: readonly { epoch: number }[]): number {
  return rows.reduce((epoch, row) => Math.max(epoch, row.epoch), 0);
}

/**
 * The epochs between which a change is counted: from the first of training where there are two or more, as before training
 * the encoder maps all inputs to almost one point.
 *
 * @param epochs ascending
 */
export function epochsOfChange(epochs: readonly number[]): [first: number, last: number] {
  const trained = epochs.filter((epoch) => epoch > 0), counted = trained.length > 1 ? trained : epochs;
  return [counted[0], counted.at(-1)!];
}

/** The rows by β, seed and epoch, so that the order they came in does not matter. */
export function inOrder<R extends { beta: number; seed: number; epoch: number }>(rows: readonly R[]): R[] {
  return rows.toSorted((a, b) => a.beta - b.beta || a.seed - b.seed || a.epoch - b.epoch);
}
