import * as tf from "../core/tfjs.ts";
import { checkInteger, checkObject, checkOptions, describe } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import type { LayersModel } from "../core/tensors.ts";
import type { Encoder } from "./encoder.ts";
import { type Parameter, Parameters } from "./parameters.ts";
import { HEAD_OPTIONS, projectionHead, type ProjectionHeadOptions } from "./projection_head.ts";

/** Settings of {@linkcode layersEncoder}. */
export interface LayersEncoderOptions {
  /** Sizes of the projection head. */
  head: ProjectionHeadOptions;
}

/**
 * An encoder made of a model of TensorFlow.js' layers, such as `tf.sequential` or a pre-trained one, whose output are the features,
 * and a projection head on top. All of its weights are trained that are `trainable`. The model stays its owner's: who disposes of
 * the encoder disposes of it, too.
 *
 * Checkpoints hold the weights of both, but not what the layers are: {@linkcode loadCheckpoint} reads them into the same model made
 * again.
 *
 * @param model `[n, height, width, channels] → [n, features]`
 * @param options sizes of the head
 * @param random stream that the initial weights of the head come from
 * @throws {TypeError} if it is no such model, or a size is not an integer
 * @throws {RangeError} if it has another output than one vector per image, or a size is below 1
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, Random } from "@hscl/hscl";
 * import { layersEncoder } from "@hscl/hscl/encoders";
 * await initBackend({ backend: "cpu" });
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: "relu" }),
 *     tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
 *   ],
 * });
 * const encoder = layersEncoder(model, { head: { hidden: 8, output: 2 } }, new Random(0));
 * const features = encoder.features(tf.zeros([3, 8, 8, 1]), false);
 * assertEquals([features.shape, encoder.project(features, false).shape], [[3, 4], [3, 2]]);
 * encoder.dispose();
 * ```
 */
export function layersEncoder(model: LayersModel, options: LayersEncoderOptions, random: Random): Encoder {
  checkObject("model", model);
  if (typeof model.apply !== "function" || !Array.isArray(model.weights)) {
    throw new TypeError(`Cannot use model as it must be a LayersModel: received ${describe(model)}`);
  }
  const { head } = checkOptions(options, { head: true });
  checkOptions(head, HEAD_OPTIONS);
  for (const size of [head.hidden, head.output]) checkInteger("a layer size", size, { min: 1 });
  // A sequential model without an input shape has none yet.
  const outputs = model.outputs ?? [];
  const output = outputs.length === 1 ? outputs[0].shape : [], featureDim = output[1];
  if (output.length !== 2 || typeof featureDim !== "number") {
    throw new RangeError(
      `Cannot use model as its output must have the shape [images, features]: received ${
        model.outputs.map(({ shape }) => `[${shape.map((length) => length ?? "images").join(", ")}]`).join(
          ", ",
        )
      }`,
    );
  }
  const own = new Parameters(random), projection = projectionHead(own, featureDim, head);
  return {
    featureDim,
    embeddingDim: head.output,
    embeddingSpace: head.embedding,
    stochastic: drawsAtRandom(model.layers),
    parameters: [...weightsOf(model.layers, "model", new Set(model.trainableWeights)), ...own.all],
    features: (images, training) => tf.tidy(() => model.apply(images, { training }) as tf.Tensor2D),
    project: (features, training) => tf.tidy(() => projection(features, training)),
    dispose: () => {
      model.dispose();
      own.all.forEach(({ variable }) => variable.dispose());
    },
  };
}

/** Whether dropout or noise is among the layers, those of models in them, too. */
function drawsAtRandom(layers: readonly tf.layers.Layer[]): boolean {
  return layers.some((layer) =>
    "layers" in layer
      ? drawsAtRandom(layer.layers as tf.layers.Layer[])
      : /Dropout|Noise/.test(layer.getClassName())
  );
}

/**
 * The weights of layers, those in models in them, too. They are called by the places of layers: models number their layers anew in
 * every program, and order their weights by whether they are trained.
 */
function weightsOf(
  layers: readonly tf.layers.Layer[],
  path: string,
  trained: ReadonlySet<unknown>,
): Parameter[] {
  return layers.flatMap((layer, index) => {
    const own = `${path}/${index}`;
    if ("layers" in layer) return weightsOf(layer.layers as tf.layers.Layer[], own, trained);
    const kinds = layer.weights.map(({ originalName }) => originalName.split("/").at(-1)!);
    return layer.weights.map((weight, i): Parameter => {
      const before = kinds.slice(0, i).filter((kind) => kind === kinds[i]).length;
      return {
        name: `${own}/${kinds[i]}${before > 0 ? before + 1 : ""}`,
        variable: weight.read() as tf.Variable,
        trainable: trained.has(weight),
      };
    });
  });
}
