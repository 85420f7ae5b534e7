import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { checkInteger, checkNumber, checkPlaces, describe } from "./checks.ts";

/**
 * A seeded stream of random numbers that can be split into named child streams.
 *
 * A stream is identified by its path (`seed/child/grandchild`); its generator (xoroshiro128+) starts from the SHA-256
 * of that path. So a child does not depend on how many numbers its parent or its siblings have drawn, and adding a
 * random choice in one place changes no number in another.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * const weights = new Random(7).child("encoder").child("conv1");
 * const again = new Random(7).child("encoder").child("conv1");
 * assertEquals(weights.uniform(), again.uniform());
 * ```
 */
export class Random {
  /** The names from the seed down to this stream, joined by slashes. */
  readonly path: string;
  readonly #generator: { next(): number };
  #spareNormal: number | undefined;

  /**
   * Starts the root stream of a seed.
   *
   * @param seed a non-negative integer
   * @throws {TypeError} if `seed` is not an integer
   * @throws {RangeError} if `seed` is negative
   */
  constructor(seed: number | { path: string }) {
    this.path = typeof seed === "object" && typeof seed?.path === "string"
      ? seed.path
      : String(checkInteger("seed", seed as number, { min: 0 }));
    const digest = new DataView(sha256(utf8ToBytes(this.path)).buffer);
    this.#generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.getInt32(offset, true)));
  }

  /** The independent stream with this name below this one. */
  child(name: string | number): Random {
    return new Random({ path: `${this.path}/${name}` });
  }

  /** A number in `[0, 1)`, without the checks that would cost those who draw many. */
  #unit(): number {
    return (this.#generator.next() >>> 0) / 0x1_0000_0000;
  }

  /**
   * A number in `[min, max)`; 32 random bits.
   *
   * @throws {TypeError} if an end is not a finite number
   * @throws {RangeError} if `max` is below `min`
   */
  uniform(min: number = 0, max: number = 1): number {
    const width = typeof min === "number" && typeof max === "number" ? max - min : NaN;
    if (!(width >= 0 && width < Infinity)) {
      checkNumber("max", max, { min: checkNumber("min", min) });
      checkNumber("max - min", width); // finite ends may be too far apart
    }
    return min + width * this.#unit();
  }

  /**
   * An integer in `0 … below - 1`.
   *
   * @throws {TypeError} if `below` is not an integer
   * @throws {RangeError} if it is not above 0
   */
  integer(below: number): number {
    if (!(below >= 1 && Number.isInteger(below))) checkInteger("below", below, { min: 1 });
    return Math.floor(this.#unit() * below);
  }

  /** A standard normal number (polar method). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.#unit() - 1, y = 2 * this.#unit() - 1, r2 = x * x + y * y;
      if (r2 > 0 && r2 < 1) {
        const scale = Math.sqrt(-2 * Math.log(r2) / r2);
        this.#spareNormal = y * scale;
        return x * scale;
      }
    }
  }

  /**
   * `true` with the given probability.
   *
   * @throws {TypeError} if it is not a number
   * @throws {RangeError} if it is not in [0, 1]
   */
  chance(probability: number): boolean {
    checkNumber("probability", probability, { min: 0, max: 1 });
    return this.#unit() < probability;
  }

  /**
   * The integers `0 … length - 1` in random order (Fisher–Yates).
   *
   * @throws {TypeError} if `length` is not an integer
   * @throws {RangeError} if it is below 0 or above 2²⁸
   */
  permutation(length: number): Int32Array {
    checkInteger("length", length, { min: 0 });
    checkPlaces("length", { length });
    const order = Int32Array.from({ length }, (_, index) => index);
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

/** Throws unless `value` is a stream of random numbers. */
export function checkRandom(name: string, value: Random): Random {
  if (value instanceof Random) return value;
  throw new TypeError(
    `Cannot use ${name} as it must be a stream, such as new Random(0): received ${describe(value)}`,
  );
}
