/** Kernels that training spends its time in, at the sizes of a ResNet-18's first stage with 16 images. */
import * as tf from "@tensorflow/tfjs";
import { batchNormTraining } from "../lib/backend/ops/batch_norm.ts";
import { benchTensors, normal } from "./setup.ts";

const maps: [number, number, number, number] = [16, 32, 32, 64];
const x = normal<tf.Rank.R4>(...maps), dy = normal<tf.Rank.R4>(...maps);
const filter = normal<tf.Rank.R4>(3, 3, 64, 64);
const attributes = { strides: [1, 1], pad: "same", dataFormat: "NHWC" };
const kernel = (name: string, inputs: Record<string, tf.Tensor>, more: Record<string, unknown>) =>
  tf.engine().runKernel(name, inputs, { ...attributes, ...more } as unknown as tf.NamedAttrMap) as tf.Tensor;

const convolution = "convolution 3 × 3, 16 × 32 × 32 × 64 → 64";
benchTensors(convolution, "forward", () => tf.conv2d(x, filter, 1, "same"), true);
benchTensors(
  convolution,
  "filter gradient",
  () => kernel("Conv2DBackpropFilter", { x, dy }, { filterShape: filter.shape }),
);
benchTensors(
  convolution,
  "input gradient",
  () => kernel("Conv2DBackpropInput", { dy, filter }, { inputShape: maps }),
);

const a = normal<tf.Rank.R2>(512, 512), b = normal<tf.Rank.R2>(512, 512);
for (
  const [name, transposeA, transposeB] of [["A B", false, false], ["Aᵀ B", true, false], [
    "A Bᵀ",
    false,
    true,
  ]] as const
) {
  benchTensors(
    "matMul 512 × 512 × 512",
    name,
    () => tf.matMul(a, b, transposeA, transposeB),
    !transposeA && !transposeB,
  );
}

const gain = normal<tf.Rank.R1>(64), shift = normal<tf.Rank.R1>(64);
const norm = (input: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D) =>
  batchNormTraining(input, scale, offset, 1e-5);
benchTensors("batch norm, 16 × 32 × 32 × 64", "forward", () => norm(x, gain, shift), true);
benchTensors(
  "batch norm, 16 × 32 × 32 × 64",
  "forward and gradients",
  () =>
    tf.grads((...args) => norm(args[0] as tf.Tensor4D, args[1] as tf.Tensor1D, args[2] as tf.Tensor1D))([
      x,
      gain,
      shift,
    ], dy),
);

benchTensors("relu, 16 × 32 × 32 × 64", "forward", () => tf.relu(x), true);
benchTensors(
  "relu, 16 × 32 × 32 × 64",
  "forward and gradient",
  () => tf.grad((input) => tf.relu(input))(x, dy),
);
