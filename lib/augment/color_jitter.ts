import { checkNumber, checkOptions } from "../core/checks.ts";
import type { ImageShape } from "../data/dataset.ts";
import { lumaWeights } from "./random_grayscale.ts";
import type { Transform } from "./transform.ts";

/** Options of {@linkcode colorJitter}: the strength of each change, 0 (none) by default. */
export interface ColorJitterOptions {
  /** The factor is uniform in `[max(0, 1 − brightness), 1 + brightness]`. */
  brightness?: number;
  /** The factor is uniform in `[max(0, 1 − contrast), 1 + contrast]`. */
  contrast?: number;
  /** The factor is uniform in `[max(0, 1 − saturation), 1 + saturation]`. */
  saturation?: number;
  /** The shift is uniform in `[−hue, hue]`, in turns of the colour circle; at most 0.5. */
  hue?: number;
}

/** One change of an image in [0, 1] in place, by a factor or (hue) a shift. */
type Adjust = (image: Float32Array, shape: ImageShape, amount: number) => void;

const [red, green, blue] = lumaWeights;

/**
 * Multiplies all values by `factor` and clamps them to [0, 1].
 *
 * @param image `[height, width, channels]` in [0, 1], changed in place
 * @param shape of the image
 * @param factor 0 gives black, 1 the same image
 */
export function adjustBrightness(image: Float32Array, _shape: ImageShape, factor: number): void {
  for (let i = 0; i < image.length; i++) {
    const value = factor * image[i];
    image[i] = value > 1 ? 1 : value;
  }
}

/**
 * Moves all values away from (`factor` > 1) or towards the mean grey level, and clamps them to [0, 1].
 *
 * @param image `[height, width, channels]` in [0, 1], changed in place
 * @param shape of the image
 * @param factor 0 gives the mean grey level, 1 the same image
 */
export function adjustContrast(image: Float32Array, { channels }: ImageShape, factor: number): void {
  let sum = 0;
  if (channels === 3) {
    for (let i = 0; i < image.length; i += 3) {
      sum += red * image[i] + green * image[i + 1] + blue * image[i + 2];
    }
  } else {
    for (let i = 0; i < image.length; i++) sum += image[i];
  }
  const offset = (1 - factor) * sum / (channels === 3 ? image.length / 3 : image.length);
  for (let i = 0; i < image.length; i++) {
    const value = factor * image[i] + offset;
    image[i] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
}

/**
 * Moves every colour away from (`factor` > 1) or towards its grey level, and clamps to [0, 1].
 *
 * @param image `[height, width, 3]` in [0, 1], changed in place; other images stay as they are
 * @param shape of the image
 * @param factor 0 gives grey, 1 the same image
 */
export function adjustSaturation(image: Float32Array, { channels }: ImageShape, factor: number): void {
  if (channels !== 3) return;
  for (let i = 0; i < image.length; i += 3) {
    const r = image[i], g = image[i + 1], b = image[i + 2];
    const offset = (1 - factor) * (red * r + green * g + blue * b);
    const newR = factor * r + offset, newG = factor * g + offset, newB = factor * b + offset;
    image[i] = newR < 0 ? 0 : newR > 1 ? 1 : newR;
    image[i + 1] = newG < 0 ? 0 : newG > 1 ? 1 : newG;
    image[i + 2] = newB < 0 ? 0 : newB > 1 ? 1 : newB;
  }
}

/**
 * Turns every colour by `shift` on the colour circle (the hue of HSV), keeping its saturation and value.
 *
 * @param image `[height, width, 3]` in [0, 1], changed in place; other images stay as they are
 * @param shape of the image
 * @param shift in turns: 1/3 makes red green, 0 gives the same image
 */
export function adjustHue(image: Float32Array, { channels }: ImageShape, shift: number): void {
  if (channels !== 3) return;
  // Hue in sixths of a turn; two turns are added so that it stays positive.
  const turn = 6 * shift + 12;
  for (let i = 0; i < image.length; i += 3) {
    const r = image[i], g = image[i + 1], b = image[i + 2];
    const high = r > g ? (r > b ? r : b) : (g > b ? g : b);
    const low = r < g ? (r < b ? r : b) : (g < b ? g : b);
    const chroma = high - low;
    if (chroma === 0) continue;
    const sixths = (high === r ? (g - b) : high === g ? 2 * chroma + (b - r) : 4 * chroma + (r - g)) / chroma;
    const hue = sixths + turn;
    const sector = Math.floor(hue), rise = chroma * (hue - sector);
    switch (sector % 6) {
      case 0:
        image[i] = high, image[i + 1] = low + rise, image[i + 2] = low;
        break;
      case 1:
        image[i] = high - rise, image[i + 1] = high, image[i + 2] = low;
        break;
      case 2:
        image[i] = low, image[i + 1] = high, image[i + 2] = low + rise;
        break;
      case 3:
        image[i] = low, image[i + 1] = high - rise, image[i + 2] = high;
        break;
      case 4:
        image[i] = low + rise, image[i + 1] = low, image[i + 2] = high;
        break;
      case 5:
        image[i] = high, image[i + 1] = low, image[i + 2] = high - rise;
        break;
    }
  }
}

/**
 * Changes brightness, contrast, saturation and hue by random amounts in random order; torchvision's `ColorJitter`.
 * Only brightness and contrast act on images without three channels.
 *
 * @param options the strength of each of the four
 * @throws {RangeError} if a strength is negative, or hue above 0.5
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { colorJitter } from "@hscl/hscl/augment";
 * const image = Float32Array.of(0.2, 0.4, 0.6);
 * const jitter = colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 });
 * jitter.apply(image, { height: 1, width: 1, channels: 3 }, new Random(0));
 * assert(image.every((value) => value >= 0 && value <= 1));
 * ```
 */
export function colorJitter(options: ColorJitterOptions = {}): Transform {
  const { brightness = 0, contrast = 0, saturation = 0, hue = 0 } = checkOptions(options, {
    brightness: true,
    contrast: true,
    saturation: true,
    hue: true,
  });
  checkNumber("brightness", brightness, { min: 0 });
  checkNumber("contrast", contrast, { min: 0 });
  checkNumber("saturation", saturation, { min: 0 });
  checkNumber("hue", hue, { min: 0, max: 0.5 });
  const factor = (strength: number) => [Math.max(0, 1 - strength), 1 + strength] as const;
  const changes: { adjust: Adjust; strength: number; range: readonly [number, number]; label: string }[] = [
    { adjust: adjustBrightness, strength: brightness, range: factor(brightness), label: "brightness" },
    { adjust: adjustContrast, strength: contrast, range: factor(contrast), label: "contrast" },
    { adjust: adjustSaturation, strength: saturation, range: factor(saturation), label: "saturation" },
    { adjust: adjustHue, strength: hue, range: [-hue, hue] as const, label: "hue" },
  ].filter(({ strength }) => strength > 0);
  const order = new Int32Array(changes.length);
  return {
    name: `colorJitter(${changes.map(({ label, strength }) => `${label}=${strength}`).join(", ")})`,
    apply(image, shape, random) {
      for (let i = 0; i < order.length; i++) order[i] = i;
      for (let i = order.length - 1; i >= 0; i--) {
        const j = random.integer(i + 1);
        const { adjust, range } = changes[order[j]];
        order[j] = order[i];
        adjust(image, shape, random.uniform(range[0], range[1]));
      }
    },
  };
}
