import { checkInteger, checkLength, checkObject, describe } from "../core/checks.ts";
import { integerLabels } from "../core/labels.ts";
import type { ImageSet, ImageShape } from "./dataset.ts";

/**
 * Throws unless a set holds as many images of a shape as it says, in bytes.
 *
 * @throws {TypeError} if the pixels are no bytes, or the count or a side is no integer
 * @throws {RangeError} if there are more or fewer pixels, the count is negative or a side below 1
 */
export function checkImages(set: Pick<ImageSet, "images" | "count">, shape: ImageShape): void {
  checkObject("set of images", set);
  checkObject("shape", shape);
  const { images, count } = set, { height, width, channels } = shape;
  checkInteger("count of images", count, { min: 0 });
  checkInteger("height of an image", height, { min: 1 });
  checkInteger("width of an image", width, { min: 1 });
  checkInteger("channels of an image", channels, { min: 1 });
  const given: unknown = images, size = height * width * channels;
  if (!(given instanceof Uint8Array || given instanceof Uint8ClampedArray)) {
    const kind = ArrayBuffer.isView(given) ? `${given.constructor.name} ` : "";
    throw new TypeError(
      `Cannot use images as pixels must be bytes from 0 to 255 in a Uint8Array: received ${kind}${
        describe(given)
      }`,
    );
  }
  checkLength("images", images, count * size, `${count} of ${size} pixels`);
}

/**
 * A set whose images, labels and groups fit each other and the shape, in the arrays that its type says.
 *
 * @param classes how many there are, if that is known: labels must be `0 … classes − 1`; else any 32-bit integers
 * @throws {TypeError} as {@linkcode checkImages}, or if a label or group is no integer
 * @throws {RangeError} as {@linkcode checkImages}, or if there is not one label, or group, per image, or one is out of range
 */
export function checkedImageSet(set: ImageSet, shape: ImageShape, classes?: number): ImageSet {
  checkImages(set, shape);
  const labels = integerLabels("labels", set.labels, set.count, "one per image");
  const range = classes === undefined ? { min: -(2 ** 31), max: 2 ** 31 - 1 } : { min: 0, max: classes - 1 };
  for (let i = 0; i < labels.length; i++) checkInteger(`label ${i}`, labels[i], range);
  const groups = set.groups && integerLabels("groups", set.groups, set.count, "one per image");
  const learnt = set.learntLabels &&
    integerLabels("learntLabels", set.learntLabels, set.count, "one per image");
  for (let i = 0; i < (learnt?.length ?? 0); i++) checkInteger(`learnt label ${i}`, learnt![i], range);
  const { buffer, byteOffset, byteLength } = set.images;
  return {
    images: set.images instanceof Uint8Array ? set.images : new Uint8Array(buffer, byteOffset, byteLength),
    labels: labels instanceof Int32Array ? labels : Int32Array.from(labels),
    count: set.count,
    ...(groups ? { groups: groups instanceof Int32Array ? groups : Int32Array.from(groups) } : {}),
    ...(learnt ? { learntLabels: learnt instanceof Int32Array ? learnt : Int32Array.from(learnt) } : {}),
  };
}
