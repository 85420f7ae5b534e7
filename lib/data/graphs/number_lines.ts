import { denoFor } from "../../core/platform.ts";
import { DataError } from "../data_error.ts";

/** Five times the largest file of the collections that are known here. */
const MOST_BYTES = 128_000_000;
const MOST_COLUMNS = 10_000;

const NEWLINE = 10, COMMA = 44, MINUS = 45, PLUS = 43, ZERO = 48, NINE = 57;
const isSpace = (byte: number) => byte === 32 || byte === 9 || byte === 13;

/** Whether there is a file. */
export async function isFile(path: string): Promise<boolean> {
  const { errors, stat } = denoFor("read graphs");
  try {
    return (await stat(path)).isFile;
  } catch (error) {
    if (error instanceof errors.NotCapable) throw error;
    return false;
  }
}

/** The bytes of a file that is not too large for memory. */
async function readBytes(path: string): Promise<Uint8Array> {
  const { readFile, stat } = denoFor("read graphs");
  const { size } = await stat(path);
  if (size > MOST_BYTES) {
    throw new DataError(`Cannot read ${path} as it must have at most ${MOST_BYTES} bytes: received ${size}`);
  }
  return await readFile(path);
}

function shown(line: Uint8Array): string {
  const text = new TextDecoder().decode(line.subarray(0, 40));
  return JSON.stringify(text.replaceAll(/[\p{C}\uFFFD]/gu, "?")) + (line.length > 40 ? "…" : "");
}

/** The lines of a file, without spaces at their ends; those that are empty at its end are none. */
function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === NEWLINE || isSpace(bytes[end - 1]))) end--;
  for (let start = 0; start < end;) {
    const at = bytes.indexOf(NEWLINE, start), stop = at < 0 || at > end ? end : at;
    let first = start, last = stop;
    while (first < last && isSpace(bytes[first])) first++;
    while (last > first && isSpace(bytes[last - 1])) last--;
    yield bytes.subarray(first, last);
    start = stop + 1;
  }
}

/** Throws when a file has more lines than there can be. */
function checkMost(path: string, number: number, { most, what }: LineCount): void {
  if (number <= most) return;
  throw new DataError(`Cannot read ${path} as it must have at most ${most} lines, ${what}: received more`);
}

/** How many lines a file may have, and why, for errors. */
export interface LineCount {
  most: number;
  what: string;
}

/** Numbers in an array that grows. */
class Growing<T extends Int32Array | Float32Array> {
  #array: T;
  readonly #make: (length: number) => T;
  length = 0;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#array = make(1024);
  }

  push(value: number): void {
    if (this.length === this.#array.length) {
      const longer = this.#make(2 * this.length);
      longer.set(this.#array);
      this.#array = longer;
    }
    this.#array[this.length++] = value;
  }

  get values(): T {
    return this.#array.slice(0, this.length) as T;
  }
}

/** Where the integer that starts at a place ends, and its value; `NaN` if there is none of 32 bits. */
function integerAt(line: Uint8Array, start: number): { value: number; end: number } {
  const sign = line[start] === MINUS ? -1 : 1;
  let end = line[start] === MINUS || line[start] === PLUS ? start + 1 : start, value = 0;
  const first = end;
  for (; line[end] >= ZERO && line[end] <= NINE; end++) value = 10 * value + (line[end] - ZERO);
  return { value: end > first && value < 2 ** 31 ? sign * value : NaN, end };
}

/**
 * Integers of a text file, so many per line, with commas between them.
 *
 * @throws {DataError} if a line is something else, or there are too many
 */
export async function readIntegers(path: string, perLine: number, lines: LineCount): Promise<Int32Array> {
  const values = new Growing((length) => new Int32Array(length));
  let number = 0;
  for (const line of linesOf(await readBytes(path))) {
    checkMost(path, ++number, lines);
    let at = 0;
    for (let column = 0; column < perLine; column++) {
      const { value, end } = integerAt(line, at);
      at = end;
      while (isSpace(line[at])) at++;
      const isLast = column === perLine - 1;
      if (Number.isNaN(value) || (isLast ? at !== line.length : line[at] !== COMMA)) {
        const what = perLine === 1 ? "an integer" : `${perLine} integers with a comma between them`;
        throw new DataError(
          `Cannot read ${path} as each line must be ${what}, of 32 bits: received ${
            shown(line)
          } in line ${number}`,
        );
      }
      values.push(value);
      if (!isLast) at++;
      while (!isLast && isSpace(line[at])) at++;
    }
  }
  return values.values;
}

/** Rows of numbers, all of one length. */
export interface NumberRows {
  /** Numbers in a row. */
  columns: number;
  /** Row-major. */
  values: Float32Array;
}

/**
 * Finite numbers of a text file, equally many on each line, with commas between them.
 *
 * @throws {DataError} if a line is something else, or there are too many
 */
export async function readNumbers(path: string, lines: LineCount): Promise<NumberRows> {
  const values = new Growing((length) => new Float32Array(length)), decoder = new TextDecoder();
  let columns = 0, number = 0;
  for (const line of linesOf(await readBytes(path))) {
    checkMost(path, ++number, lines);
    const parts = decoder.decode(line).split(",");
    if (number === 1) columns = parts.length;
    const numbers = parts.map((part) =>
      /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(part) ? Math.fround(Number(part)) : NaN
    );
    if (columns > MOST_COLUMNS || numbers.length !== columns || !numbers.every(Number.isFinite)) {
      const how = columns > MOST_COLUMNS ? `at most ${MOST_COLUMNS}` : `${columns} finite`;
      throw new DataError(
        `Cannot read ${path} as each line must be ${how} numbers with commas between them: received ${
          shown(line)
        } in line ${number}`,
      );
    }
    numbers.forEach((value) => values.push(value));
  }
  return { columns, values: values.values };
}
