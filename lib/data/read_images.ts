import { checkInteger, checkObject, checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { packed } from "./convert_images.ts";
import { DataError } from "./data_error.ts";
import type { ImageShape } from "./dataset.ts";
import { type ColorImage, decodeImage } from "./decode_image.ts";
import { fitImage } from "./fit_image.ts";
import { folderAt, folderContent, IMAGE_KINDS, type ImageFile, imagesBelow } from "./image_files.ts";
import { labelledFiles } from "./image_folders.ts";

/** Images of a folder that need not be a data set. */
export interface FolderImages {
  /** Pixels 0 … 255, row-major `[count, height, width, channels]`. */
  readonly images: Uint8Array;
  /** Number of images. */
  readonly count: number;
  /** Of every image. */
  readonly shape: ImageShape;
  /** Path of each image from the folder, with slashes. */
  readonly names: readonly string[];
  /** Class index of each image, where they are in folders of classes. */
  readonly labels?: Int32Array;
  /** Names of those folders; `labels` index into it. */
  readonly classes?: readonly string[];
}

/**
 * Reads the PNG, JPEG and WebP images of a folder, in the order of their names. Where all are in folders, these are their classes.
 *
 * Each is cropped in the middle to the proportions of the shape, and scaled; colours become grey, as ITU-R 601 weighs them, for a
 * shape of one channel.
 *
 * @param folder its path
 * @param shape of the result, such as that of a run
 * @throws {DataError} if the folder or an image cannot be read, there is none, or there are images and folders side by side
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readImages } from "@hscl/hscl";
 * import { encode } from "fast-png";
 * const folder = await Deno.makeTempDir();
 * const png = encode({ width: 2, height: 2, channels: 1, data: Uint8Array.of(0, 100, 200, 100) });
 * await Deno.writeFile(`${folder}/square.png`, png);
 * const { images, names } = await readImages(folder, { height: 1, width: 1, channels: 3 });
 * assertEquals([names, images], [["square.png"], Uint8Array.of(100, 100, 100)]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function readImages(folder: string, shape: ImageShape): Promise<FolderImages> {
  denoFor("read a folder of images");
  checkText("folder of images", folder);
  checkObject("shape", shape);
  const { height, width, channels } = shape;
  checkInteger("height of an image", height, { min: 1 });
  checkInteger("width of an image", width, { min: 1 });
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Cannot use channels of an image as it must be 1 or 3: received ${channels}`);
  }
  const { files, ...classes } = await filesOf(folderAt(folder));
  const pixels: Uint8Array[] = [];
  for (const { path } of files) pixels.push(fitImage(await readImage(path), height, width).pixels);
  return {
    images: packed(pixels, channels),
    count: files.length,
    shape: { height, width, channels },
    names: files.map(({ name }) => name),
    ...classes,
  };
}

async function filesOf(
  folder: ImageFile,
): Promise<{ files: readonly ImageFile[]; labels?: Int32Array; classes?: readonly string[] }> {
  const { folders, images } = await folderContent(folder);
  if (folders.length === 0) {
    if (images.length > 0) return { files: images };
    throw new DataError(`Cannot read ${folder.path} as it must hold images, ${IMAGE_KINDS}: received none`);
  }
  if (images.length === 0 && folders.every(({ name }) => name === "train" || name === "test")) {
    const split = await imagesBelow(folder);
    if (split.length > 0) {
      throw new DataError(
        `Cannot read ${folder.path} as it must be one set of images, such as ${
          folders[0].path
        }: received the folders ` +
          folders.map(({ name }) => name).join(" and "),
      );
    }
  }
  const { classes, files } = await labelledFiles(folder);
  return { files, classes, labels: Int32Array.from(files, ({ label }) => label) };
}

/**
 * Reads an image file.
 *
 * @throws {DataError} if it cannot be read, or is no such image
 */
export async function readImage(path: string): Promise<ColorImage> {
  const { errors, readFile } = denoFor("read an image");
  try {
    return await decodeImage(await readFile(path));
  } catch (error) {
    if (error instanceof errors.NotCapable) throw error;
    const { message } = error as Error;
    throw new DataError(
      `Cannot read ${path} as it must be a PNG, JPEG or WebP image: received ${message.split(": open")[0]}`,
    );
  }
}
