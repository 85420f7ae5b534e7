import { createHash } from "node:crypto";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { assembleDataset, stratifiedIndices } from "../../lib/data/assemble.ts";
import type { ImageSet } from "../../lib/data/dataset.ts";

const shape = { height: 1, width: 2, channels: 1 };

/** Images `[i, label]`, so that a picture tells its index and its label. */
function makeSet(labels: number[]): ImageSet {
  const images = Uint8Array.from(labels.flatMap((label, i) => [i, label]));
  return { images, labels: Int32Array.from(labels), count: labels.length };
}

const train = makeSet(Array.from({ length: 60 }, (_, i) => i < 30 ? 0 : i < 50 ? 1 : 2));
const test = makeSet([0, 1, 2, 0]);
const content = { name: "tiny", shape, classes: ["a", "b", "c"], train, test };

Deno.test("stratifiedIndices keeps every class in proportion to within one image", () => {
  for (const count of [1, 2, 3, 6, 7, 30, 59, 60]) {
    const chosen = stratifiedIndices(train.labels, count, new Random(3));
    assertEquals(new Set(chosen).size, count);
    assertEquals([...chosen], [...chosen].sort((a, b) => a - b));
    [30, 20, 10].forEach((size, label) => {
      const found = chosen.filter((index) => train.labels[index] === label).length;
      assert(Math.abs(found - count * size / 60) <= 1, `${found} of class ${label} among ${count}`);
    });
  }
});

Deno.test("stratifiedIndices keeps classes of any size in proportion to within (1 + C·s)/2 images", () => {
  for (
    const sizes of [[200, 20, 20, 20, 20], [100, 1, 1], [60, ...Array<number>(30).fill(1)], [12, 12, 12]]
  ) {
    const labels = Int32Array.from(sizes.flatMap((size, label) => Array<number>(size).fill(label)));
    for (let count = 1; count <= labels.length; count++) {
      const found = new Int32Array(sizes.length);
      for (const index of stratifiedIndices(labels, count, new Random(3))) found[labels[index]]++;
      sizes.forEach((size, label) => {
        const share = size / labels.length, distance = Math.abs(found[label] - count * share);
        assert(
          distance <= (1 + sizes.length * share) / 2 + 1e-9,
          `${found[label]} of ${size} among ${count}`,
        );
      });
    }
  }
});

Deno.test("stratifiedIndices takes labels of any range", () => {
  for (const none of [-1, -(2 ** 31), 2 ** 31 - 1, 1000]) {
    const labels = Int32Array.from({ length: 1000 }, (_, i) => i < 600 ? none : i < 800 ? 0 : 1);
    const counts = new Map<number, number>();
    for (const index of stratifiedIndices(labels, 100, new Random(0))) {
      counts.set(labels[index], (counts.get(labels[index]) ?? 0) + 1);
    }
    assertEquals([none, 0, 1].map((label) => counts.get(label)), [60, 20, 20]);
  }
});

Deno.test("stratifiedIndices is nested, seeded and not just the first ones", () => {
  const few = stratifiedIndices(train.labels, 12, new Random(3));
  const more = new Set(stratifiedIndices(train.labels, 30, new Random(3)));
  assert(few.every((index) => more.has(index)));
  assertEquals(few, stratifiedIndices(train.labels, 12, new Random(3)));
  assertNotEquals(few, stratifiedIndices(train.labels, 12, new Random(4)));
});

Deno.test("assembleDataset keeps images and labels together when it limits a split", () => {
  const limited = assembleDataset(content, { trainImages: 13 });
  assertEquals(limited.train.count, 13);
  assertEquals(limited.train.images.length, 26);
  limited.train.labels.forEach((label, i) => {
    const index = limited.train.images[2 * i];
    assertEquals(train.labels[index], label);
    assertEquals(limited.train.images[2 * i + 1], label);
  });
  assertEquals(limited.test, test);
});

Deno.test("assembleDataset's digest is SHA-256 over shape, pixels and labels of what is returned", () => {
  const hash = createHash("sha256").update("[1,2,1,60,4]");
  for (const { images, labels } of [train, test]) {
    hash.update(images);
    for (const label of labels) hash.update(Uint8Array.of(label, 0, 0, 0));
  }
  const digest = hash.digest("hex");
  assertEquals(assembleDataset(content).digest, digest);
  assertEquals(assembleDataset(content, { trainImages: 60, testImages: 4 }).digest, digest);
  assertNotEquals(assembleDataset(content, { trainImages: 59 }).digest, digest);
  const otherLabel = { ...test, labels: Int32Array.of(0, 1, 2, 1) };
  assertNotEquals(assembleDataset({ ...content, test: otherLabel }).digest, digest);
  const otherPixel = { ...test, images: test.images.map((value, i) => i === 3 ? value + 1 : value) };
  assertNotEquals(assembleDataset({ ...content, test: otherPixel }).digest, digest);
  const otherShape = { height: 2, width: 1, channels: 1 };
  assertNotEquals(assembleDataset({ ...content, shape: otherShape }).digest, digest);
});

Deno.test("assembleDataset refuses sizes that are too large, below one or not whole", () => {
  assertThrows(
    () => assembleDataset(content, { trainImages: 61 }),
    RangeError,
    "Cannot use trainImages as the train split of tiny has 60 images: received 61",
  );
  assertThrows(() => assembleDataset(content, { testImages: 5 }), RangeError, "has 4 images: received 5");
  assertThrows(() => assembleDataset(content, { testImages: 0 }), RangeError, "at least 1");
  assertThrows(() => assembleDataset(content, { trainImages: 1.5 }), TypeError, "integer");
});
