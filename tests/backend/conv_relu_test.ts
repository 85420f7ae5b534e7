// Convolution, bias and rectifier as one kernel each way on wasm, against plain float64 loops.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { initBackend, Random } from "@hscl/hscl";
import { convRelu } from "../../lib/backend/operations/conv_relu.ts";
import { tilingOf } from "../../lib/backend/wasm/winograd_tiling.ts";
import { maxDifference, testOnBackends } from "../backends.ts";
import { everyOrSampled } from "../grids.ts";
import { type ConvolutionSizes, naiveConvolution } from "../reference/naive_convolution.ts";

type Shape4 = [number, number, number, number];

interface Case {
  x: Shape4;
  outputs: number;
  size: number;
  stride: number;
}

const nameOf = ({ x, outputs, size, stride }: Case) =>
  `[${x}] to ${outputs}, filter ${size}, stride ${stride}`;

function sizesOf({ x, outputs, size, stride }: Case) {
  return tf.backend_util.computeConv2DInfo(x, [size, size, x[3], outputs], stride, 1, "same");
}

function numbers(stream: Random, count: number, scale = 1): Float32Array {
  return Float32Array.from({ length: count }, () => scale * stream.uniform(-1, 1));
}

/** What the operation gives, and the gradients that it has, for random numbers. */
function operation(one: Case) {
  const stream = new Random(0).child(nameOf(one)), sizes = sizesOf(one), { x: shape, size, outputs } = one;
  const w: Shape4 = [size, size, shape[3], outputs], positions = tf.util.sizeFromShape(sizes.outShape);
  const x = numbers(stream, tf.util.sizeFromShape(shape));
  const filter = numbers(stream, tf.util.sizeFromShape(w)), bias = numbers(stream, outputs);
  // Long sums stay near 1.
  const dy = numbers(stream, positions, Math.sqrt(outputs / positions));
  const inputs = () => [tf.tensor4d(x, shape), tf.tensor4d(filter, w), tf.tensor1d(bias)];
  const apply = (inputGradient: boolean) => (...[a, b, c]: tf.Tensor[]) =>
    convRelu(a as tf.Tensor4D, b as tf.Tensor4D, c as tf.Tensor1D, one.stride, inputGradient);
  return {
    output: () => apply(true)(...inputs()),
    gradients: (inputGradient: boolean) =>
      tf.grads(apply(inputGradient))(inputs(), tf.tensor(dy, sizes.outShape)),
    /** The output before it is rectified, and the gradients where the rectified one is `y`. */
    expected: (y: ArrayLike<number>) => {
      const rectified = dy.map((value, i) => y[i] > 0 ? value : 0);
      const [sums, dx, dfilter] = naiveConvolution(x, filter, rectified, sizes as ConvolutionSizes);
      const dbias = new Float64Array(outputs);
      rectified.forEach((value, i) => dbias[i % outputs] += value);
      return { sums: sums.map((sum, i) => sum + bias[i % outputs]), gradients: [dx, dfilter, dbias] };
    },
  };
}

async function check(one: Case): Promise<void> {
  for (const relaxedSimd of [true, false]) {
    await initBackend({ backend: "wasm", relaxedSimd });
    const { output, gradients, expected } = operation(one), tensor = tf.tidy(output);
    const y = Float32Array.from(await tensor.data()), { sums, gradients: slopes } = expected(y);
    tensor.dispose();
    const off = maxDifference(y, sums.map((sum) => Math.max(0, sum)));
    assert(off < 1e-4, `${nameOf(one)}: output off by ${off}`);
    for (const inputGradient of [true, false]) {
      const computed = tf.tidy(() => gradients(inputGradient));
      for (const [i, name] of ["x", "filter", "bias"].entries()) {
        const off = maxDifference(await computed[i].data(), slopes[i]);
        assert(off < 1e-4, `${nameOf(one)}, with x ${inputGradient}: gradient in ${name} off by ${off}`);
      }
      tf.dispose(computed);
    }
  }
}

const channels = [1, 2, 3, 4, 5, 7, 8, 16, 17, 64];
const small = channels.flatMap((inputs) =>
  channels.flatMap((outputs) =>
    [1, 2, 3].flatMap((stride) =>
      [[1, 5, 4], [3, 7, 9], [1, 1, 1], [2, 8, 8]].flatMap(([count, height, width]) =>
        [1, 2, 3, 5].map((size): Case => ({ x: [count, height, width, inputs], outputs, size, stride }))
      )
    )
  )
);

Deno.test("a rectified convolution is right in value and gradients, for every size", async () => {
  assertEquals(small.length, 4800);
  const axes = ({ x, outputs, size, stride }: Case) => [x[3], outputs, stride, x.slice(0, 3), size];
  for (const one of everyOrSampled(small, axes)) await check(one);
});

/** Large enough for tiles, some cut off at the edges, some in more than one block. */
const tiled: Case[] = [
  { x: [12, 16, 16, 16], outputs: 40, size: 3, stride: 2 },
  { x: [4, 32, 31, 24], outputs: 32, size: 3, stride: 2 },
  { x: [14, 16, 23, 64], outputs: 16, size: 3, stride: 2 },
  { x: [50, 16, 16, 16], outputs: 36, size: 3, stride: 2 },
  { x: [53, 16, 15, 16], outputs: 32, size: 3, stride: 2 },
  { x: [8, 7, 7, 16], outputs: 20, size: 3, stride: 1 },
  { x: [13, 13, 13, 64], outputs: 16, size: 3, stride: 1 },
  { x: [1, 40, 33, 16], outputs: 64, size: 3, stride: 1 },
];

for (const one of tiled) {
  Deno.test(`a rectified convolution in tiles is right in value and gradients: ${nameOf(one)}`, async () => {
    assert(tilingOf(sizesOf(one)), "not in tiles");
    await check(one);
  });
}

testOnBackends("what is exactly 0 passes no gradient on, and NaN stays NaN", async (backend) => {
  const plain = small.find(({ x, size }) => x[3] === 3 && size === 3)!;
  for (const one of backend === "cpu" ? [plain] : [plain, tiled[0], tiled[6]]) {
    const { x: shape, size, outputs, stride } = one;
    const zeros = [tf.zeros(shape), tf.ones([size, size, shape[3], outputs]), tf.zeros([outputs])];
    const apply = (inputGradient: boolean) => (...[x, filter, bias]: tf.Tensor[]) =>
      convRelu(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, stride, inputGradient);
    for (const inputGradient of [true, false]) {
      for (const gradient of tf.grads(apply(inputGradient))(zeros)) {
        assertEquals(new Set(await gradient.data()), new Set([0]), nameOf(one));
      }
    }
    const broken = apply(true)(tf.fill(shape, NaN), zeros[1], zeros[2]);
    assert((await broken.data()).every(Number.isNaN), nameOf(one));
    const shifted = apply(true)(zeros[0], zeros[1], tf.fill([outputs], NaN));
    assert((await shifted.data()).every(Number.isNaN), nameOf(one));
    const negative = apply(true)(zeros[0], zeros[1], tf.fill([outputs], -2));
    assertEquals(new Set(await negative.data()), new Set([0]), nameOf(one));
  }
});

// On the other backends this is TensorFlow.js' convolution, and that of WebGPU takes no empty batch.
Deno.test("nothing comes of no images, and only the bias of no channels", async () => {
  await initBackend({ backend: "wasm" });
  const filter = tf.ones<tf.Rank.R4>([3, 3, 2, 4]), bias = tf.tensor1d([-1, 0, 1, 2]);
  const apply = (...[x, filter, bias]: tf.Tensor[]) =>
    convRelu(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, 2, true);
  const none = tf.zeros([0, 4, 4, 2]);
  assertEquals(apply(none, filter, bias).shape, [0, 2, 2, 4]);
  const gradients = tf.grads(apply)([none, filter, bias]);
  assertEquals(gradients.map(({ shape }) => shape), [none.shape, filter.shape, bias.shape]);
  for (const gradient of gradients.slice(1)) assertEquals(new Set(await gradient.data()), new Set([0]));
});

Deno.test("gradients of a rectified convolution leave nothing behind, and say so if differentiated again", async () => {
  await initBackend({ backend: "wasm" });
  for (const one of [small.find(({ x, size }) => x[3] === 3 && size === 3)!, tiled[0], tiled[6]]) {
    const { gradients } = operation(one), { numTensors, numDataBuffers } = tf.memory();
    for (const inputGradient of [true, false]) tf.tidy(() => void gradients(inputGradient));
    assertEquals(tf.memory().numTensors, numTensors);
    assertEquals(tf.memory().numDataBuffers, numDataBuffers);
  }
  const filter = tf.ones<tf.Rank.R4>([3, 3, 2, 4]), bias = tf.ones<tf.Rank.R1>([4]);
  const slope = tf.grad((x) => convRelu(x as tf.Tensor4D, filter, bias, 1, true));
  assertThrows(
    () => tf.grad((x) => slope(x))(tf.ones([1, 4, 4, 2])),
    Error,
    "derivatives of first order only",
  );
});
