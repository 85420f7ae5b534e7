import { checkNumber } from "../core/checks.ts";
import { checkTransform, type Transform } from "./transform.ts";

/**
 * The transform with probability `p`, else nothing; torchvision's `RandomApply`.
 *
 * @param p in [0, 1]
 * @param transform what to apply, drawn anew for every image
 * @throws {RangeError} if `p` is outside [0, 1]
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { colorJitter, randomApply } from "@hscl/hscl/augment";
 * const jitter = randomApply(0.8, colorJitter({ brightness: 0.4, contrast: 0.4 }));
 * assertEquals(jitter.name, "randomApply(0.8, colorJitter(brightness=0.4, contrast=0.4))");
 * ```
 */
export function randomApply(p: number, transform: Transform): Transform {
  checkNumber("p", p, { min: 0, max: 1 });
  checkTransform(transform);
  return {
    name: `randomApply(${p}, ${transform.name})`,
    apply(image, shape, random) {
      if (random.chance(p)) transform.apply(image, shape, random);
    },
  };
}
