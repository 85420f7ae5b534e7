import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { decode } from "fast-png";
import { imageGrid } from "../../lib/notebook/mod.ts";
import { bundleOf } from "./fixture.ts";

const shape = { height: 1, width: 2, channels: 1 };
const set = { images: Uint8Array.of(0, 50, 100, 150, 200, 250), labels: Int32Array.of(0, 1, 0), count: 3 };

/** Red, green, blue of a pixel. */
function pixel(png: ReturnType<typeof decode>, x: number, y: number): number[] {
  const start = (y * png.width + x) * 3;
  return Array.from(png.data.subarray(start, start + 3));
}

Deno.test("imageGrid: pixels enlarged, frames where asked for, white between", () => {
  const shown = bundleOf(imageGrid(set, shape, [2, 0, 1], { columns: 2, zoom: 3, framed: (i) => i === 0 }));
  const png = decode(Uint8Array.fromBase64(shown["image/png"]));
  // An image is 6 × 3 pixels, with a frame of 2 on every side and a gap of 4 after it.
  assertEquals([png.width, png.height, png.channels], [2 * 14, 2 * 11, 3]);
  assertEquals([2, 4, 5, 7].map((x) => pixel(png, x, 3)[0]), [200, 200, 250, 250]);
  assertEquals([pixel(png, 0, 0), pixel(png, 14, 0)], [[255, 255, 255], [0xd5, 0x5e, 0x00]]);
  assertEquals([pixel(png, 16, 2)[0], pixel(png, 2, 13)[0], pixel(png, 18, 15)[0]], [0, 100, 255]);
  assertEquals(shown["text/plain"], "3 images");
});

Deno.test("imageGrid: colours stay colours", () => {
  const color = { images: Uint8Array.of(1, 2, 3), labels: Int32Array.of(0), count: 1 };
  const shown = bundleOf(imageGrid(color, { height: 1, width: 1, channels: 3 }, Int32Array.of(0)));
  assertEquals(pixel(decode(Uint8Array.fromBase64(shown["image/png"])), 2, 2), [1, 2, 3]);
});

Deno.test("imageGrid: named lists become rows of a table", () => {
  const shown = bundleOf(imageGrid(set, shape, { "a < b": [0], hard: Int32Array.of(1, 2) }));
  assertEquals(shown["text/plain"], "a < b: 1 image\nhard: 2 images");
  assertEquals(shown["text/html"].match(/<img /g)?.length, 2);
  assertStringIncludes(shown["text/html"], "a &lt; b");
});

Deno.test("imageGrid: what cannot be shown is refused", () => {
  assertThrows(() => imageGrid(set, shape, [3]), RangeError, "an image's index");
  assertThrows(() => imageGrid(set, shape, []), RangeError, "received 0 of 1");
  const double = { ...set, images: new Uint8Array(12) };
  assertThrows(() => imageGrid(double, { ...shape, channels: 2 }, [0]), RangeError, "1 or 3 channels");
});

Deno.test("imageGrid: refuses images that do not fit their shape, shapes and selections that are none", () => {
  // deno-lint-ignore no-explicit-any
  const shown = (given: any, its: any = shape, selection: any = [0]) => imageGrid(given, its, selection);
  const fits = "Cannot use images as it must have";
  assertThrows(() => shown(set, { ...shape, channels: 3 }), RangeError, fits);
  assertThrows(() => shown({ ...set, count: 4 }), RangeError, fits);
  assertThrows(() => shown({ ...set, images: new Float32Array(6) }), TypeError, "pixels must be bytes");
  for (const height of [0, 0.5, "1", undefined]) {
    assertThrows(
      () => shown(set, { ...shape, height }),
      Error,
      "Cannot use height of an image as it must be",
    );
  }
  for (const none of [undefined, null, 3]) {
    assertThrows(() => shown(none), TypeError, "Cannot use set of images as it must be an object");
    assertThrows(
      () => imageGrid(set, none as never, [0]),
      TypeError,
      "Cannot use shape as it must be an object",
    );
    assertThrows(() => imageGrid(set, shape, none as never), TypeError, "Cannot use selection as it must be");
    assertThrows(
      () => shown(set, shape, { a: none }),
      TypeError,
      "Cannot use selection a as it must be an array",
    );
  }
});
