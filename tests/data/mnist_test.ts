import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../lib/data/data_error.ts";
import { loadMnist, unpackDigits } from "../../lib/data/mnist.ts";
import * as packed from "../../lib/data/mnist_images.ts";

const pixels = 28 * 28;
const whole = await loadMnist();

Deno.test("MNIST has 8,000 and 2,000 digits of 28×28 in ten classes", () => {
  assertEquals(whole.shape, { height: 28, width: 28, channels: 1 });
  assertEquals(whole.classes, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  assertEquals([whole.train.count, whole.test.count], [8000, 2000]);
  for (const { images, labels, count } of [whole.train, whole.test]) {
    assertEquals([images.length, labels.length], [count * pixels, count]);
    assertEquals(new Set(labels).size, 10);
  }
});

Deno.test("MNIST's split never changes", () => {
  // Recorded when the split was defined: results of different dates compare only while this holds.
  assertEquals(whole.digest, "9e22b79f892d17e337ee6fbdd9a1ce0ac313c5672c28b3f6d7c890205e3bc1d6");
});

Deno.test("a changed digit or count is found, whatever gzip and base64 make of it", async () => {
  const { counts, images } = packed, swapped = [counts[1], counts[0], ...counts.slice(2)];
  const at = images.length >> 1, other = images[at] === "A" ? "B" : "A";
  const damaged = [
    { counts, images: images.slice(0, at) + other + images.slice(at + 1) },
    { counts, images: images.slice(0, at) },
    { counts, images: images.replace(/.$/, "-") },
    { counts: swapped, images },
  ];
  for (const digits of damaged) {
    await assertRejects(
      () => unpackDigits(digits),
      DataError,
      "Cannot load MNIST as the library's images must have the SHA-256 ",
    );
  }
  assertEquals((await unpackDigits(packed)).length, 10_000 * pixels);
});

Deno.test("MNIST is limited to a balanced part", async () => {
  const { train, test } = await loadMnist({ trainImages: 1000, testImages: 200 });
  assertEquals([train.count, test.count], [1000, 200]);
  const sizeOf = (labels: Int32Array, digit: number) => labels.filter((label) => label === digit).length;
  for (let digit = 0; digit < 10; digit++) {
    const share = sizeOf(whole.train.labels, digit) / 8000 * 1000;
    assertEquals(Math.abs(sizeOf(train.labels, digit) - share) <= 1, true);
  }
});
