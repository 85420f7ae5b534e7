import { assert, assertEquals, assertRejects } from "@std/assert";
import { channelStatistics } from "../../lib/data/channel_statistics.ts";
import { loadCharacters, unpackCharacters } from "../../lib/data/characters.ts";
import * as packed from "../../lib/data/characters_images.ts";
import { DataError } from "../../lib/data/data_error.ts";

const side = 28, pixels = side * side;
const whole = await loadCharacters();
const perTypeface = whole.classes.length;

/** The images of each typeface, by character. */
const typefaces = [whole.train, whole.test].flatMap(({ images, count }) =>
  Array.from({ length: count / perTypeface }, (_, face) =>
    Array.from(whole.classes, (_, character) => {
      const start = (face * perTypeface + character) * pixels;
      return images.subarray(start, start + pixels);
    }))
);

/** How much of the ink of two rows of pixels is not at the same places, in pixels of full ink. */
function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / 255;
}

/** First and last row, or column, that has ink. */
function extent(image: Uint8Array, of: "rows" | "columns"): [first: number, last: number] {
  const inked = [...image.keys()].filter((i) => image[i] > 0)
    .map((i) => of === "rows" ? Math.floor(i / side) : i % side);
  return [Math.min(...inked), Math.max(...inked)];
}

const letters = "abcdefghijklmnopqrstuvwxyz", order = `${letters}${letters.toUpperCase()}0123456789`;
const at = (character: string) => order.indexOf(character);

Deno.test("characters are 8,060 and 2,046 images of 28×28, each of 62 classes as often as the others", () => {
  assertEquals(whole.shape, { height: 28, width: 28, channels: 1 });
  assertEquals(whole.classes.join(""), order);
  assertEquals([whole.train.count, whole.test.count], [8060, 2046]);
  for (const { images, labels, count } of [whole.train, whole.test]) {
    assertEquals([images.length, labels.length], [count * pixels, count]);
    for (let own = 0; own < 62; own++) {
      assertEquals(labels.filter((label) => label === own).length, count / 62);
    }
  }
});

Deno.test("the characters and their split never change", () => {
  // Recorded when they were drawn: results of different dates compare only while this holds.
  assertEquals(whole.digest, "0093ea009f64172b8cd130f7d37a92c2b48901c4ecebadacf6f18ecf54137701");
});

Deno.test("the statistics are those of all images to train with", () => {
  const { mean, std } = channelStatistics(whole.train, 1);
  assert(Math.abs(whole.statistics.mean[0] - mean[0]) < 1e-7);
  assert(Math.abs(whole.statistics.std[0] - std[0]) < 1e-7);
});

Deno.test("no family and no superfamily of typefaces is in both splits, and all are free", () => {
  const families = [...packed.train, ...packed.test];
  assertEquals([packed.train.length, packed.test.length], [130, 33]);
  // The first word names the superfamily, so this holds within a split, too.
  assertEquals(new Set(families.map(([family]) => family.split(" ")[0])).size, families.length);
  for (const [, , license] of families) assert(["OFL-1.1", "Apache-2.0", "UFL-1.0"].includes(license));
});

Deno.test("both splits have typefaces of all kinds, in like proportions", () => {
  const kinds = ["display", "handwriting", "monospace", "sans-serif", "serif"];
  const share = (faces: readonly (readonly string[])[], kind: string) =>
    faces.filter(([, own]) => own === kind).length / faces.length;
  for (const kind of kinds) {
    const test = share(packed.test, kind), train = share(packed.train, kind);
    assert(test > 0.05 && Math.abs(test - train) < 0.04, `${kind}: ${train} and ${test}`);
  }
});

Deno.test("no typeface to test with has nearly the images of one to train with", () => {
  const flat = typefaces.map((images) => Uint8Array.from(images.flatMap((image) => [...image])));
  const ink = flat.map((image) => image.reduce((sum, value) => sum + value, 0) / 255);
  const train = packed.train.length;
  for (let a = train; a < flat.length; a++) {
    for (let b = 0; b < train; b++) {
      const share = difference(flat[a], flat[b]) / ((ink[a] + ink[b]) / 2);
      assert(share > 0.25, `${packed.test[a - train][0]} and ${packed.train[b][0]}: ${share}`);
    }
  }
});

Deno.test("no two characters of a typeface look the same", () => {
  for (const images of typefaces) {
    for (let a = 0; a < perTypeface; a++) {
      for (let b = 0; b < a; b++) assert(difference(images[a], images[b]) >= 1);
    }
  }
});

Deno.test("characters are whole, in the middle, and small letters smaller than capitals", () => {
  for (const images of typefaces) {
    for (const image of images) {
      const [top, bottom] = extent(image, "rows"), [left, right] = extent(image, "columns");
      assert(Math.min(top, left) >= 1 && Math.max(bottom, right) <= side - 2);
      assert(Math.abs(left + right - (side - 1)) <= 1);
    }
    for (const letter of "cosvwxz") {
      const [small] = extent(images[at(letter)], "rows");
      const [capital] = extent(images[at(letter.toUpperCase())], "rows");
      assert(small - capital >= 2);
    }
    const heights = Array.from("acemnorsuvwxz", (letter) => {
      const [top, bottom] = extent(images[at(letter)], "rows");
      return bottom - top + 1;
    }).sort((a, b) => a - b);
    assert(heights[6] >= 9, "large enough to be read");
  }
});

Deno.test("characters stand on one baseline", () => {
  const standing = typefaces.flatMap((images) => Array.from("EHI", (letter) => images[at(letter)]));
  // Those of some handwriting reach below it.
  const low = standing.filter((image) => extent(image, "rows")[1] > 21);
  assert(low.length <= 0.02 * standing.length);
  for (const image of standing) assert(extent(image, "rows")[1] >= 20);
});

Deno.test("a changed character, typeface or order is found, whatever gzip and base64 make of it", async () => {
  const { characters, train, test, images } = packed;
  const own = { characters, train, test, images };
  const middle = images.length >> 1, other = images[middle] === "A" ? "B" : "A";
  const damaged = [
    { ...own, images: images.slice(0, middle) + other + images.slice(middle + 1) },
    { ...own, images: images.slice(0, middle) },
    { ...own, images: images.replace(/.$/, "-") },
    { ...own, characters: characters.replace("ab", "ba") },
    { ...own, train: test, test: train },
    { ...own, test: test.slice(1) },
  ];
  for (const characters of damaged) {
    await assertRejects(
      () => unpackCharacters(characters),
      DataError,
      "Cannot load characters as the library's images must have the SHA-256 ",
    );
  }
  assertEquals((await unpackCharacters(own)).length, typefaces.length * perTypeface * pixels);
});

Deno.test("characters are limited to a balanced part", async () => {
  const { train, test } = await loadCharacters({ trainImages: 8000, testImages: 500 });
  for (const { labels, count } of [train, test]) {
    for (let own = 0; own < 62; own++) {
      assert(Math.abs(labels.filter((label) => label === own).length - count / 62) <= 1);
    }
  }
});
