/** Kernels that training spends its time in, at sizes of a ResNet-18 and of a net of three convolutions. */
import * as tf from "@tensorflow/tfjs";
import { batchNormTraining } from "../lib/backend/operations/batch_norm.ts";
import { benchTensors, normal } from "./setup.ts";

/** A 3 × 3 convolution and its gradients. */
function benchConvolution(maps: [number, number, number, number], outputs: number, stride: number): void {
  const [images, height, width, inputs] = maps;
  const x = normal<tf.Rank.R4>(...maps), filter = normal<tf.Rank.R4>(3, 3, inputs, outputs);
  const dy = normal<tf.Rank.R4>(images, Math.ceil(height / stride), Math.ceil(width / stride), outputs);
  const kernel = (name: string, tensors: Record<string, tf.Tensor>, more: Record<string, unknown>) => {
    const attributes = { strides: [stride, stride], pad: "same", dataFormat: "NHWC", ...more };
    return tf.engine().runKernel(name, tensors, attributes as unknown as tf.NamedAttrMap) as tf.Tensor;
  };
  const group = `convolution 3 × 3, stride ${stride}, ${maps.join(" × ")} → ${outputs}`;
  benchTensors(group, "forward", () => tf.conv2d(x, filter, stride, "same"), true);
  benchTensors(
    group,
    "filter gradient",
    () => kernel("Conv2DBackpropFilter", { x, dy }, { filterShape: filter.shape }),
  );
  benchTensors(
    group,
    "input gradient",
    () => kernel("Conv2DBackpropInput", { dy, filter }, { inputShape: maps }),
  );
}

benchConvolution([16, 32, 32, 64], 64, 1);
benchConvolution([16, 16, 16, 128], 128, 1);
benchConvolution([16, 8, 8, 256], 256, 1);
benchConvolution([64, 4, 4, 512], 512, 1);
benchConvolution([64, 32, 32, 32], 64, 2);
benchConvolution([64, 16, 16, 64], 128, 2);

const x = normal<tf.Rank.R4>(16, 32, 32, 64), dy = normal<tf.Rank.R4>(16, 32, 32, 64);

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
