import { assertAlmostEquals, assertEquals } from "@std/assert";
import { channelStatistics } from "@hscl/hscl/data";

/** The statistics of images of one channel that are all their pixels. */
const statisticsOf = (images: Uint8Array) =>
  channelStatistics({ images, labels: new Int32Array(1), count: 1 }, 1);

Deno.test("a channel that is the same everywhere has standard deviation 1, whatever its level and size", () => {
  for (const size of [1, 3, 784, 10_007]) {
    for (let level = 0; level <= 255; level++) {
      const { mean: [mean], std } = statisticsOf(new Uint8Array(size).fill(level));
      assertAlmostEquals(mean, level / 255, 1e-15);
      assertEquals(std, [1], `${size} pixels of ${level}`);
    }
  }
});

Deno.test("one pixel that differs from many makes a standard deviation, however small", () => {
  const images = new Uint8Array(1_000_000).fill(200), share = 1e-6;
  images[5] = 201;
  const { std: [std] } = statisticsOf(images);
  assertAlmostEquals(std / (Math.sqrt(share * (1 - share)) / 255), 1, 1e-5);
});

Deno.test("each channel has its own mean and standard deviation", () => {
  const images = Uint8Array.of(0, 10, 7, 255, 20, 7), set = { images, labels: Int32Array.of(0, 1), count: 2 };
  const { mean, std } = channelStatistics(set, 3);
  [127.5, 15, 7].forEach((level, channel) => assertAlmostEquals(mean[channel], level / 255, 1e-15));
  [127.5, 5].forEach((level, channel) => assertAlmostEquals(std[channel], level / 255, 1e-15));
  assertEquals(std[2], 1);
});
