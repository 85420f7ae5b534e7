import { checkArray, describe } from "./checks.ts";

/**
 * Numbers as floats; the array itself if it is one of floats.
 *
 * @param name of the argument, for errors
 * @throws {TypeError} if it is no array, or an item is no number
 */
export function floatArray(name: string, values: ArrayLike<number>): Float32Array | Float64Array {
  checkArray(name, values, "numbers");
  if (values instanceof Float32Array || values instanceof Float64Array) return values;
  return Float64Array.from(values, (value, i) => {
    if (typeof value === "number") return value;
    throw new TypeError(
      `Cannot use ${name} as each must be a number: received ${describe(value)} at index ${i}`,
    );
  });
}

/** As {@linkcode floatArray}, rounded to float32. */
export function float32Array(name: string, values: ArrayLike<number>): Float32Array {
  const floats = floatArray(name, values);
  return floats instanceof Float32Array ? floats : Float32Array.from(floats);
}
