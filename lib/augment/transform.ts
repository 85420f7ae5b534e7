import { describe } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import type { ImageShape } from "../data/dataset.ts";

/** A random change of one image. */
export interface Transform {
  /** What it does and with which parameters, for run records. */
  readonly name: string;
  /**
   * Changes one image in place.
   *
   * @param image `[height, width, channels]`, row-major; in [0, 1] until it is normalised
   * @param shape its height, width and channels
   * @param random every draw comes from here
   */
  apply(image: Float32Array, shape: ImageShape, random: Random): void;
}

/** Throws unless `value` is a transform. */
export function checkTransform(value: Transform): void {
  if (typeof value?.apply === "function" && typeof value === "object") return;
  throw new TypeError(
    `Cannot use a transform as it must be one, such as randomHorizontalFlip(): received ${describe(value)}`,
  );
}
