import { assert } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import type { ImageShape } from "../../lib/data/dataset.ts";

/** An image of uniform random values in [0, 1). */
export function randomImage({ height, width, channels }: ImageShape, seed = 0): Float32Array {
  const random = new Random(seed).child("image");
  return Float32Array.from({ length: height * width * channels }, () => random.uniform());
}

/** Throws unless both have the same length and items closer than `tolerance`. */
export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6): void {
  assert(actual.length === expected.length, `${actual.length} items, expected ${expected.length}`);
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]);
    assert(difference <= tolerance, `item ${i} is ${actual[i]}, expected ${expected[i]}`);
  }
}
