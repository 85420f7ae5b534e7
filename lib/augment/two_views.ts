import { checkArray } from "../core/checks.ts";
import { checkRandom, type Random } from "../core/random.ts";
import { checkImages } from "../data/check_image_set.ts";
import type { ImageSet, ImageShape } from "../data/dataset.ts";
import { checkTransform, type Transform } from "./transform.ts";

/** Bytes 0 … 255 as numbers in [0, 1]. */
const levels = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Images of a set, as numbers in [0, 1], each changed by the transform.
 *
 * @param set where the images are
 * @param shape of one image
 * @param indices which images, in this order; an index may come more than once
 * @param transform applied to each image on its own
 * @param random the draws of the first image come first, and so on
 * @returns `[indices.length, height, width, channels]`, row-major
 * @throws {TypeError} if pixels are no bytes
 * @throws {RangeError} if an index is not one of `0 … count − 1`, or `shape` is not that of the set
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadDataset, Random } from "@hscl/hscl";
 * import { evaluationPipeline, transformImages } from "@hscl/hscl/augment";
 * const { test, shape, statistics } = await loadDataset("synthetic", { trainImages: 10, testImages: 10 });
 * const images = transformImages(test, shape, [0, 3], evaluationPipeline(statistics), new Random(0));
 * assertEquals(images.length, 2 * 28 * 28);
 * ```
 */
export function transformImages(
  set: ImageSet,
  shape: ImageShape,
  indices: ArrayLike<number>,
  transform: Transform,
  random: Random,
): Float32Array {
  const size = shape.height * shape.width * shape.channels;
  checkImages(set, shape);
  checkArray("indices", indices, "integers");
  checkRandom("random", random);
  checkTransform(transform);
  const images = new Float32Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (!Number.isInteger(index) || index < 0 || index >= set.count) {
      throw new RangeError(
        `Cannot take images as indices must be integers from 0 to ${
          set.count - 1
        }: received ${index} at ${i}`,
      );
    }
    const image = images.subarray(i * size, (i + 1) * size), start = index * size;
    for (let j = 0; j < size; j++) image[j] = levels[set.images[start + j]];
    transform.apply(image, shape, random);
  }
  return images;
}

/**
 * Two independently transformed views of the same images.
 *
 * The views draw from the child streams "view1" and "view2" of `random`: the same stream gives the same views, so pass
 * another child for every batch (`random.child(step)`).
 *
 * @param set where the images are
 * @param shape of one image
 * @param indices which images; row `i` of both views is image `indices[i]`
 * @param transform applied to each view of each image on its own
 * @param random parent of the two streams; nothing is drawn from it
 * @returns two arrays `[indices.length, height, width, channels]`, row-major
 * @throws {TypeError} if pixels are no bytes
 * @throws {RangeError} if an index is not one of `0 … count − 1`, or `shape` is not that of the set
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { loadDataset, pipelineFor, Random, twoViews } from "@hscl/hscl";
 * const data = await loadDataset("synthetic", { trainImages: 10, testImages: 10 });
 * const random = new Random(0).child("batch 0");
 * const { view1, view2 } = twoViews(data.train, data.shape, [4, 7], pipelineFor(data).train, random);
 * assertEquals(view1.length, 2 * 28 * 28);
 * assert(view1.some((value, i) => value !== view2[i]));
 * ```
 */
export function twoViews(
  set: ImageSet,
  shape: ImageShape,
  indices: ArrayLike<number>,
  transform: Transform,
  random: Random,
): { view1: Float32Array; view2: Float32Array } {
  checkRandom("random", random);
  return {
    view1: transformImages(set, shape, indices, transform, random.child("view1")),
    view2: transformImages(set, shape, indices, transform, random.child("view2")),
  };
}
