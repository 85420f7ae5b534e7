import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import type { ImageDataset } from "../../lib/data/dataset.ts";
import { syntheticImages, type SyntheticOptions } from "../../lib/data/synthetic.ts";

/** Share of test images whose nearest class mean of training pixels is their own class's. */
function nearestClassMeanAccuracy({ train, test, classes }: ImageDataset): number {
  const size = train.images.length / train.count;
  const means = classes.map((_, label) => {
    const mean = new Float64Array(size);
    let count = 0;
    for (let i = 0; i < train.count; i++) {
      if (train.labels[i] !== label) continue;
      count++;
      for (let j = 0; j < size; j++) mean[j] += train.images[i * size + j];
    }
    return mean.map((value) => value / count);
  });
  let right = 0;
  for (let i = 0; i < test.count; i++) {
    const distances = means.map((mean) =>
      mean.reduce((sum, value, j) => sum + (value - test.images[i * size + j]) ** 2, 0)
    );
    if (distances.indexOf(Math.min(...distances)) === test.labels[i]) right++;
  }
  return right / test.count;
}

const small = { height: 12, width: 12, trainImages: 600, testImages: 400 } as const;
const accuracy = (options: SyntheticOptions) =>
  nearestClassMeanAccuracy(syntheticImages({ ...small, ...options }));

Deno.test("synthetic classes are apart at overlap 0, one at overlap 1, and closer with every step", () => {
  for (const channels of [1, 3] as const) {
    for (const seed of [0, 1]) assertGreater(accuracy({ overlap: 0, channels, seed }), 0.95);
    const steps = [0.4, 0.7, 0.9].map((overlap) => accuracy({ overlap, channels }));
    assertGreater(steps[0], steps[1] + 0.02);
    assertGreater(steps[1], steps[2] + 0.1);
  }
  // Chance is 0.1 with a standard deviation of 0.015 over 400 images.
  for (const seed of [0, 1, 2]) assertLess(accuracy({ overlap: 1, seed }), 0.16);
});

Deno.test("synthetic images have the wanted shape, balance and range", () => {
  const data = syntheticImages({
    classes: 3,
    height: 9,
    width: 11,
    channels: 3,
    trainImages: 301,
    testImages: 6,
  });
  assertEquals(data.shape, { height: 9, width: 11, channels: 3 });
  assertEquals(data.classes, ["class 0", "class 1", "class 2"]);
  assertEquals(data.train.images.length, 301 * 9 * 11 * 3);
  const sizes = [0, 1, 2].map((label) => data.train.labels.filter((other) => other === label).length);
  assertEquals(sizes, [101, 100, 100]);
  assertEquals([...data.test.labels], [0, 1, 2, 0, 1, 2]);
  const mean = data.train.images.reduce((sum, value) => sum + value, 0) / data.train.images.length;
  assertAlmostEquals(mean, 127.5, 15);
});

Deno.test("synthetic images depend on the seed, and the first ones not on how many there are", () => {
  const options = { ...small, trainImages: 20, testImages: 20 };
  const one = syntheticImages(options);
  assertEquals(one.digest, syntheticImages(options).digest);
  assertNotEquals(one.digest, syntheticImages({ ...options, seed: 1 }).digest);
  assertNotEquals(one.train.images, one.test.images);
  const more = syntheticImages({ ...options, trainImages: 30 });
  assertEquals(more.train.images.subarray(0, one.train.images.length), one.train.images);
  assertEquals(more.test, one.test);
});

Deno.test("synthetic noise is what its option says", () => {
  const options = { ...small, trainImages: 50, testImages: 1, overlap: 0 };
  // Noise alone differs from pixel to pixel; without it neighbours of a smooth image are close.
  const roughness = (noise: number) => {
    const { images } = syntheticImages({ ...options, height: 64, width: 64, noise }).train;
    let sum = 0, count = 0;
    for (let i = 1; i < images.length; i++) {
      const clamped = images[i] === 0 || images[i] === 255 || images[i - 1] === 0 || images[i - 1] === 255;
      if (i % 64 === 0 || clamped) continue;
      sum += (images[i] - images[i - 1]) ** 2;
      count++;
    }
    return Math.sqrt(sum / count / 2) / 255;
  };
  assertLess(roughness(0), 0.025);
  assertAlmostEquals(roughness(0.05), 0.05, 0.01);
});

Deno.test("synthetic options outside their range are refused", () => {
  const refused = (options: SyntheticOptions, message: string, type = RangeError) =>
    assertThrows(() => syntheticImages(options), type, message);
  refused({ overlap: -0.1 }, "overlap");
  refused({ overlap: 1.1 }, "overlap");
  refused({ overlap: NaN }, "overlap", TypeError);
  refused({ noise: -1 }, "noise");
  refused({ classes: 0 }, "classes");
  refused({ height: 7 }, "height");
  refused({ width: 7.5 }, "width", TypeError);
  refused({ channels: 2 as 1 }, "channels as it must be 1 or 3: received 2");
  refused({ trainImages: 0 }, "trainImages");
  refused({ testImages: -1 }, "testImages");
  refused({ seed: -1 }, "seed");
  assert(syntheticImages({ ...small, classes: 1, trainImages: 1, testImages: 1 }).train.count === 1);
});
