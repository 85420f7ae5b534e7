import * as tf from "../core/tfjs.ts";
import { checkArray, checkInteger, checkOptions } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import type { Encoder } from "./encoder.ts";
import { linear } from "./layers.ts";
import { type Network, scaledWidth } from "./network.ts";
import { Parameters } from "./parameters.ts";
import { HEAD_OPTIONS, projectionHead, type ProjectionHeadOptions } from "./projection_head.ts";

/** Settings of {@linkcode mlp}. */
export interface MlpOptions {
  /** Height of the input images. */
  height: number;
  /** Width of the input images. */
  width: number;
  /** Channels of the input images. */
  channels: number;
  /** Units of each hidden layer; the last ones are the features. */
  widths: number[];
  /** Sizes of the projection head. */
  head: ProjectionHeadOptions;
}

/**
 * A multilayer perceptron: the pixels of an image as one vector, linear layers with bias and ReLU (the features), and a projection
 * head on top. It knows nothing of neighbours, so it is what the others can be measured by.
 *
 * @param options shape of the images, widths, head
 * @param random stream that the initial weights come from
 * @throws {RangeError} if a size is below 1, or there is no layer; from `features`, if the images have another number of pixels
 * @throws {TypeError} if a size is not an integer
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, Random } from "@hscl/hscl";
 * import { mlp } from "@hscl/hscl/encoders";
 * await initBackend({ backend: "cpu" });
 * const head = { hidden: 8, output: 4 };
 * const encoder = mlp({ height: 6, width: 6, channels: 1, widths: [16, 12], head }, new Random(0));
 * const features = encoder.features(tf.zeros([2, 6, 6, 1]), false);
 * assertEquals(features.shape, [2, 12]);
 * assertEquals(encoder.project(features, false).shape, [2, 4]);
 * encoder.dispose();
 * ```
 */
export function mlp(options: MlpOptions, random: Random): Encoder {
  const { height, width, channels, widths, head } = checkOptions(options, {
    height: true,
    width: true,
    channels: true,
    widths: true,
    head: true,
  });
  checkOptions(head, HEAD_OPTIONS);
  checkArray("widths", widths, "integers");
  checkInteger("number of layers", widths.length, { min: 1 });
  for (const size of [height, width, channels, ...widths, head.hidden, head.output]) {
    checkInteger("a layer size", size, { min: 1 });
  }

  const pixels = height * width * channels, parameters = new Parameters(random);
  const layers = widths.map((outputs, i) =>
    linear(parameters, `linear${i + 1}`, { inputs: i ? widths[i - 1] : pixels, outputs, bias: true })
  );
  const featureDim = widths[widths.length - 1];
  const projection = projectionHead(parameters, featureDim, head);
  return {
    featureDim,
    embeddingDim: head.output,
    embeddingSpace: head.embedding,
    itemwise: true,
    settings: { name: "mlp", ...options },
    parameters: parameters.all,
    features: (images, training) =>
      tf.tidy(() => {
        const [count, ...shape] = images.shape;
        checkInteger("pixels of an image", tf.util.sizeFromShape(shape), { min: pixels, max: pixels });
        const vectors = tf.reshape(images, [count, pixels]) as tf.Tensor2D;
        return layers.reduce((x, layer) => tf.relu(layer(x, training)), vectors);
      }),
    project: (features, training) => tf.tidy(() => projection(features, training)),
    dispose: () => parameters.all.forEach(({ variable }) => variable.dispose()),
  };
}

/** {@linkcode mlp} as one of the networks: two hidden layers. */
export const mlpNetwork: Network<MlpOptions> = {
  label: "perceptron",
  optionsFor: ({ height, width, channels }, size) => {
    const units = size === "usual" ? 512 : 128;
    return { height, width, channels, widths: [units, units], head: { hidden: 128, output: 128 } };
  },
  widened: (options, factor) => ({
    ...options,
    widths: options.widths.map((units) => scaledWidth(units, factor)),
  }),
  make: mlp,
};
