import { checkArray, checkLength, checkNumber, checkObject } from "../core/checks.ts";
import type { ImageSet } from "./dataset.ts";

/** Mean and standard deviation of each channel over all pixels, where black is 0 and white is 1. */
export interface ChannelStatistics {
  /** One number per channel. */
  readonly mean: readonly number[];
  /** One positive number per channel. */
  readonly std: readonly number[];
}

/**
 * The statistics of a set of images. A channel that is the same everywhere counts as of standard deviation 1.
 *
 * @param set pixels 0 … 255
 * @param channels of an image
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { channelStatistics } from "@hscl/hscl/data";
 * const set = { images: Uint8Array.of(0, 255), labels: Int32Array.of(0, 1), count: 2 };
 * assertEquals(channelStatistics(set, 1), { mean: [0.5], std: [0.5] });
 * ```
 */
export function channelStatistics({ images }: ImageSet, channels: number): ChannelStatistics {
  const pixels = images.length / channels;
  const sums = new Float64Array(channels), squares = new Float64Array(channels);
  // Sums of whole numbers, which are exact.
  for (let i = 0; i < images.length; i += channels) {
    for (let channel = 0; channel < channels; channel++) {
      const value = images[i + channel];
      sums[channel] += value;
      squares[channel] += value * value;
    }
  }
  const mean = Array.from(sums, (sum) => sum / pixels / 255);
  const variances = Array.from(squares, (sum, channel) => sum / pixels / 255 ** 2 - mean[channel] ** 2);
  // Of whole numbers, too: rounding leaves some variance where all pixels are alike.
  const alike = (channel: number) => pixels * squares[channel] === sums[channel] * sums[channel];
  return { mean, std: variances.map((variance, channel) => alike(channel) ? 1 : Math.sqrt(variance)) };
}

/** Throws unless these are statistics of so many channels. */
export function checkStatistics(statistics: ChannelStatistics, channels: number): ChannelStatistics {
  checkObject("statistics", statistics);
  for (const [name, values] of Object.entries({ mean: statistics.mean, std: statistics.std })) {
    checkArray(`${name} of the statistics`, values, "numbers");
    checkLength(`${name} of the statistics`, values, channels, "one per channel");
    values.forEach((value) =>
      checkNumber(`${name} of the statistics`, value, name === "std" ? { above: 0 } : {})
    );
  }
  return statistics;
}
