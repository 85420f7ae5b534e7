/** Shape and range checks shared by every room. One error names the thing, what was expected and what came. */

/** Shortens any value to something that fits in an error line. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (isArray(value)) {
    const { length } = value;
    const shown = Array.from({ length: Math.min(length, 6) }, (_, i) => describe(value[i])).join(", ");
    return `[${shown}${length > 6 ? `, … (${length} items)` : ""}]`;
  }
  if (typeof value === "object" && value !== null) return describeObject(value);
  return String(value);
}

function isArray(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function describeObject(value: object): string {
  if (value instanceof Promise) return "a Promise, whose value await gives";
  // This room's checks import nothing, so a tensor is known by its parts.
  const { dataId, shape, dtype, isDisposed } = value as Record<string, unknown>;
  if (dataId === undefined || !Array.isArray(shape)) return value.constructor?.name ?? "object";
  return isDisposed === true ? "a tensor that was disposed of" : `a tensor [${shape.join(", ")}] of ${dtype}`;
}

/** Throws unless `value` is a finite number inside the stated range. */
export function checkNumber(
  name: string,
  value: number,
  range: { min?: number; max?: number; above?: number; below?: number } = {},
): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new TypeError(`Cannot use ${name} as it must be a finite number: received ${describe(value)}`);
  }
  const bounds: string[] = [];
  if (range.min !== undefined) bounds.push(`at least ${range.min}`);
  if (range.above !== undefined) bounds.push(`above ${range.above}`);
  if (range.max !== undefined) bounds.push(`at most ${range.max}`);
  if (range.below !== undefined) bounds.push(`below ${range.below}`);
  const inside = (range.min === undefined || value >= range.min) &&
    (range.above === undefined || value > range.above) &&
    (range.max === undefined || value <= range.max) &&
    (range.below === undefined || value < range.below);
  if (!inside) {
    throw new RangeError(`Cannot use ${name} as it must be ${bounds.join(" and ")}: received ${value}`);
  }
  return value;
}

/** Throws unless `value` is an integer inside the stated range. */
export function checkInteger(
  name: string,
  value: number,
  range: { min?: number; max?: number } = {},
): number {
  if (!Number.isInteger(value)) {
    throw new TypeError(`Cannot use ${name} as it must be an integer: received ${describe(value)}`);
  }
  return checkNumber(name, value, range);
}

/** Throws unless `value` is one of `allowed`. */
export function checkOneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) {
    throw new RangeError(
      `Cannot use ${name} as it must be one of ${allowed.join(", ")}: received ${describe(value)}`,
    );
  }
  return value as T;
}

/** Throws unless `value` is true or false. */
export function checkBoolean(name: string, value: boolean): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError(`Cannot use ${name} as it must be true or false: received ${describe(value)}`);
}

/** Throws unless `value` is a text that is not empty. */
export function checkText(name: string, value: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`Cannot use ${name} as it must be a text: received ${describe(value)}`);
}

/** Throws unless `value` is an object. */
export function checkObject(name: string, value: unknown): void {
  if (typeof value === "object" && value !== null && !isArray(value)) return;
  throw new TypeError(`Cannot use ${name} as it must be an object: received ${describe(value)}`);
}

/** Throws unless `options` is an object with no other parts than those `known`: a misspelt one would be without effect. */
export function checkOptions<T extends object>(options: T, known: Readonly<Record<keyof T, true>>): T {
  checkObject("options", options);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return options;
  throw new TypeError(
    `Cannot use options as each must be one of ${Object.keys(known).join(", ")}: received ${
      describe(unknown)
    }`,
  );
}

/**
 * Throws unless `value` is an array or typed array.
 *
 * @param of what it is to hold, in the plural
 */
export function checkArray(name: string, value: unknown, of: string): void {
  if (isArray(value)) return;
  throw new TypeError(`Cannot use ${name} as it must be an array of ${of}: received ${describe(value)}`);
}

/** Throws unless `array` has exactly `length` items. */
export function checkLength(name: string, array: ArrayLike<unknown>, length: number, why: string): void {
  if (array.length !== length) {
    throw new RangeError(
      `Cannot use ${name} as it must have ${length} items (${why}): received ${array.length}`,
    );
  }
}

/** The most places that one call may fill. */
const MOST_PLACES = 2 ** 28;

/**
 * Throws unless the product of two numbers is a number of places that memory and time suffice for.
 *
 * @param name of the number to be made smaller
 * @param parts the two numbers by what they count
 * @param bytes of a place, if it is kept
 */
export function checkPlaces(name: string, parts: Readonly<Record<string, number>>, bytes = 0): void {
  const places = Object.values(parts).reduce((product, part) => product * part, 1);
  if (places <= MOST_PLACES) return;
  const memory = bytes > 0 ? `, which takes at least ${(places * bytes / 2 ** 30).toFixed(1)} GiB` : "";
  throw new RangeError(
    `Cannot use ${name} as ${Object.keys(parts).join(" × ")} must be at most ${MOST_PLACES}: received ${
      Object.values(parts).join(" × ")
    }${memory}`,
  );
}
