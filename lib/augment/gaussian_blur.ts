import { checkInteger, checkNumber, checkOptions } from "../core/checks.ts";
import type { ImageShape } from "../data/dataset.ts";
import type { Transform } from "./transform.ts";

/** Options of {@linkcode gaussianBlur}. */
export interface GaussianBlurOptions {
  /** Width of the kernel in pixels, odd; 3 by default. */
  kernelSize?: number;
  /** The standard deviation in pixels is uniform in this range; `[0.1, 2]` by default. */
  sigma?: readonly [min: number, max: number];
  /** How often to blur at all; 0.5 by default. */
  probability?: number;
}

/** Position of `index` in a line of `length`, mirrored about the border pixels (`cb|abcd|cb`). */
function reflect101(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}

/**
 * Gaussian blur with a random width: convolution along rows, then columns, with weights ∝ `exp(−x² / 2σ²)`, borders
 * mirrored about the border pixel, as OpenCV's `GaussianBlur` does by default.
 *
 * @param options kernel size, range of the standard deviation, probability
 * @throws {TypeError} if `kernelSize` is not an integer
 * @throws {RangeError} if `kernelSize` is not odd and positive, `sigma` not ascending and positive, `probability` not
 * in [0, 1]
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { gaussianBlur } from "@hscl/hscl/augment";
 * const image = Float32Array.of(0, 0, 1, 0, 0);
 * const blur = gaussianBlur({ sigma: [1, 1], probability: 1 });
 * blur.apply(image, { height: 1, width: 5, channels: 1 }, new Random(0));
 * assertEquals(image[1], image[3]);
 * assertAlmostEquals(image[1] / image[2], Math.exp(-0.5), 1e-6);
 * ```
 */
export function gaussianBlur(options: GaussianBlurOptions = {}): Transform {
  checkOptions(options, { kernelSize: true, sigma: true, probability: true });
  const { kernelSize = 3, sigma: [minSigma, maxSigma] = [0.1, 2], probability = 0.5 } = options;
  if (checkInteger("kernelSize", kernelSize, { min: 1 }) % 2 === 0) {
    throw new RangeError(`Cannot use kernelSize as it must be odd: received ${kernelSize}`);
  }
  checkNumber("sigma[0]", minSigma, { above: 0 });
  checkNumber("sigma[1]", maxSigma, { min: minSigma });
  checkNumber("probability", probability, { min: 0, max: 1 });

  const radius = (kernelSize - 1) / 2;
  // Item x: the weight at distance x, and where the two lines at that distance begin. At least one distance, so that
  // the first pass over a line can take it along.
  const taps = Math.max(1, radius);
  const weights = new Float64Array(taps + 1);
  const before = new Int32Array(taps + 1), after = new Int32Array(taps + 1);
  let padded = new Float32Array(0), scratch = new Float32Array(0);

  function setWeights(sigma: number): void {
    let sum = 0;
    for (let x = 0; x <= radius; x++) {
      weights[x] = Math.exp(-x * x / (2 * sigma * sigma));
      sum += x === 0 ? weights[x] : 2 * weights[x];
    }
    for (let x = 0; x <= radius; x++) weights[x] /= sum;
  }

  /** Weighted sum of the line of `length` values at `centre` and those at `before` and `after` it. */
  function blurLine(
    from: Float32Array,
    centre: number,
    to: Float32Array,
    start: number,
    length: number,
  ): void {
    const weight0 = weights[0], weight1 = weights[1], before1 = before[1], after1 = after[1];
    for (let i = 0; i < length; i++) {
      to[start + i] = weight0 * from[centre + i] + weight1 * (from[before1 + i] + from[after1 + i]);
    }
    for (let x = 2; x <= radius; x++) {
      const weight = weights[x], beforeX = before[x], afterX = after[x];
      for (let i = 0; i < length; i++) to[start + i] += weight * (from[beforeX + i] + from[afterX + i]);
    }
  }

  function blurRows(image: Float32Array, { height, width, channels }: ImageShape): void {
    const stride = width * channels, pad = taps * channels, line = padded;
    for (let x = 1; x <= taps; x++) {
      before[x] = pad - x * channels;
      after[x] = pad + x * channels;
    }
    for (let row = 0; row < height * stride; row += stride) {
      for (let i = 0; i < stride; i++) line[pad + i] = image[row + i];
      for (let x = 1; x <= taps; x++) {
        const left = pad - x * channels, right = pad + (width - 1 + x) * channels;
        const leftSource = pad + reflect101(-x, width) * channels;
        const rightSource = pad + reflect101(width - 1 + x, width) * channels;
        for (let channel = 0; channel < channels; channel++) {
          line[left + channel] = line[leftSource + channel];
          line[right + channel] = line[rightSource + channel];
        }
      }
      blurLine(line, pad, scratch, row, stride);
    }
  }

  function blurColumns(image: Float32Array, { height, width, channels }: ImageShape): void {
    const stride = width * channels;
    for (let y = 0; y < height; y++) {
      for (let x = 1; x <= taps; x++) {
        before[x] = reflect101(y - x, height) * stride;
        after[x] = reflect101(y + x, height) * stride;
      }
      blurLine(scratch, y * stride, image, y * stride, stride);
    }
  }

  return {
    name:
      `gaussianBlur(kernelSize=${kernelSize}, sigma=[${minSigma}, ${maxSigma}], probability=${probability})`,
    apply(image, shape, random) {
      if (!random.chance(probability)) return;
      setWeights(random.uniform(minSigma, maxSigma));
      const paddedLength = (shape.width + 2 * taps) * shape.channels;
      if (padded.length < paddedLength) padded = new Float32Array(paddedLength);
      if (scratch.length < image.length) scratch = new Float32Array(image.length);
      blurRows(image, shape);
      blurColumns(image, shape);
    },
  };
}
