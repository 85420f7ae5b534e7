import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  assembleDataset,
  type ImageDataset,
  loadCharacters,
  loadMnist,
  validationSplit,
} from "@hscl/hscl/data";

/** A data set of one-pixel images whose pixel is their index. */
function indexed(labels: number[], groups?: number[]): ImageDataset {
  const set = (labels: number[], first: number, groups?: number[]) => ({
    images: Uint8Array.from(labels, (_, i) => first + i),
    labels: Int32Array.from(labels),
    count: labels.length,
    ...(groups ? { groups: Int32Array.from(groups) } : {}),
  });
  const shape = { height: 1, width: 1, channels: 1 }, classes = ["a", "b", "c"];
  const statistics = { mean: [0.25], std: [0.5] };
  return assembleDataset({
    name: "indexed",
    shape,
    statistics,
    classes,
    train: set(labels, 0, groups),
    test: set([0], 200),
  });
}

const sizes = (labels: ArrayLike<number>) =>
  [0, 1, 2].map((c) => Array.from(labels).filter((label) => label === c).length);
const unequal = Array.from({ length: 100 }, (_, i) => i < 60 ? 0 : i < 90 ? 1 : 2);

Deno.test("every training image is in one of the parts, with its label, and the test images in none", () => {
  const data = indexed(unequal), { train, test } = validationSplit(data, { share: 0.3 });
  assertEquals([...train.images, ...test.images].sort((a, b) => a - b), Array.from(data.train.images));
  for (const set of [train, test]) {
    set.images.forEach((pixel, i) => assertEquals(set.labels[i], unequal[pixel]));
    assertEquals(set.images.toSorted(), set.images, "in their order");
  }
});

Deno.test("classes are there in their share to within half an image", () => {
  for (const [share, expected] of [[0.3, [18, 9, 3]], [0.5, [30, 15, 5]], [0.14, [8, 4, 1]]] as const) {
    assertEquals(sizes(validationSplit(indexed(unequal), { share }).test.labels), [...expected]);
  }
});

Deno.test("the seed decides the choice; digest and name tell it from the data set and from other splits", () => {
  const data = indexed(unequal), first = validationSplit(data), other = validationSplit(data, { seed: 1 });
  assertEquals(validationSplit(data, { seed: 0, share: 0.2 }), first);
  assertEquals(other.test.count, 20);
  assertNotEquals(other.test.images, first.test.images);
  assertEquals(new Set([data.digest, first.digest, other.digest]).size, 3);
  assertEquals(first.name, "indexed (validation split)");
  assertEquals([first.statistics, first.classes, first.shape], [data.statistics, data.classes, data.shape]);
});

Deno.test("groups stay together, those of the data set or others, and none are made up", () => {
  const groups = Array.from({ length: 100 }, (_, i) => 7 * (i % 10));
  for (
    const { train, test } of [
      validationSplit(indexed(unequal, groups)),
      validationSplit(indexed(unequal), { groups: groups.map(BigInt) }),
      validationSplit(indexed(unequal, unequal.map((_, i) => i)), { groups }),
    ]
  ) {
    assertEquals(sizes(test.labels), [12, 6, 2]);
    const own = (images: Uint8Array) => new Set(Array.from(images, (pixel) => groups[pixel]));
    assertEquals([own(train.images).size, own(test.images).size], [8, 2]);
    assertEquals(own(train.images).intersection(own(test.images)).size, 0);
  }
  assertEquals(validationSplit(indexed(unequal)).test.groups, undefined);
});

Deno.test("groups are chosen so that the classes come closest to their share", () => {
  // Group 0 has most of class 0; the others are balanced.
  const labels = [...new Array(30).fill(0), ...Array.from({ length: 60 }, (_, i) => i % 3)];
  const groups = labels.map((_, i) => i < 30 ? 0 : 1 + Math.floor((i - 30) / 6));
  for (let seed = 0; seed < 10; seed++) {
    const { test } = validationSplit(indexed(labels, groups), { seed, share: 0.25 });
    assert(!test.groups!.includes(0), `seed ${seed}`);
    const [, b, c] = sizes(test.labels);
    assert(b >= 4 && b <= 6 && b === c, `seed ${seed}: ${sizes(test.labels)}`);
  }
});

Deno.test("characters are split by typeface, limited or not; digits image by image", async () => {
  for (const sizes of [{}, { trainImages: 3000, testImages: 100 }]) {
    const data = await loadCharacters(sizes), { train, test } = validationSplit(data, { share: 0.25 });
    const learned = new Set(train.groups), asked = new Set(test.groups);
    assertEquals([learned.intersection(asked).size, learned.size + asked.size], [0, 130]);
    assertEquals(train.count + test.count, data.train.count);
    assertEquals(new Set(test.labels).size, 62);
    assert(Math.abs(test.count / data.train.count - 0.25) < 0.02, `${test.count}`);
    assertEquals(new Set(data.test.groups).intersection(new Set(data.train.groups)).size, 0);
  }
  const digits = validationSplit(await loadMnist({ trainImages: 1000, testImages: 100 }));
  for (let digit = 0; digit < 10; digit++) {
    const [left, taken] = [digits.train, digits.test].map(({ labels }) =>
      labels.filter((label) => label === digit).length
    );
    assert(Math.abs(taken - 0.2 * (left + taken)) <= 0.5, `${taken} of ${left + taken}`);
  }
});

Deno.test("what cannot be split is refused", () => {
  const data = indexed([0, 0, 1, 1]),
    refused = (expected: string, options: object, given = data) =>
      assertThrows(() => validationSplit(given, options), Error, expected);
  refused("Cannot use share as it must be above 0 and below 1: received 1", { share: 1 });
  refused("Cannot use share as it must be above 0 and below 1: received 0", { share: 0 });
  refused("one per training image", { groups: [0, 1] });
  refused("Cannot use groups as each must be an integer", { groups: [0, 1, 2, 0.5] });
  refused("Cannot use seed as it must be at least 0: received -1", { seed: -1 });
  refused("typefaces", { typefaces: true });
  refused(
    "Cannot split the training images of indexed as some must be there to validate with: " +
      "received none with share 0.2 of them",
    {},
  );
  refused("received none with share 0.2 of 2 groups", { groups: [0, 1, 0, 1] });
  refused(
    'some of each class must be left to train with: received none of "a" with share 0.9',
    { share: 0.9, groups: [0, 0, 1, 1] },
    indexed([0, 0, 1, 1]),
  );
  assertThrows(() => validationSplit(undefined as unknown as ImageDataset), TypeError, "data");
});
