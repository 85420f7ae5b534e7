import * as tf from "../core/tfjs.ts";
import { cellAverages } from "../backend/operations/cell_averages.ts";
import { globalAverage } from "../backend/operations/global_average.ts";
import { checkInteger, checkLength, checkOptions } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import type { Encoder } from "./encoder.ts";
import { type Network, scaledWidth } from "./network.ts";
import { convRelu } from "./layers.ts";
import { Parameters } from "./parameters.ts";
import { HEAD_OPTIONS, projectionHead, type ProjectionHeadOptions } from "./projection_head.ts";

/** Settings of {@linkcode convnet}. */
export interface ConvnetOptions {
  /** Channels of the input images. */
  channels: number;
  /** Output channels of each 3 × 3 convolution. */
  widths: number[];
  /** Stride of each convolution. */
  strides: number[];
  /**
   * The last maps are averaged over `pool × pool` cells, so that the features know roughly where something is; over all of
   * their pixels, as with 1, if left out.
   */
  pool?: number;
  /** Sizes of the projection head. */
  head: ProjectionHeadOptions;
}

/**
 * A small convolutional encoder: 3 × 3 convolutions with bias and ReLU, average pooling, global or over some cells (the
 * features), and a projection head on top.
 *
 * @param options widths, strides, head; `widths` and `strides` have one entry per convolution
 * @param random stream that the initial weights come from
 * @throws {RangeError} if there is not one stride per width, or a size is below 1; from `features`, if the last maps of the images
 * have fewer pixels on a side than `pool`
 * @throws {TypeError} if a size is not an integer
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { convnet, initBackend, Random } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const head = { hidden: 8, output: 4 };
 * const encoder = convnet({ channels: 1, widths: [4, 8], strides: [2, 2], head }, new Random(0));
 * const features = encoder.features(tf.zeros([2, 8, 8, 1]), false);
 * assertEquals(features.shape[1], 8);
 * assertEquals(encoder.project(features, false).shape[1], 4);
 * encoder.dispose();
 * ```
 */
export function convnet(options: ConvnetOptions, random: Random): Encoder {
  const { widths, strides, channels, head, pool = 1 } = checkOptions(options, {
    channels: true,
    widths: true,
    strides: true,
    pool: true,
    head: true,
  });
  checkOptions(head, HEAD_OPTIONS);
  checkInteger("channels", channels, { min: 1 });
  checkInteger("pool", pool, { min: 1 });
  checkLength("strides", strides, widths.length, "one per entry of widths");
  for (const size of [...widths, ...strides, head.hidden, head.output]) {
    checkInteger("a layer size", size, { min: 1 });
  }

  const parameters = new Parameters(random);
  const convolutions = widths.map((outputs, i) =>
    convRelu(parameters, `conv${i + 1}`, {
      inputs: i ? widths[i - 1] : channels,
      outputs,
      stride: strides[i],
      first: i === 0,
    })
  );
  const featureDim = widths[widths.length - 1] * pool ** 2;
  const projection = projectionHead(parameters, featureDim, head);
  return {
    featureDim,
    embeddingDim: head.output,
    embeddingSpace: head.embedding,
    itemwise: true,
    settings: { name: "convnet", ...options },
    parameters: parameters.all,
    features: (images, training) =>
      tf.tidy(() => {
        const maps = convolutions.reduce((x, convolution) => convolution(x, training), images);
        if (pool === 1) return globalAverage(maps);
        checkInteger("pool", pool, { max: Math.min(maps.shape[1], maps.shape[2]) });
        return cellAverages(maps, pool);
      }),
    project: (features, training) => tf.tidy(() => projection(features, training)),
    dispose: () => parameters.all.forEach(({ variable }) => variable.dispose()),
  };
}

/** {@linkcode convnet} as one of the networks: with more channels for colour images. */
export const convnetNetwork: Network<ConvnetOptions> = {
  label: "small convnet",
  optionsFor: ({ height, width, channels }, size) => {
    const scale = channels === 3 && size === "usual" ? 2 : 1, strides = [2, 2, 2];
    // Features that know where something is, unless the last maps are too small for it.
    const pool = Math.min(height, width) > 8 ? 2 : 1;
    const head = { hidden: 64 * scale, output: 64 * scale };
    return { channels, widths: [16, 32, 64].map((count) => count * scale), strides, pool, head };
  },
  widened: (options, factor) => ({
    ...options,
    widths: options.widths.map((count) => scaledWidth(count, factor)),
  }),
  make: convnet,
};
