import { checkTransform, type Transform } from "./transform.ts";

/**
 * The transforms one after the other.
 *
 * @param transforms in the order of application; none leaves the image as it is
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { compose, normalize } from "@hscl/hscl/augment";
 * const image = Float32Array.of(0.5, 1);
 * const twice = compose(normalize([0.5], [0.5]), normalize([1], [2]));
 * twice.apply(image, { height: 1, width: 2, channels: 1 }, new Random(0));
 * assertEquals(image[0], -0.5);
 * assertEquals(image[1], 0);
 * ```
 */
export function compose(...transforms: readonly Transform[]): Transform {
  transforms.forEach(checkTransform);
  return {
    name: transforms.map(({ name }) => name).join(" → "),
    apply(image, shape, random) {
      for (const transform of transforms) transform.apply(image, shape, random);
    },
  };
}
