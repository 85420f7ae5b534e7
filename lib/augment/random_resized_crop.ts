import { checkNumber, checkOptions } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import type { ImageShape } from "../data/dataset.ts";
import type { Transform } from "./transform.ts";

/** Options of {@linkcode randomResizedCrop}. */
export interface RandomResizedCropOptions {
  /** Range of the window's area as a share of the image's; `[0.08, 1]` by default. */
  scale?: readonly [min: number, max: number];
  /** Range of the window's width over its height; `[3/4, 4/3]` by default. */
  ratio?: readonly [min: number, max: number];
}

/** A rectangle of whole pixels. */
export interface CropWindow {
  /** First row. */
  top: number;
  /** First column. */
  left: number;
  /** Rows. */
  height: number;
  /** Columns. */
  width: number;
}

const tries = 10;

/**
 * Draws the window of a random resized crop, as torchvision does: area uniform, ratio log-uniform, up to 10 tries until
 * it fits, else the largest central window whose ratio is in range.
 *
 * @param shape the image
 * @param scale range of the share of the area
 * @param ratio range of width over height
 * @param random source of the draws
 */
export function drawCropWindow(
  shape: ImageShape,
  scale: readonly [min: number, max: number],
  ratio: readonly [min: number, max: number],
  random: Random,
): CropWindow {
  const area = shape.height * shape.width;
  const minLog = Math.log(ratio[0]), maxLog = Math.log(ratio[1]);
  for (let attempt = 0; attempt < tries; attempt++) {
    const target = area * random.uniform(scale[0], scale[1]);
    const aspect = Math.exp(random.uniform(minLog, maxLog));
    const width = Math.round(Math.sqrt(target * aspect)), height = Math.round(Math.sqrt(target / aspect));
    if (width > 0 && width <= shape.width && height > 0 && height <= shape.height) {
      const top = random.integer(shape.height - height + 1), left = random.integer(shape.width - width + 1);
      return { top, left, height, width };
    }
  }
  const own = shape.width / shape.height;
  const height = own < ratio[0] ? Math.max(1, Math.round(shape.width / ratio[0])) : shape.height;
  const width = own > ratio[1] ? Math.max(1, Math.round(shape.height * ratio[1])) : shape.width;
  const top = Math.floor((shape.height - height) / 2), left = Math.floor((shape.width - width) / 2);
  return { top, left, height, width };
}

/** For every output value of a line the two input values to mix and the weight of the second. */
class Interpolation {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float64Array;

  /** @param length positions of a line, of `channels` values each */
  constructor(readonly length: number, readonly channels: number) {
    this.first = new Int32Array(length * channels);
    this.second = new Int32Array(length * channels);
    this.weight = new Float64Array(length * channels);
  }

  /** Stretches `size` positions from `start` over the whole line; pixel centres are at halves. */
  set(start: number, size: number): void {
    const { first, second, weight, length, channels } = this, step = size / length;
    for (let x = 0, i = 0; x < length; x++) {
      const position = Math.max(0, (x + 0.5) * step - 0.5);
      const low = Math.floor(position), high = Math.min(low + 1, size - 1);
      for (let channel = 0; channel < channels; channel++, i++) {
        first[i] = (start + low) * channels + channel;
        second[i] = (start + high) * channels + channel;
        weight[i] = position - low;
      }
    }
  }
}

/**
 * Cuts out a random window and stretches it to the size of the image, bilinearly; torchvision's `RandomResizedCrop`.
 *
 * @param options ranges of the window's area and ratio
 * @throws {RangeError} if `scale` is not ascending in (0, 1], or `ratio` not ascending and positive
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { randomResizedCrop } from "@hscl/hscl/augment";
 * const image = Float32Array.from({ length: 64 }, (_, i) => i / 63);
 * randomResizedCrop({ scale: [0.25, 0.25] }).apply(image, { height: 8, width: 8, channels: 1 }, new Random(0));
 * assert(Math.max(...image) - Math.min(...image) < 0.6); // a quarter of the ramp is left
 * ```
 */
export function randomResizedCrop(options: RandomResizedCropOptions = {}): Transform {
  const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3] } = checkOptions(options, { scale: true, ratio: true });
  checkNumber("scale[0]", scale[0], { above: 0 });
  checkNumber("scale[1]", scale[1], { min: scale[0], max: 1 });
  checkNumber("ratio[0]", ratio[0], { above: 0 });
  checkNumber("ratio[1]", ratio[1], { min: ratio[0] });
  const range = (values: readonly number[]) => `[${values.join(", ")}]`;

  let rows = new Interpolation(0, 1), columns = new Interpolation(0, 1);
  let scratch = new Float32Array(0);

  return {
    name: `randomResizedCrop(scale=${range(scale)}, ratio=${range(ratio)})`,
    apply(image, shape, random) {
      const { height, width, channels } = shape, stride = width * channels;
      if (rows.length !== height) rows = new Interpolation(height, 1);
      if (columns.length !== width || columns.channels !== channels) {
        columns = new Interpolation(width, channels);
      }
      if (scratch.length < image.length) scratch = new Float32Array(image.length);
      const window = drawCropWindow(shape, scale, ratio, random);
      rows.set(window.top, window.height);
      columns.set(window.left, window.width);

      // The rows of the window first, to full width; then all rows from these.
      const stretched = scratch, { first, second, weight } = columns;
      const end = (window.top + window.height) * stride;
      for (let row = window.top * stride; row < end; row += stride) {
        for (let i = 0; i < stride; i++) {
          const value = image[row + first[i]];
          stretched[row + i] = value + weight[i] * (image[row + second[i]] - value);
        }
      }
      for (let y = 0, row = 0; y < height; y++, row += stride) {
        const above = rows.first[y] * stride, below = rows.second[y] * stride, share = rows.weight[y];
        for (let i = 0; i < stride; i++) {
          const value = stretched[above + i];
          image[row + i] = value + share * (stretched[below + i] - value);
        }
      }
    },
  };
}
