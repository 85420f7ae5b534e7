import * as tf from "../../../core/tfjs.ts";
import type { OpAttribute } from "../binding/types.ts";
import { channelsLast, float32, type KernelArguments, type NativeBackend } from "../backend.ts";

interface Attributes {
  epsilon: number;
}

/** Kernel `BatchNormTraining`: `[y, mean, variance]` of `y = gain · (x − mean) / √(variance + ε) + shift`. */
export function batchNormTraining(
  { inputs: { x, gain, shift }, attrs: { epsilon }, backend }: KernelArguments<
    { x: tf.TensorInfo; gain: tf.TensorInfo; shift: tf.TensorInfo },
    Attributes
  >,
): tf.TensorInfo[] {
  return tf.tidy(() => {
    const none = tf.tensor1d([]);
    const [y, mean, corrected] = backend.executeMultipleOutputs(
      "FusedBatchNormV3",
      [
        ...attributesOf(backend, epsilon),
        { name: "exponential_avg_factor", type: backend.binding.TF_ATTR_FLOAT, value: 1 },
      ],
      [asImages(x), gain, shift, none, none],
      6,
    );
    // TensorFlow gives the variance with Bessel's correction.
    const rows = y.size / mean.size;
    return [asRows(y, x.shape), mean, tf.mul(corrected, (rows - 1) / rows)];
  });
}

/** Kernel `BatchNormTrainingGrad`: `[dx, dgain, dshift]`. */
export function batchNormTrainingGrad(
  { inputs: { dy, x, gain, mean, variance }, attrs: { epsilon }, backend }: KernelArguments<
    Record<"dy" | "x" | "gain" | "mean" | "variance", tf.TensorInfo>,
    Attributes
  >,
): tf.TensorInfo[] {
  return tf.tidy(() => {
    const [dx, dgain, dshift] = backend.executeMultipleOutputs(
      "FusedBatchNormGradV3",
      attributesOf(backend, epsilon),
      [asImages(dy), asImages(x), gain, mean, variance, tf.tensor1d([])],
      5,
    );
    return [asRows(dx, x.shape), dgain, dshift];
  });
}

function attributesOf(backend: NativeBackend, epsilon: number): OpAttribute[] {
  const { binding } = backend;
  return [
    float32(backend),
    float32(backend, "U"),
    { name: "epsilon", type: binding.TF_ATTR_FLOAT, value: epsilon },
    channelsLast(backend),
    { name: "is_training", type: binding.TF_ATTR_BOOL, value: true },
  ];
}

/** What {@linkcode asImages} made of `[n, c]` as that again; a reshape costs 0.1 ms. */
function asRows(images: tf.Tensor, shape: number[]): tf.Tensor {
  return shape.length === 2 ? tf.reshape(images, shape) : images;
}

/** `[n, c]` as images of one pixel, which is the only form the operation takes. */
function asImages(x: tf.TensorInfo): tf.TensorInfo {
  return x.shape.length === 2 ? tf.reshape(x as tf.Tensor, [x.shape[0], 1, 1, x.shape[1]]) : x;
}
