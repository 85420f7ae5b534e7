import { checkNumber } from "../core/checks.ts";
import type { Transform } from "./transform.ts";

/** Weights of red, green and blue in the grey level (ITU-R 601-2 luma, rounded as in torchvision). */
export const lumaWeights = [0.2989, 0.587, 0.114] as const;

const [red, green, blue] = lumaWeights;

/**
 * Replaces colours by their grey level with probability `p`; torchvision's `RandomGrayscale`. Images without three
 * channels stay as they are.
 *
 * @param p in [0, 1]
 * @throws {RangeError} if `p` is outside [0, 1]
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { randomGrayscale } from "@hscl/hscl/augment";
 * const green = Float32Array.of(0, 1, 0);
 * randomGrayscale(1).apply(green, { height: 1, width: 1, channels: 3 }, new Random(0));
 * assert(green.every((value) => value === Math.fround(0.587)));
 * ```
 */
export function randomGrayscale(p = 0.1): Transform {
  checkNumber("p", p, { min: 0, max: 1 });
  return {
    name: `randomGrayscale(${p})`,
    apply(image, { channels }, random) {
      if (!random.chance(p) || channels !== 3) return;
      for (let i = 0; i < image.length; i += 3) {
        image[i] = image[i + 1] = image[i + 2] = red * image[i] + green * image[i + 1] + blue * image[i + 2];
      }
    },
  };
}
