import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { compose } from "../../lib/augment/compose.ts";
import { normalize } from "../../lib/augment/normalize.ts";
import { randomApply } from "../../lib/augment/random_apply.ts";
import { randomGrayscale } from "../../lib/augment/random_grayscale.ts";
import { randomHorizontalFlip } from "../../lib/augment/random_horizontal_flip.ts";
import type { Transform } from "../../lib/augment/transform.ts";
import { Random } from "../../lib/core/random.ts";
import { assertClose } from "./images.ts";

/** How often the transform changes an image with three different colours. */
function rate(transform: Transform): number {
  const shape = { height: 1, width: 2, channels: 3 }, random = new Random(6);
  let changed = 0;
  for (let i = 0; i < 2000; i++) {
    const image = Float32Array.of(0, 0.1, 0.2, 0.3, 0.4, 0.5), before = image.slice();
    transform.apply(image, shape, random);
    if (image.some((value, j) => value !== before[j])) changed++;
  }
  return changed / 2000;
}

Deno.test("randomHorizontalFlip mirrors columns and keeps rows and channels", () => {
  const flip = randomHorizontalFlip(1), random = new Random(0);
  const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  flip.apply(image, { height: 2, width: 2, channels: 3 }, random);
  assertEquals([...image], [4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
  const odd = Float32Array.of(1, 2, 3, 4, 5, 6);
  flip.apply(odd, { height: 2, width: 3, channels: 1 }, random);
  assertEquals([...odd], [3, 2, 1, 6, 5, 4]);
});

Deno.test("randomGrayscale replaces a colour by its luma", () => {
  const image = Float32Array.of(1, 0, 0, 0.2, 0.4, 0.6);
  randomGrayscale(1).apply(image, { height: 1, width: 2, channels: 3 }, new Random(0));
  assertClose(image, [0.2989, 0.2989, 0.2989, 0.36298, 0.36298, 0.36298]);
  const gray = Float32Array.of(0.3, 0.6, 0.9);
  randomGrayscale(1).apply(gray, { height: 1, width: 3, channels: 1 }, new Random(0));
  assertEquals(gray, Float32Array.of(0.3, 0.6, 0.9));
});

Deno.test("normalize centres and scales each channel", () => {
  const image = Float32Array.of(0.5, 0.5, 0.5, 1, 0, 0.25);
  normalize([0.5, 0.25, 0], [1, 0.5, 0.25]).apply(image, { height: 2, width: 1, channels: 3 }, new Random(0));
  assertClose(image, [0, 0.5, 2, 0.5, -0.5, 1]);
});

Deno.test("normalize refuses the wrong number of channels and a standard deviation of zero", () => {
  assertThrows(() => normalize([0, 0], [1]), RangeError, "std");
  assertThrows(() => normalize([0], [0]), RangeError, "std");
  assertThrows(() => normalize([NaN], [1]), TypeError, "mean");
  const one = normalize([0], [1]);
  assertThrows(
    () => one.apply(new Float32Array(3), { height: 1, width: 1, channels: 3 }, new Random(0)),
    RangeError,
    "one per channel",
  );
});

Deno.test("compose applies in order and names its parts", () => {
  const double: Transform = { name: "double", apply: (image) => image.forEach((v, i) => image[i] = 2 * v) };
  const increment: Transform = {
    name: "increment",
    apply: (image) => image.forEach((v, i) => image[i] = v + 1),
  };
  const both = compose(double, increment);
  assertEquals(both.name, "double → increment");
  const image = Float32Array.of(3);
  both.apply(image, { height: 1, width: 1, channels: 1 }, new Random(0));
  assertEquals(image[0], 7);
});

Deno.test("flip, grayscale and randomApply act with their probability", () => {
  const invert: Transform = { name: "invert", apply: (image) => image.forEach((v, i) => image[i] = 1 - v) };
  const makers = [randomHorizontalFlip, randomGrayscale, (p: number) => randomApply(p, invert)];
  for (const make of makers) {
    assertEquals([rate(make(0)), rate(make(1))], [0, 1]);
    for (const p of [0.2, 0.8]) assertAlmostEquals(rate(make(p)), p, 0.036); // four standard errors
    assertThrows(() => make(-0.1), RangeError, "p as it must be");
    assertThrows(() => make(1.1), RangeError, "p as it must be");
  }
});
