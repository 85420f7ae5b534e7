import { checkNumber } from "../core/checks.ts";
import type { Transform } from "./transform.ts";

/**
 * Mirrors left and right with probability `p`; torchvision's `RandomHorizontalFlip`.
 *
 * @param p in [0, 1]
 * @throws {RangeError} if `p` is outside [0, 1]
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { randomHorizontalFlip } from "@hscl/hscl/augment";
 * const image = Float32Array.of(0.1, 0.2, 0.3);
 * randomHorizontalFlip(1).apply(image, { height: 1, width: 3, channels: 1 }, new Random(0));
 * assertEquals(image[0], Math.fround(0.3));
 * assertEquals(image[2], Math.fround(0.1));
 * ```
 */
export function randomHorizontalFlip(p = 0.5): Transform {
  checkNumber("p", p, { min: 0, max: 1 });
  return {
    name: `randomHorizontalFlip(${p})`,
    apply(image, { height, width, channels }, random) {
      if (!random.chance(p)) return;
      const stride = width * channels;
      for (let row = 0; row < height * stride; row += stride) {
        for (
          let left = row, right = row + stride - channels;
          left < right;
          left += channels, right -= channels
        ) {
          for (let channel = 0; channel < channels; channel++) {
            const value = image[left + channel];
            image[left + channel] = image[right + channel];
            image[right + channel] = value;
          }
        }
      }
    },
  };
}
