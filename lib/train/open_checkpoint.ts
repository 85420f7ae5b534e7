import { evaluationPipeline } from "../augment/pipelines.ts";
import { checkInteger, checkObject, checkOptions, checkText, describe } from "../core/checks.ts";
import { Random } from "../core/random.ts";
import { convertImages } from "../data/convert_images.ts";
import { DataError } from "../data/data_error.ts";
import type { ImageShape } from "../data/dataset.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { encoderFromSettings } from "../encoders/encoder_settings.ts";
import { loadCheckpoint } from "./checkpoint.ts";
import { readPart } from "./tensor_files.ts";
import {
  type CheckpointDescription,
  type CheckpointVersions,
  parseDescription,
} from "./checkpoint_description.ts";
import { type EmbeddedSet, embedSet } from "./embed.ts";

/** Images to embed: pixels 0 … 255 `[count, height, width, channels]`, as they are or as a part, such as those of a data set. */
export type RawImages = Uint8Array | {
  /** The pixels. */
  readonly images: Uint8Array;
  /** Of every image, if that is known. */
  readonly shape?: ImageShape;
};

/** Options of embedding. */
export interface EmbedOptions {
  /**
   * The shape of the images, of 1 or 3 channels, if it is another than the encoder takes: they are cropped in the middle to its
   * proportions, scaled, and made grey or of three channels.
   */
  shape?: ImageShape;
}

/** A checkpoint that was opened. */
export interface Checkpoint extends CheckpointDescription {
  /** Where it is. */
  readonly folder: string;
  /** What wrote it. */
  readonly versions: CheckpointVersions;
  /**
   * Builds the encoder with its trained weights.
   *
   * @throws {DataError} if the checkpoint does not say the architecture, or is broken
   */
  encoder(): Promise<Encoder>;
  /**
   * What the encoder makes of images, normalised as those that it was trained with.
   *
   * @throws {DataError} if the checkpoint does not say the architecture, shape and statistics, or is broken
   * @throws {RangeError} if the images are of another shape
   */
  embed(images: RawImages, options?: EmbedOptions): Promise<EmbeddedSet>;
}

/**
 * Reads what a checkpoint says of itself, so that nobody has to say it again. The backend must have been started before its encoder
 * is built, see {@linkcode initBackend}.
 *
 * @param folder that {@linkcode saveCheckpoint} wrote
 * @throws {DataError} if the description is missing, as from older versions, or is none
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { convnet, initBackend, openCheckpoint, Random, saveCheckpoint } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const head = { hidden: 8, output: 3 };
 * const encoder = convnet({ channels: 1, widths: [4], strides: [2], pool: 1, head }, new Random(0));
 * const folder = await Deno.makeTempDir();
 * const shape = { height: 6, width: 6, channels: 1 }, statistics = { mean: [0.5], std: [0.2] };
 * await saveCheckpoint(encoder, folder, { shape, statistics });
 * const { embed } = await openCheckpoint(folder);
 * const { features, embeddings } = await embed(new Uint8Array(2 * 36));
 * assertEquals([features.length, embeddings.length], [2 * 4, 2 * 3]);
 * await Deno.remove(folder, { recursive: true });
 * encoder.dispose();
 * ```
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  checkText("folder of a checkpoint", folder);
  const path = `${folder}/description.json`, text = new TextDecoder().decode(await readPart(path));
  const damaged = (error: Error) =>
    new DataError(`Cannot read ${path} as it must describe a checkpoint: received ${error.message}`);
  let parsed: ReturnType<typeof parseDescription>;
  try {
    parsed = parseDescription(text);
  } catch (error) {
    throw damaged(error as Error);
  }
  const { description, versions } = parsed;
  const encoder = async () => {
    if (description.network === undefined) {
      throw new DataError(
        `Cannot build the encoder of ${folder} as its description must have the settings of a network: received none ` +
          "(build it as it was trained, and use loadCheckpoint)",
      );
    }
    let built: Encoder;
    try {
      built = encoderFromSettings(description.network, new Random(0));
    } catch (error) {
      throw damaged(error as Error);
    }
    try {
      await loadCheckpoint(built, folder);
      return built;
    } catch (error) {
      built.dispose();
      throw error;
    }
  };
  const embed = async (images: RawImages, options: EmbedOptions = {}) => {
    const { shape, statistics } = description;
    if (shape === undefined || statistics === undefined) {
      throw new DataError(
        `Cannot embed with ${folder} as its description must have the shape and statistics of images: received none`,
      );
    }
    const pixels = pixelsOf(images, shape, options), count = pixels.length / sizeOf(shape);
    const built = await encoder();
    try {
      const set = { images: pixels, labels: new Int32Array(count), count };
      return await embedSet(built, set, shape, evaluationPipeline(statistics));
    } finally {
      built.dispose();
    }
  };
  return { folder, versions, ...description, encoder, embed };
}

const sizeOf = ({ height, width, channels }: ImageShape) => height * width * channels;
const named = ({ height, width, channels }: ImageShape) => `${height} × ${width} × ${channels}`;
const same = (a: ImageShape, b: ImageShape) => named(a) === named(b);

/** The pixels of images in the shape that an encoder takes. */
function pixelsOf(given: RawImages, shape: ImageShape, options: EmbedOptions): Uint8Array {
  const from = checkOptions(options, { shape: true }).shape;
  if (!(given instanceof Uint8Array)) checkObject("images", given);
  const { images, shape: own }: { images: Uint8Array; shape?: ImageShape } = given instanceof Uint8Array
    ? { images: given }
    : given;
  if (!(images instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot embed images as pixels must be bytes from 0 to 255 in a Uint8Array: received ${
        describe(images)
      }`,
    );
  }
  if (from !== undefined) checkShape(from, shape);
  const known = from ?? own;
  if (from === undefined && own !== undefined && !same(own, shape)) {
    throw new RangeError(
      `Cannot embed images as they must be ${
        named(shape)
      }, or their shape be given to have them scaled: received ${named(own)}`,
    );
  }
  if (images.length % sizeOf(known ?? shape) !== 0) {
    throw new RangeError(
      `Cannot embed images as they must have ${sizeOf(known ?? shape)} bytes each (${
        named(known ?? shape)
      }; for others, give ` +
        `their shape): received ${images.length} bytes`,
    );
  }
  return convertImages(images, known ?? shape, shape);
}

function checkShape(from: ImageShape, to: ImageShape): void {
  checkObject("shape", from);
  checkInteger("height of an image", from.height, { min: 1 });
  checkInteger("width of an image", from.width, { min: 1 });
  for (const { channels } of [from, to]) {
    if (same(from, to) || channels === 1 || channels === 3) continue;
    throw new RangeError(
      `Cannot scale images as they must have 1 or 3 channels: received ${describe(channels)}`,
    );
  }
}
