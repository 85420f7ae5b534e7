import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  colorJitter,
} from "../../lib/augment/color_jitter.ts";
import { Random } from "../../lib/core/random.ts";
import { assertClose, randomImage } from "./images.ts";

const gray = { height: 1, width: 2, channels: 1 };
const color = { height: 1, width: 2, channels: 3 };

Deno.test("adjustBrightness multiplies and clamps", () => {
  const image = Float32Array.of(0, 0.25, 0.5, 0.75, 1, 0.6);
  adjustBrightness(image, color, 1.5);
  assertClose(image, [0, 0.375, 0.75, 1, 1, 0.9]);
});

Deno.test("adjustContrast blends with the mean grey level and clamps", () => {
  const image = Float32Array.of(0.2, 0.6);
  adjustContrast(image, gray, 0.5); // mean 0.4
  assertClose(image, [0.3, 0.5]);
  const wide = Float32Array.of(0.1, 0.9);
  adjustContrast(wide, gray, 1.4); // 1.4 · 0.1 − 0.4 · 0.5 = −0.06
  assertClose(wide, [0, 1]);
  // Grey levels 0.2989 (red) and 0.2 · 0.9999 (grey 0.2), mean 0.24944.
  const red = Float32Array.of(1, 0, 0, 0.2, 0.2, 0.2);
  adjustContrast(red, color, 0.5);
  assertClose(red, [0.62472, 0.12472, 0.12472, 0.22472, 0.22472, 0.22472]);
});

Deno.test("adjustSaturation blends with the grey level of each pixel and clamps", () => {
  const image = Float32Array.of(1, 0, 0, 0.2, 0.4, 0.6);
  adjustSaturation(image, color, 0.5);
  // Grey levels 0.2989 and 0.2989 · 0.2 + 0.587 · 0.4 + 0.114 · 0.6 = 0.36298.
  assertClose(image, [0.64945, 0.14945, 0.14945, 0.28149, 0.38149, 0.48149]);
  const strong = Float32Array.of(1, 0, 0, 0.2, 0.4, 0.6);
  adjustSaturation(strong, color, 1.4);
  assertClose(strong, [1, 0, 0, 0.134808, 0.414808, 0.694808]);
});

Deno.test("adjustHue turns hues as Python's colorsys does", () => {
  const shape = { height: 2, width: 3, channels: 3 };
  const image = [0.8, 0.3, 0.1, 0.2, 0.9, 0.4, 0.1, 0.2, 0.7, 0.6, 0.1, 0.5, 0.5, 0.5, 0.5, 0.9, 0.9, 0.2];
  // colorsys.hsv_to_rgb((h + shift) % 1, s, v) of each pixel, Python 3.
  const expected: [shift: number, pixels: number[]][] = [
    [0.1, [0.8, 0.72, 0.1, 0.2, 0.9, 0.82, 0.36, 0.1, 0.7, 0.6, 0.1, 0.2, 0.5, 0.5, 0.5, 0.48, 0.9, 0.2]],
    [-0.25, [0.65, 0.1, 0.8, 0.9, 0.75, 0.2, 0.1, 0.7, 0.3, 0.1, 0.25, 0.6, 0.5, 0.5, 0.5, 0.9, 0.2, 0.55]],
    [0.5, [0.1, 0.6, 0.8, 0.9, 0.2, 0.7, 0.7, 0.6, 0.1, 0.1, 0.6, 0.2, 0.5, 0.5, 0.5, 0.2, 0.2, 0.9]],
    [0, image],
  ];
  for (const [shift, pixels] of expected) {
    const turned = Float32Array.from(image);
    adjustHue(turned, shape, shift);
    assertClose(turned, pixels);
  }
});

Deno.test("adjustHue there and back is the same image, in every sector", () => {
  const shape = { height: 30, width: 30, channels: 3 };
  for (const shift of [0.03, 0.1, 0.31, -0.5]) {
    const image = randomImage(shape), before = image.slice();
    adjustHue(image, shape, shift);
    assert(image.some((value, i) => Math.abs(value - before[i]) > 0.05));
    adjustHue(image, shape, -shift);
    assertClose(image, before, 1e-5);
  }
});

Deno.test("saturation and hue leave images without colour as they are", () => {
  const image = Float32Array.of(0.2, 0.7);
  adjustSaturation(image, gray, 0.1);
  adjustHue(image, gray, 0.3);
  colorJitter({ saturation: 0.9, hue: 0.5 }).apply(image, gray, new Random(0));
  assertEquals(image, Float32Array.of(0.2, 0.7));
});

Deno.test("colorJitter draws its factors uniformly around one, not below zero", () => {
  const factors = (brightness: number) => {
    const jitter = colorJitter({ brightness }), random = new Random(1);
    return Array.from({ length: 2000 }, () => {
      const image = Float32Array.of(0.25, 0.25);
      jitter.apply(image, gray, random);
      return image[0] / 0.25;
    });
  };
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const some = factors(0.4);
  assert(some.every((factor) => factor >= 0.6 - 1e-6 && factor <= 1.4 + 1e-6));
  assert(Math.min(...some) < 0.62 && Math.max(...some) > 1.38);
  assertAlmostEquals(mean(some), 1, 0.021); // four standard errors
  const strong = factors(2);
  assert(Math.min(...strong) >= 0 && Math.max(...strong) > 2.9);
  assertAlmostEquals(mean(strong), 1.5, 0.08);
});

Deno.test("colorJitter changes in either order, the same for the same stream", () => {
  const jitter = colorJitter({ brightness: 0.4, contrast: 0.4 });
  const sums = () =>
    Array.from({ length: 400 }, (_, seed) => {
      const image = Float32Array.of(0, 1);
      jitter.apply(image, gray, new Random(seed));
      return image[0] + image[1];
    });
  const first = sums();
  // Brightness first and above 1 clamps 1 and leaves the sum at 1; contrast first, and below 1, can lift it above.
  assert(first.filter((sum) => Math.abs(sum - 1) < 1e-6).length > 20, "brightness first");
  assert(first.filter((sum) => sum > 1.001).length > 20, "contrast first");
  assertEquals(sums(), first);
});

Deno.test("colorJitter makes every change once", () => {
  const jitter = colorJitter({ brightness: 0.4, contrast: 0.4 }), random = new Random(3);
  for (let n = 0; n < 300; n++) {
    const image = Float32Array.of(0.2, 0.4);
    jitter.apply(image, gray, random);
    // Without clamping, contrast keeps the mean, and brightness the difference over the mean.
    const mean = (image[0] + image[1]) / 2, spread = (image[1] - image[0]) / mean;
    for (const factor of [mean / 0.3, spread / (0.2 / 0.3)]) {
      assert(factor > 0.6 - 1e-5 && factor < 1.4 + 1e-5 && Math.abs(factor - 1) > 1e-6, `factor ${factor}`);
    }
  }
});

Deno.test("colorJitter stays in [0, 1]", () => {
  const shape = { height: 8, width: 8, channels: 3 }, random = new Random(2);
  const jitter = colorJitter({ brightness: 0.9, contrast: 0.9, saturation: 0.9, hue: 0.5 });
  for (let seed = 0; seed < 100; seed++) {
    const image = randomImage(shape, seed);
    jitter.apply(image, shape, random);
    assert(image.every((value) => value >= 0 && value <= 1));
  }
});

Deno.test("colorJitter refuses strengths outside their range", () => {
  for (const name of ["brightness", "contrast", "saturation", "hue"]) {
    assertThrows(() => colorJitter({ [name]: -0.1 }), RangeError, name);
  }
  assertThrows(() => colorJitter({ hue: 0.6 }), RangeError, "hue");
});
