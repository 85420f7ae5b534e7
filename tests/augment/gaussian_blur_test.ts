import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { gaussianBlur } from "../../lib/augment/gaussian_blur.ts";
import { Random } from "../../lib/core/random.ts";
import type { ImageShape } from "../../lib/data/dataset.ts";
import { assertClose, randomImage } from "./images.ts";

/** Two-dimensional convolution written from the definition; borders by walking back and forth. */
function naiveBlur(image: Float32Array, shape: ImageShape, kernelSize: number, sigma: number): number[] {
  const { height, width, channels } = shape, radius = (kernelSize - 1) / 2, result: number[] = [];
  const mirror = (index: number, length: number) => {
    while (length > 1 && (index < 0 || index >= length)) {
      index = index < 0 ? -index : 2 * (length - 1) - index;
    }
    return length === 1 ? 0 : index;
  };
  for (let i = 0; i < height * width * channels; i++) {
    const c = i % channels, x = Math.floor(i / channels) % width, y = Math.floor(i / channels / width);
    let sum = 0, weights = 0;
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        const weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
        sum += weight * image[(mirror(y + dy, height) * width + mirror(x + dx, width)) * channels + c];
        weights += weight;
      }
    }
    result.push(sum / weights);
  }
  return result;
}

Deno.test("gaussianBlur is the convolution with mirrored borders", () => {
  for (const kernelSize of [1, 3, 5, 9]) {
    const blur = gaussianBlur({ kernelSize, sigma: [1.3, 1.3], probability: 1 });
    for (const [height, width, channels] of [[7, 6, 3], [6, 9, 1], [2, 3, 1], [1, 1, 3], [9, 2, 2]]) {
      const shape = { height, width, channels }, image = randomImage(shape, height);
      const expected = naiveBlur(image, shape, kernelSize, 1.3);
      blur.apply(image, shape, new Random(0));
      assertClose(image, expected);
    }
  }
});

Deno.test("gaussianBlur by hand: a point of light in the middle and in the corner", () => {
  // exp(−1 / 2σ²) = ½ gives the kernel ¼, ½, ¼.
  const sigma = 1 / Math.sqrt(2 * Math.LN2);
  const blur = gaussianBlur({ sigma: [sigma, sigma], probability: 1 }),
    shape = { height: 3, width: 3, channels: 1 };
  const middle = Float32Array.of(0, 0, 0, 0, 16, 0, 0, 0, 0);
  blur.apply(middle, shape, new Random(0));
  assertClose(middle, [4, 4, 4, 4, 4, 4, 4, 4, 4]); // the mirrored middle reaches each border twice
  const corner = Float32Array.of(16, 0, 0, 0, 0, 0, 0, 0, 0);
  blur.apply(corner, shape, new Random(0));
  assertClose(corner, [4, 2, 0, 2, 1, 0, 0, 0, 0]);
});

Deno.test("gaussianBlur blurs as often and as much as its options say", () => {
  const blur = gaussianBlur(), shape = { height: 1, width: 9, channels: 1 }, random = new Random(5);
  const sigmas: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const image = Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0);
    blur.apply(image, shape, random);
    // Neighbour over centre is exp(−1 / 2σ²); below σ ≈ 0.19 the neighbour is too small to see.
    if (image[3] > 1e-6) sigmas.push(Math.sqrt(-0.5 / Math.log(image[3] / image[4])));
  }
  assertAlmostEquals(sigmas.length / 2000, 0.5 * (2 - 0.19) / 1.9, 0.045);
  assert(Math.min(...sigmas) < 0.25 && Math.max(...sigmas) > 1.95 && Math.max(...sigmas) < 2.001);
  assertAlmostEquals(sigmas.reduce((sum, value) => sum + value, 0) / sigmas.length, (2 + 0.19) / 2, 0.07);
  const image = randomImage(shape), before = image.slice();
  gaussianBlur({ probability: 0 }).apply(image, shape, random);
  assertEquals(image, before);
});

Deno.test("gaussianBlur refuses impossible options", () => {
  assertThrows(() => gaussianBlur({ kernelSize: 4 }), RangeError, "must be odd: received 4");
  assertThrows(() => gaussianBlur({ kernelSize: 0 }), RangeError, "kernelSize");
  assertThrows(() => gaussianBlur({ kernelSize: 2.5 }), TypeError, "kernelSize");
  assertThrows(() => gaussianBlur({ sigma: [0, 1] }), RangeError, "sigma[0]");
  assertThrows(() => gaussianBlur({ sigma: [2, 1] }), RangeError, "sigma[1]");
  assertThrows(() => gaussianBlur({ probability: 1.1 }), RangeError, "probability");
});
