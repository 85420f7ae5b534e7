import { checkLength, checkNumber } from "../core/checks.ts";
import type { Transform } from "./transform.ts";

/**
 * `(value − mean) / std`, per channel.
 *
 * @param mean one number per channel, for values in [0, 1]
 * @param std one positive number per channel
 * @throws {RangeError} if `mean` and `std` differ in length or `std` is not positive; on application, if the image has
 * another number of channels
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { normalize } from "@hscl/hscl/augment";
 * const image = Float32Array.of(0.25, 0.75);
 * normalize([0.5], [0.25]).apply(image, { height: 2, width: 1, channels: 1 }, new Random(0));
 * assertEquals(image[0], -1);
 * assertEquals(image[1], 1);
 * ```
 */
export function normalize(mean: readonly number[], std: readonly number[]): Transform {
  checkLength("std", std, mean.length, "one per item of mean");
  const shift = mean.map((value) => checkNumber("mean", value));
  const scale = std.map((value) => 1 / checkNumber("std", value, { above: 0 }));
  return {
    name: `normalize(mean=[${mean.join(", ")}], std=[${std.join(", ")}])`,
    apply(image, { channels }) {
      checkLength("mean", shift, channels, "one per channel");
      for (let channel = 0; channel < channels; channel++) {
        const m = shift[channel], s = scale[channel];
        for (let i = channel; i < image.length; i += channels) image[i] = (image[i] - m) * s;
      }
    },
  };
}
