import { assert, assertAlmostEquals, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { type CropWindow, drawCropWindow, randomResizedCrop } from "../../lib/augment/random_resized_crop.ts";
import { Random } from "../../lib/core/random.ts";
import type { ImageShape } from "../../lib/data/dataset.ts";
import { assertClose, randomImage } from "./images.ts";

/** Bilinear stretching of a window, written from the definition: one value at a time, in double precision. */
function naiveResize(image: Float32Array, shape: ImageShape, window: CropWindow): number[] {
  const { height, width, channels } = shape, result: number[] = [];
  const clamp = (value: number, max: number) => Math.min(Math.max(value, 0), max);
  const at = (y: number, x: number, c: number) => {
    const row = window.top + clamp(y, window.height - 1), column = window.left + clamp(x, window.width - 1);
    return image[(row * width + column) * channels + c];
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const v = (y + 0.5) * window.height / height - 0.5, u = (x + 0.5) * window.width / width - 0.5;
        const v0 = Math.floor(v), u0 = Math.floor(u), b = v - v0, a = u - u0;
        result.push(
          (1 - b) * ((1 - a) * at(v0, u0, c) + a * at(v0, u0 + 1, c)) +
            b * ((1 - a) * at(v0 + 1, u0, c) + a * at(v0 + 1, u0 + 1, c)),
        );
      }
    }
  }
  return result;
}

Deno.test("randomResizedCrop is the bilinear stretch of the drawn window", () => {
  const scale = [0.08, 1] as const, ratio = [3 / 4, 4 / 3] as const;
  const crop = randomResizedCrop();
  // Shapes in turn through one transform: its scratch memory must fit each.
  for (let seed = 0; seed < 40; seed++) {
    const shape = [
      { height: 8, width: 8, channels: 1 },
      { height: 9, width: 13, channels: 3 },
      { height: 9, width: 13, channels: 1 },
      { height: 13, width: 9, channels: 1 },
    ][seed % 4];
    const image = randomImage(shape, seed);
    const window = drawCropWindow(shape, scale, ratio, new Random(seed));
    const expected = naiveResize(image, shape, window);
    crop.apply(image, shape, new Random(seed));
    assertClose(image, expected);
  }
});

Deno.test("randomResizedCrop by hand: half of four columns, stretched with half-pixel centres", () => {
  // Half the area of 2×4 pixels at ratio 1 is a window of 2×2 pixels.
  const crop = randomResizedCrop({ scale: [0.5, 0.5], ratio: [1, 1] });
  const seen = new Set<number>();
  for (let seed = 0; seed < 30; seed++) {
    const image = Float32Array.of(0, 0.2, 0.4, 0.6, 0, 0.2, 0.4, 0.6);
    crop.apply(image, { height: 2, width: 4, channels: 1 }, new Random(seed));
    // Columns a, b become a, ¾a + ¼b, ¼a + ¾b, b.
    const a = image[0], b = a + 0.2;
    const row = [a, a + 0.05, a + 0.15, b];
    assertClose(image, [...row, ...row]);
    seen.add(Math.round(a * 10));
  }
  assertEquals([...seen].sort(), [0, 2, 4]);
});

Deno.test("randomResizedCrop of everything changes nothing", () => {
  const shape = { height: 10, width: 10, channels: 3 }, image = randomImage(shape), before = image.slice();
  randomResizedCrop({ scale: [1, 1], ratio: [1, 1] }).apply(image, shape, new Random(0));
  assertEquals(image, before);
});

Deno.test("drawCropWindow stays inside, with area and ratio in range up to whole pixels", () => {
  const shape = { height: 60, width: 80, channels: 1 }, random = new Random(1);
  const areas: number[] = [], tops: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const { top, left, height, width } = drawCropWindow(shape, [0.1, 0.5], [3 / 4, 4 / 3], random);
    assert(top >= 0 && left >= 0 && top + height <= 60 && left + width <= 80);
    const ratio = width / height;
    assert(ratio > 0.71 && ratio < 1.4, `ratio ${ratio}`);
    areas.push(height * width / 4800);
    tops.push(top / (60 - height || 1));
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  assertAlmostEquals(mean(areas), 0.3, 0.012); // four standard errors, and whole pixels
  assertAlmostEquals(mean(tops), 0.5, 0.03);
  assert(Math.min(...areas) < 0.11 && Math.max(...areas) > 0.48);
  assertEquals([Math.min(...tops), Math.max(...tops)], [0, 1]);
});

Deno.test("drawCropWindow draws the ratio on a logarithmic scale", () => {
  const shape = { height: 400, width: 400, channels: 1 }, random = new Random(2);
  let wide = 0;
  for (let i = 0; i < 2000; i++) {
    const { height, width } = drawCropWindow(shape, [0.1, 0.1], [1 / 4, 4], random);
    if (width > height) wide++;
  }
  assertAlmostEquals(wide / 2000, 0.5, 0.045);
});

Deno.test("drawCropWindow falls back to the largest central window in range", () => {
  const square = { height: 10, width: 10, channels: 1 };
  const fallback = (shape: ImageShape, ratio: readonly [number, number]) =>
    drawCropWindow(shape, [1, 1], ratio, new Random(0));
  assertEquals(fallback(square, [5, 6]), { top: 4, left: 0, height: 2, width: 10 });
  assertEquals(fallback(square, [0.1, 0.2]), { top: 0, left: 4, height: 10, width: 2 });
  assertEquals(fallback({ height: 1, width: 16, channels: 1 }, [3 / 4, 4 / 3]), {
    top: 0,
    left: 7,
    height: 1,
    width: 1,
  });
});

Deno.test("randomResizedCrop moves the picture: windows differ from draw to draw", () => {
  const shape = { height: 12, width: 12, channels: 1 }, random = new Random(4);
  const results = new Set(
    Array.from({ length: 20 }, () => {
      const image = randomImage(shape);
      randomResizedCrop().apply(image, shape, random);
      return image.join();
    }),
  );
  assertGreater(results.size, 18);
});

Deno.test("randomResizedCrop refuses impossible ranges", () => {
  assertThrows(() => randomResizedCrop({ scale: [0, 1] }), RangeError, "scale[0]");
  assertThrows(() => randomResizedCrop({ scale: [0.5, 0.4] }), RangeError, "scale[1]");
  assertThrows(() => randomResizedCrop({ scale: [0.5, 1.1] }), RangeError, "scale[1]");
  assertThrows(() => randomResizedCrop({ ratio: [0, 1] }), RangeError, "ratio[0]");
  assertThrows(() => randomResizedCrop({ ratio: [2, 1] }), RangeError, "ratio[1]");
});
