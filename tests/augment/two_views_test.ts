import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { colorJitter } from "../../lib/augment/color_jitter.ts";
import { compose } from "../../lib/augment/compose.ts";
import { colorPipeline, pipelineFor } from "../../lib/augment/pipelines.ts";
import { transformImages, twoViews } from "../../lib/augment/two_views.ts";
import { Random } from "../../lib/core/random.ts";
import type { ImageSet } from "../../lib/data/dataset.ts";
import { syntheticImages } from "../../lib/data/synthetic.ts";

const tiny = { height: 1, width: 2, channels: 1 };
const tinySet: ImageSet = {
  images: Uint8Array.of(0, 51, 102, 153, 204, 255),
  labels: Int32Array.of(0, 1, 2),
  count: 3,
};

Deno.test("transformImages takes the images asked for, in order, as numbers in [0, 1]", () => {
  const images = transformImages(tinySet, tiny, [2, 0, 2], compose(), new Random(0));
  assertEquals(images, Float32Array.of(204 / 255, 1, 0, 51 / 255, 204 / 255, 1));
  assertEquals(transformImages(tinySet, tiny, [], compose(), new Random(0)).length, 0);
  const typed = transformImages(tinySet, tiny, Int32Array.of(1), compose(), new Random(0));
  assertEquals(typed, Float32Array.of(0.4, 0.6));
});

Deno.test("transformImages leaves the set as it is", () => {
  const before = tinySet.images.slice();
  transformImages(tinySet, tiny, [0, 1, 2], colorJitter({ brightness: 0.4 }), new Random(0));
  assertEquals(tinySet.images, before);
});

for (const channels of [1, 3] as const) {
  const data = syntheticImages({
    channels,
    height: 16,
    width: 16,
    trainImages: 20,
    testImages: 1,
  });
  const { train, shape } = data, { train: transform } = pipelineFor(data);

  Deno.test(`twoViews of ${channels} channels are the same for the same stream, whatever came before`, () => {
    const first = twoViews(train, shape, [3, 1, 4], transform, new Random(1).child("batch 0"));
    twoViews(train, shape, [5, 9], transform, new Random(2));
    const random = new Random(1).child("batch 0");
    random.uniform();
    assertEquals(twoViews(train, shape, [3, 1, 4], transform, random), first);
    const other = twoViews(train, shape, [3, 1, 4], transform, new Random(1).child("batch 1"));
    assertNotEquals(other.view1, first.view1);
    assertEquals([first.view1.length, first.view2.length], [3 * 256 * channels, 3 * 256 * channels]);
  });

  Deno.test(`twoViews of ${channels} channels differ from each other and between equal images`, () => {
    const { view1, view2 } = twoViews(train, shape, [7, 7], transform, new Random(3));
    const size = 256 * channels;
    const views = [view1, view2].flatMap((
      view,
    ) => [view.subarray(0, size).join(), view.subarray(size).join()]);
    assertEquals(new Set(views).size, 4);
  });
}

Deno.test("the two views are drawn independently", () => {
  const transform = colorJitter({ brightness: 0.4 }), count = 2000;
  const { view1, view2 } = twoViews(tinySet, tiny, new Int32Array(count).fill(1), transform, new Random(4));
  const factors = (view: Float32Array) => Array.from({ length: count }, (_, i) => view[2 * i] / 0.4 - 1);
  const [a, b] = [factors(view1), factors(view2)];
  const product = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0) / count;
  const variance = 0.4 ** 2 / 3;
  assertAlmostEquals(product(a, a) / variance, 1, 0.1);
  assertAlmostEquals(product(b, b) / variance, 1, 0.1);
  assertAlmostEquals(product(a, b) / variance, 0, 0.09); // four standard errors
});

Deno.test("bad indices and shapes are refused", () => {
  const take = (indices: number[], shape = tiny) =>
    transformImages(tinySet, shape, indices, compose(), new Random(0));
  assertThrows(() => take([0, 3]), RangeError, "integers from 0 to 2: received 3 at 1");
  for (const bad of [-1, 0.5, NaN]) assertThrows(() => take([bad]), RangeError, `received ${bad} at 0`);
  assertThrows(
    () => twoViews(tinySet, tiny, [9], colorPipeline({ mean: [0, 0, 0], std: [1, 1, 1] }), new Random(0)),
    RangeError,
    "received 9",
  );
  assertThrows(() => take([0], { ...tiny, channels: 3 }), RangeError, "images");
  assert(take([0]).length === 2);
});
