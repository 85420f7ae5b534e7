import * as tf from "../core/tfjs.ts";
import type { Transform } from "../augment/transform.ts";
import { transformImages } from "../augment/two_views.ts";
import { captured } from "../backend/captured.ts";
import { nextTurn } from "../core/next_turn.ts";
import { Random } from "../core/random.ts";
import { checkedImageSet } from "../data/check_image_set.ts";
import type { ImageSet, ImageShape } from "../data/dataset.ts";
import type { Encoder } from "../encoders/encoder.ts";

/** What an encoder makes of a set of images. */
export interface EmbeddedSet {
  /** `[count, featureDim]`, row-major: before the projection head. */
  features: Float32Array;
  /** `[count, embeddingDim]`, row-major, unit rows or rows of the unit ball: what the loss compares. */
  embeddings: Float32Array;
}

// Images per forward pass: large enough to keep the kernels busy, small enough for memory not to matter.
const BLOCK = 500;

/**
 * Passes every image of a set through an encoder, in order, with running statistics.
 *
 * @param transform deterministic preparation of the pixels, e.g. `pipelineFor(data).evaluate`
 * @throws {TypeError} if pixels are no bytes or a label is no integer
 * @throws {RangeError} if there are not as many pixels and labels as the set and the shape say
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { convnet, embedSet, initBackend, loadDataset, pipelineFor, Random } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const head = { hidden: 8, output: 4 };
 * const encoder = convnet({ channels: data.shape.channels, widths: [6], strides: [2], head }, new Random(0));
 * const { features } = await embedSet(encoder, data.test, data.shape, pipelineFor(data).evaluate);
 * assertEquals(features.length, 10 * 6);
 * ```
 */
export async function embedSet(
  encoder: Encoder,
  set: ImageSet,
  shape: ImageShape,
  transform: Transform,
): Promise<EmbeddedSet> {
  checkedImageSet(set, shape);
  const features = new Float32Array(set.count * encoder.featureDim);
  const embeddings = new Float32Array(set.count * encoder.embeddingDim);
  const random = new Random(0); // evaluation transforms make no random choice
  for (let first = 0; first < set.count; first += BLOCK) {
    const count = Math.min(BLOCK, set.count - first);
    const indices = Array.from({ length: count }, (_, i) => first + i);
    const pixels = transformImages(set, shape, indices, transform, random);
    const dims: [number, number, number, number] = [count, shape.height, shape.width, shape.channels];
    const [featureBlock, embeddingBlock] = passed(encoder, pixels, dims);
    features.set(await featureBlock.data(), first * encoder.featureDim);
    embeddings.set(await embeddingBlock.data(), first * encoder.embeddingDim);
    tf.dispose([featureBlock, embeddingBlock]);
    await nextTurn();
  }
  return { features, embeddings };
}

const passed = captured((encoder: Encoder, pixels: Float32Array, dims: [number, number, number, number]) => {
  const features = encoder.features(tf.tensor4d(pixels, dims), false);
  return [features, encoder.project(features, false)];
});
