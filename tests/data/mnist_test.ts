import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../lib/data/data_error.ts";
import { loadMnist } from "../../lib/data/mnist.ts";
import { packageDigits, parseDigits } from "../../scripts/build_digits.ts";

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

Deno.test("MNIST's splits together are the package's images with their labels, each once", async () => {
  // One number per image, label included: a 53-bit rolling hash, so that equal multisets mean equal data.
  const fingerprint = (image: ArrayLike<number>, start: number, label: number) => {
    let hash = label + 1;
    for (let i = 0; i < pixels; i++) hash = (hash * 8191 + image[start + i]) % 1_099_511_627_689;
    return hash;
  };
  const expected: number[] = [];
  (await packageDigits()).forEach((bytes, digit) => {
    for (let start = 0; start < bytes.length; start += pixels) {
      expected.push(fingerprint(bytes, start, digit));
    }
  });
  const found = [whole.train, whole.test].flatMap(({ images, labels }) =>
    Array.from(labels, (label, i) => fingerprint(images, i * pixels, label))
  );
  assertEquals(found.length, 10_000);
  assertEquals(Float64Array.from(found).sort(), Float64Array.from(expected).sort());
});

Deno.test("MNIST's split never changes", () => {
  // Recorded when the split was defined: results of different dates compare only while this holds.
  assertEquals(whole.digest, "9e22b79f892d17e337ee6fbdd9a1ce0ac313c5672c28b3f6d7c890205e3bc1d6");
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

Deno.test("parseDigits gives back the bytes behind the rounded grey levels", () => {
  const levels = Array.from({ length: pixels }, (_, i) => Number(((i % 256) / 255).toFixed(3)));
  const bytes = parseDigits(JSON.stringify({ data: levels }), "x.json");
  assertEquals([...bytes], Array.from({ length: pixels }, (_, i) => i % 256));
});

Deno.test("parseDigits refuses what is not a list of whole images", () => {
  const refused = (text: string, message: string) =>
    assertThrows(() => parseDigits(text, "3.json"), DataError, message);
  refused("{", "Cannot read 3.json as it must be JSON");
  refused("null", '"data" must be a list of 784 numbers per image: received undefined');
  refused('{"data": []}', "received 0 items");
  refused('{"data": [0, 1]}', "received 2 items");
  refused(JSON.stringify({ data: Array(pixels).fill(1.5) }), "in [0, 1]: received 1.5 at item 0");
  refused(JSON.stringify({ data: Array(pixels).fill("x") }), "in [0, 1]: received x at item 0");
});
