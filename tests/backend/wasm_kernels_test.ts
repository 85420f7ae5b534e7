// The WebAssembly kernels of this library against tfjs' plain JavaScript backend.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { initBackend, Random } from "@hscl/hscl";
import { usesRelaxedSimd } from "../../lib/backend/wasm/assembly/instances.ts";
import { batchNormTraining } from "../../lib/backend/operations/batch_norm.ts";
import { adamUpdate } from "../../lib/backend/operations/adam_update.ts";
import type { WasmBackend } from "../../lib/backend/wasm/heap.ts";
import { tilingOf } from "../../lib/backend/wasm/winograd_tiling.ts";
import { maxDifference } from "../backends.ts";
import { everyOrSampled } from "../grids.ts";
import { type ConvolutionSizes, naiveConvolution } from "../reference/naive_convolution.ts";

const random = new Random(0).child("kernels");

function values(shape: number[], stream = random): Float32Array {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.uniform(-1, 1));
}

async function read(tensors: tf.Tensor[]): Promise<Float32Array[]> {
  const values = await Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data())));
  tf.dispose(tensors);
  return values;
}

/** Runs it on wasm with and without relaxed SIMD; the largest difference of any output from the expected ones. */
async function differenceFrom(expected: ArrayLike<number>[], compute: () => tf.Tensor[]): Promise<number> {
  let most = 0;
  for (const relaxedSimd of [true, false]) {
    await initBackend({ backend: "wasm", relaxedSimd });
    const computed = await read(tf.tidy(compute));
    assertEquals(computed.length, expected.length);
    computed.forEach((output, i) => most = Math.max(most, maxDifference(output, expected[i])));
  }
  return most;
}

/** As {@linkcode differenceFrom}, with what the cpu backend makes of it expected. */
async function compare(compute: () => tf.Tensor[]): Promise<number> {
  await initBackend({ backend: "cpu" });
  return differenceFrom(await read(tf.tidy(compute)), compute);
}

type Shape4 = [number, number, number, number];
type Pad = "same" | "valid" | number | tf.backend_util.ExplicitPadding;

interface Convolution {
  x: Shape4;
  w: Shape4;
  stride: number;
  pad: Pad;
  /** Size of the gradient that comes from above: it keeps the long sums of the filter's gradient near 1. */
  slope?: number;
}

const nameOf = ({ x, w, stride, pad }: Convolution) =>
  `[${x}] * [${w}], stride ${stride}, padding ${JSON.stringify(pad)}`;

/** A convolution of random numbers with both its gradients: to be computed, and by its definition. */
function convolution(one: Convolution) {
  const { x, w, stride, pad, slope = 1 } = one;
  const stream = random.child(nameOf(one)); // the same numbers, whichever cases come before
  const sizes = tf.backend_util.computeConv2DInfo(x, w, stride, 1, pad);
  const [images, filters] = [x, w].map((shape) => values(shape, stream));
  const above = values(sizes.outShape, stream).map((value) => slope * value);
  const convolve = (a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad);
  return {
    compute: () => {
      const [a, b] = [tf.tensor4d(images, x), tf.tensor4d(filters, w)];
      return [convolve(a, b), ...tf.grads(convolve)([a, b], tf.tensor4d(above, sizes.outShape as Shape4))];
    },
    expected: naiveConvolution(images, filters, above, sizes as ConvolutionSizes),
  };
}

const paddings: Pad[] = ["same", "valid", 1, [[0, 0], [2, 1], [0, 3], [0, 0]]];
const smallConvolutions = [1, 2, 3].flatMap((stride) =>
  [[8, 8], [7, 9], [5, 6], [1, 1]].flatMap(([height, width]) =>
    [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6], [7, 7], [3, 1], [1, 4]].flatMap(([kh, kw]) =>
      paddings.flatMap((pad) => {
        const [vertical, horizontal] = pad === 1 ? [2, 2] : pad instanceof Array ? [3, 3] : [0, 0];
        if (pad !== "same" && (kh > height + vertical || kw > width + horizontal)) return [];
        return [[1, 8], [3, 5], [8, 4], [7, 13]].map(([inputs, outputs]): Convolution => ({
          x: [2, height, width, inputs],
          w: [kh, kw, inputs, outputs],
          stride,
          pad,
        }));
      })
    )
  )
);

Deno.test("small convolutions of every kind are right in value and gradients", async () => {
  assert(smallConvolutions.length > 1050, `${smallConvolutions.length}`);
  const cases = everyOrSampled(
    smallConvolutions,
    ({ x, w, stride, pad }) => [[x[1], x[2]], [w[0], w[1]], [w[2], w[3]], stride, pad],
  );
  for (const one of cases) {
    const { compute, expected } = convolution(one), difference = await differenceFrom(expected, compute);
    assert(difference < 1e-4, `${nameOf(one)}: off by ${difference}`);
  }
});

/** 3 × 3 convolutions large enough for Winograd's tiles, some of them cut off at the edges. */
function tiled(stride: number, channels: [number, number][], images: [number, number, number, Pad[]][]) {
  return channels.flatMap(([inputs, outputs]) =>
    images.flatMap(([count, height, width, paddings]) =>
      paddings.map((pad): Convolution => ({
        x: [count, height, width, inputs],
        w: [3, 3, inputs, outputs],
        stride,
        pad,
        slope: 1 / Math.sqrt(count * height * width),
      }))
    )
  );
}

const tiledConvolutions: Convolution[] = [
  ...tiled(1, [[8, 16], [16, 17], [20, 32], [64, 16]], [
    [24, 4, 4, ["same", 3]],
    [4, 5, 12, [1, [[0, 0], [2, 1], [0, 3], [0, 0]]]],
    [8, 7, 7, ["same"]],
    [5, 8, 9, ["same", "valid"]],
    [2, 13, 13, [1, "valid"]],
  ]),
  ...tiled(1, [[64, 16]], [[13, 13, 13, ["same"]]]), // 208 tiles: more than one block
  ...tiled(2, [[16, 36], [24, 32], [64, 16]], [
    [10, 16, 16, ["same", 1]],
    [4, 32, 31, [[[0, 0], [2, 1], [0, 3], [0, 0]]]],
    [7, 17, 23, ["valid"]],
    [2, 33, 40, ["same"]],
  ]),
  ...tiled(2, [[16, 36]], [[50, 16, 16, ["same"]]]), // 200 tiles: more than one block
];

for (const one of tiledConvolutions) {
  Deno.test(`a convolution in tiles is right in value and gradients: ${nameOf(one)}`, async () => {
    const { compute, expected } = convolution(one), difference = await differenceFrom(expected, compute);
    assert(difference < 1e-4, `off by ${difference}`);
  });
}

Deno.test("3 × 3 convolutions of 512 channels are off by no more than rounding, and the same every time", async () => {
  for (const [images, inputs, outputs, stride] of [[17, 512, 16, 1], [17, 16, 512, 1], [50, 256, 8, 2]]) {
    const side = 4 * stride;
    const { compute, expected } = convolution({
      x: [images, side, side, inputs],
      w: [3, 3, inputs, outputs],
      stride,
      pad: "same",
    });
    const difference = await differenceFrom(expected, compute);
    const terms = 9 * Math.max(inputs, outputs);
    assert(difference < 1e-5 * Math.sqrt(terms), `${inputs} to ${outputs}: off by ${difference}`);
    assertEquals(await read(tf.tidy(compute)), await read(tf.tidy(compute)));
  }
});

Deno.test("Winograd's convolution is used where it is possible and faster", () => {
  const usesTiles = (
    images: number,
    side: number,
    inputs: number,
    outputs: number,
    stride = 1,
    filter = 3,
  ) => {
    const x: Shape4 = [images, side, side, inputs], w: Shape4 = [filter, filter, inputs, outputs];
    return tilingOf(tf.backend_util.computeConv2DInfo(x, w, stride, 1, "same")) !== undefined;
  };
  for (const [side, channels] of [[32, 64], [16, 128], [8, 256], [4, 512]]) {
    assert(usesTiles(32, side, channels, channels), `${channels} channels`);
  }
  assert(
    usesTiles(64, 32, 32, 64, 2) && usesTiles(64, 16, 64, 128, 2) && usesTiles(64, 8, 256, 512, 2),
    "stride 2",
  );
  assert(
    !usesTiles(1, 4, 512, 512) && !usesTiles(32, 8, 256, 512, 2),
    "a filter's transform takes longer than it saves",
  );
  assert(!usesTiles(32, 2, 64, 64) && !usesTiles(32, 10, 64, 64, 2), "tiles of which most is cut off");
  assert(!usesTiles(32, 32, 3, 64) && !usesTiles(32, 32, 12, 64, 2), "channels that do not fill vectors");
  assert(!usesTiles(32, 32, 64, 64, 3) && !usesTiles(32, 32, 64, 64, 1, 5), "another stride or filter");
});

Deno.test("a convolution in several chunks of images is right in value and gradients", async () => {
  // 9·8 patch floats × 32² positions per image: some 14 images fill the scratch space.
  const { compute, expected } = convolution({ x: [33, 32, 32, 8], w: [3, 3, 8, 4], stride: 1, pad: "same" });
  const difference = await differenceFrom(expected, compute);
  assert(difference < 2e-3, `off by ${difference}`); // sums of 33·32² products
});

Deno.test("matrix products agree with the cpu backend for every transposition and batch", async () => {
  const shapes: [number[], number[]][] = [
    [[], []],
    [[3], [3]],
    [[3], [1]],
    [[1], [4]],
    [[2, 3], [2, 3]],
  ];
  for (const [aBatch, bBatch] of shapes) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        for (const [m, k, n] of [[1, 1, 1], [5, 7, 3], [16, 64, 8]]) {
          const aShape = [...aBatch, ...(transposeA ? [k, m] : [m, k])];
          const bShape = [...bBatch, ...(transposeB ? [n, k] : [k, n])];
          const a = values(aShape), b = values(bShape);
          const difference = await compare(() => [
            tf.matMul(tf.tensor(a, aShape), tf.tensor(b, bShape), transposeA, transposeB),
          ]);
          assert(
            difference < 1e-5,
            `[${aShape}] · [${bShape}], ${transposeA}, ${transposeB}: off by ${difference}`,
          );
        }
      }
    }
  }
});

Deno.test("batches that broadcast on both sides equal the products of the single matrices", async () => {
  // Against plain numbers: tfjs' cpu backend gets the shape of this case wrong.
  await initBackend({ backend: "wasm" });
  const a = values([2, 1, 3, 4]), b = values([1, 3, 4, 2]);
  const product = tf.matMul(tf.tensor4d(a, [2, 1, 3, 4]), tf.tensor4d(b, [1, 3, 4, 2]));
  assertEquals(product.shape, [2, 3, 3, 2]);
  const expected: number[] = [];
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 3; j++) {
      for (let row = 0; row < 3; row++) {
        for (let column = 0; column < 2; column++) {
          let sum = 0;
          for (let k = 0; k < 4; k++) sum += a[i * 12 + row * 4 + k] * b[j * 8 + k * 2 + column];
          expected.push(sum);
        }
      }
    }
  }
  assert(maxDifference(await product.data(), expected) < 1e-6);
});

Deno.test("a matrix seen in two shapes gives the right product in both", async () => {
  // tfjs-wasm 4.22 keeps the operator of the first shape for the second.
  const a1 = values([4, 6]), a2 = values([4, 12]), b = values([6, 12]);
  const difference = await compare(() => {
    const right = tf.tensor2d(b, [6, 12]);
    const first = tf.matMul(tf.tensor2d(a1, [4, 6]), right);
    const second = tf.matMul(tf.tensor2d(a2, [4, 12]), tf.reshape(right, [12, 6]));
    return [first, second];
  });
  assert(difference < 1e-5, `off by ${difference}`);
});

Deno.test("fused multiply-add runs here, and not when it is switched off", async () => {
  const relaxed = () => usesRelaxedSimd(tf.backend() as unknown as WasmBackend);
  await initBackend({ backend: "wasm", relaxedSimd: false });
  assertEquals(relaxed(), false);
  await initBackend({ backend: "wasm" });
  assertEquals(relaxed(), true);
});

Deno.test("tfjs' own kernels come back when asked for, without the filter gradient it lacks", async () => {
  await initBackend({ backend: "wasm", fastKernels: false });
  assertEquals(tf.getKernel("Conv2DBackpropFilter", "wasm"), undefined);
  const [four] = await tf.matMul(tf.tensor2d([[2]]), tf.tensor2d([[2]])).data();
  assertEquals(four, 4);
  await initBackend({ backend: "wasm" });
  assert(tf.getKernel("Conv2DBackpropFilter", "wasm"));
});

Deno.test("dilated convolutions agree with the cpu backend", async () => {
  const x = values([2, 9, 9, 3]), w = values([3, 3, 3, 4]);
  const difference = await compare(() => [
    tf.conv2d(tf.tensor4d(x, [2, 9, 9, 3]), tf.tensor4d(w, [3, 3, 3, 4]), 1, "same", "NHWC", 2),
  ]);
  assert(difference < 1e-5, `off by ${difference}`);
});

Deno.test("explicit padding along a filter side of 1 gives the right convolution", async () => {
  // tfjs-wasm 4.22 is off here, and so it is in the next test.
  const x = values([1, 4, 4, 2]), w = values([3, 1, 2, 3]);
  const difference = await compare(() => [
    tf.conv2d(tf.tensor4d(x, [1, 4, 4, 2]), tf.tensor4d(w, [3, 1, 2, 3]), 1, [[0, 0], [1, 1], [1, 1], [
      0,
      0,
    ]]),
  ]);
  assert(difference < 1e-5, `off by ${difference}`);
});

Deno.test('padding "same" with a filter smaller than the stride gives the right convolution', async () => {
  const x = values([1, 7, 7, 2]), w = values([2, 2, 2, 3]);
  const difference = await compare(() => [
    tf.conv2d(tf.tensor4d(x, [1, 7, 7, 2]), tf.tensor4d(w, [2, 2, 2, 3]), 3, "same"),
  ]);
  assert(difference < 1e-5, `off by ${difference}`);
});

Deno.test("fused convolutions agree with the cpu backend, along sides of 1 and with every activation", async () => {
  // tfjs-wasm 4.22 is off for most of these sizes, with padding "same".
  const activations = ["linear", "relu", "relu6", "elu", "sigmoid", "prelu", "leakyrelu"] as const;
  const sizes: [Shape4, Shape4, [number, number]][] = [
    [[2, 4, 1, 2], [1, 3, 2, 3], [2, 2]],
    [[2, 1, 4, 8], [3, 1, 8, 16], [1, 2]],
    [[1, 5, 5, 2], [3, 1, 2, 3], [1, 3]],
    [[3, 7, 3, 8], [2, 2, 8, 16], [2, 3]],
    [[2, 1, 1, 2], [3, 3, 2, 3], [2, 1]],
    [[2, 6, 5, 3], [3, 3, 3, 4], [1, 1]],
  ];
  for (const [x, w, strides] of sizes) {
    for (const pad of ["same", "valid"] as const) {
      if (pad === "valid" && (w[0] > x[1] || w[1] > x[2])) continue;
      const [images, filters, bias, weights] = [x, w, [w[3]], [w[3]]].map((shape) => values(shape));
      const fused = (activation: typeof activations[number], dilations: number, withBias: boolean) =>
        tf.fused.conv2d({
          x: tf.tensor4d(images, x),
          filter: tf.tensor4d(filters, w),
          strides: dilations > 1 ? 1 : strides,
          pad,
          dilations,
          bias: withBias ? tf.tensor1d(bias) : undefined,
          activation,
          preluActivationWeights: activation === "prelu" ? tf.tensor1d(weights) : undefined,
          leakyreluAlpha: 0.3,
        });
      const difference = await compare(() => [
        ...activations.map((activation) => fused(activation, 1, true)),
        fused("relu", 1, false),
        ...(pad === "same" ? [fused("linear", 2, true)] : []),
      ]);
      assert(difference < 1e-5, `[${x}] * [${w}], ${strides}, ${pad}: off by ${difference}`);
    }
  }
});

Deno.test("a window that does not fit is refused, one that just does not gives nothing, and wasm goes on", async () => {
  await initBackend({ backend: "wasm" });
  const x = tf.ones([2, 3, 3, 2]) as tf.Tensor4D,
    filter = (side: number) => tf.ones([side, side, 2, 3]) as tf.Tensor4D;
  const windows: ((side: number) => tf.Tensor4D)[] = [
    (side) => tf.conv2d(x, filter(side), 1, "valid"),
    (side) => tf.conv2d(x, filter((side + 1) / 2), 1, "valid", "NHWC", 2), // as wide with a gap
    (side) => tf.fused.conv2d({ x, filter: filter(side), strides: 1, pad: "valid" }),
    (side) => tf.maxPool(x, side, 1, "valid"),
    (side) => tf.avgPool(x, side, 1, "valid"),
  ];
  for (const window of windows) {
    assertThrows(
      () => window(5),
      RangeError,
      "the window must fit into them: received an output of [2, -1, -1",
    );
    assertEquals((await window(3).data()).length % 2, 0);
  }
  for (const side of [4]) {
    for (const window of [windows[0], windows[2], windows[3], windows[4]]) assertEquals(window(side).size, 0);
  }
  const gradients = tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "valid"))([
    x,
    filter(4),
  ]);
  const pooled = tf.grad((a) => tf.maxPool(a as tf.Tensor4D, 4, 1, "valid"))(x);
  for (const gradient of [...gradients, pooled]) {
    assertEquals(new Set(await gradient.data()), new Set([0]));
  }
  assertEquals((await tf.matMul(tf.ones([20, 20]), tf.ones([20, 20])).data())[0], 20);
});

Deno.test("pooling gradients agree with the cpu backend, also where a window's largest value is not positive", async () => {
  for (const filter of [2, 3]) {
    for (const stride of [1, 2, 3]) {
      for (const pad of ["same", "valid"] as const) {
        const x = values([2, 7, 6, 5]).map((value) => Math.min(value, 0) - (value > 0.5 ? 0 : 0.1));
        const { outShape } = tf.backend_util.computePool2DInfo([2, 7, 6, 5], filter, stride, 1, pad);
        const dy = values(outShape);
        for (const pool of [tf.maxPool, tf.avgPool]) {
          const difference = await compare(() => [
            tf.grad((a) => pool(a as tf.Tensor4D, filter, stride, pad))(
              tf.tensor4d(x, [2, 7, 6, 5]),
              tf.tensor4d(dy, outShape as Shape4),
            ),
          ]);
          assert(difference < 1e-5, `${pool.name} ${filter}, ${stride}, ${pad}: off by ${difference}`);
        }
      }
    }
  }
});

Deno.test("a maximum after a rectifier passes its gradient on", async () => {
  const x = values([1, 4, 4, 3]).map((value) => value - 0.8), dy = values([1, 2, 2, 3]);
  const difference = await compare(() => [
    tf.grad((a) => tf.maxPool(tf.relu(a as tf.Tensor4D), 2, 2, "valid"))(
      tf.tensor4d(x, [1, 4, 4, 3]),
      tf.tensor4d(dy, [1, 2, 2, 3]),
    ),
  ]);
  assert(difference < 1e-6, `off by ${difference}`);
});

Deno.test("batch norm and its gradients agree with the cpu backend's composition", async () => {
  for (const shape of [[5, 3], [300, 8], [2, 5, 4, 7], [3, 16, 16, 12]]) {
    const c = shape[shape.length - 1];
    const x = values(shape).map((value) => 3 * value + 10), gain = values([c]), shift = values([c]);
    const dy = values(shape);
    const difference = await compare(() => {
      const seen: tf.Tensor[] = [];
      const norm = (a: tf.Tensor, b: tf.Tensor, d: tf.Tensor) =>
        batchNormTraining(a, b as tf.Tensor1D, d as tf.Tensor1D, 1e-5, (mean, variance) => {
          seen.push(tf.keep(tf.clone(mean)), tf.keep(tf.clone(variance)));
        });
      const inputs = [tf.tensor(x, shape), tf.tensor1d(gain), tf.tensor1d(shift)];
      const gradients = tf.grads((a, b, d) => norm(a, b, d))(inputs, tf.tensor(dy, shape));
      return [norm(inputs[0], inputs[1], inputs[2]), ...gradients, ...seen];
    });
    assert(difference < 1e-4, `${shape}: off by ${difference}`);
  }
});

Deno.test("Adam's update agrees with the cpu backend's composition", async () => {
  for (const count of [1, 4, 1003]) {
    const [weight, gradient, m] = [values([count]), values([count]), values([count])];
    const v = values([count]).map(Math.abs);
    const difference = await compare(() => {
      const updated = adamUpdate(
        {
          weight: tf.tensor1d(weight),
          gradient: tf.tensor1d(gradient),
          m: tf.tensor1d(m),
          v: tf.tensor1d(v),
        },
        { step: 3, learningRate: 0.01, weightDecay: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      );
      return [updated.weight, updated.m, updated.v];
    });
    assert(difference < 1e-6, `${count}: off by ${difference}`);
  }
});

Deno.test("the rectifier's gradient agrees with the cpu backend", async () => {
  for (const shape of [[1], [7], [3, 5, 4, 2]]) {
    const x = values(shape), dy = values(shape);
    x[0] = 0;
    const difference = await compare(() => [tf.grad(tf.relu)(tf.tensor(x, shape), tf.tensor(dy, shape))]);
    assertEquals(difference, 0);
  }
});

Deno.test("sums and means agree with the cpu backend over every set of axes", async () => {
  const shape = [3, 4, 5, 6], x = values(shape);
  const integers = Int32Array.from(x, (value) => Math.round(100 * value));
  for (let set = 0; set < 16; set++) {
    const axes = [0, 1, 2, 3].filter((axis) => set & (1 << axis));
    for (const keepDims of [false, true]) {
      for (const reduce of [tf.sum, tf.mean]) {
        const difference = await compare(() => [
          reduce(tf.tensor(x, shape), axes, keepDims),
          reduce(tf.tensor(integers, shape, "int32"), axes, keepDims),
        ]);
        assert(difference < 1e-4, `${reduce.name} over ${axes}: off by ${difference}`);
      }
    }
  }
});

for (const shape of [[3, 300], [3, 1500], [1500, 3], [2, 1500, 2], [30, 50], [4219], [1, 100_000]]) {
  Deno.test(`long sums and means lose no digits: [${shape}]`, async () => {
    // Equal numbers, each of which a sum of many rounds the same way.
    const x = new Float32Array(tf.util.sizeFromShape(shape)).fill(Math.fround(1 / 3000));
    const axes = shape.length === 1 || shape[0] === 30 ? undefined : shape.indexOf(Math.max(...shape));
    const sums = () => [tf.sum, tf.mean].map((reduce) => reduce(tf.tensor(x, shape), axes));
    const count = x.length / tf.tidy(() => sums()[0].size), sum = count * x[0];
    await initBackend({ backend: "wasm" });
    for (const [i, values] of (await read(tf.tidy(sums))).entries()) {
      for (const value of values) {
        const off = Math.abs(value / (i === 0 ? sum : x[0]) - 1);
        assert(off < 3e-6, `${i === 0 ? "sum" : "mean"} of ${count} numbers: off by ${off}`);
      }
    }
  });
}

Deno.test("slices agree with the cpu backend, for every rank and type", async () => {
  const cases: [number[], number[], number[]][] = [
    [[7], [2], [3]],
    [[4, 5], [1, 0], [2, 5]],
    [[4, 5], [1, 2], [2, -1]],
    [[3, 4, 5], [1, 1, 1], [2, 2, 2]],
    [[2, 3, 4, 5], [0, 1, 0, 0], [2, 1, 4, 5]],
    [[2, 2, 2, 2, 3], [0, 1, 0, 1, 1], [2, 1, 2, 1, 2]],
    [[3, 2], [1, 0], [0, 2]],
  ];
  for (const [shape, begin, size] of cases) {
    for (const dtype of ["float32", "int32", "bool"] as const) {
      const x = Array.from(values(shape), (value) => dtype === "float32" ? value : value > 0 ? 1 : 0);
      const difference = await compare(() => [
        tf.cast(tf.slice(tf.tensor(x, shape, dtype), begin, size), "float32"),
      ]);
      assertEquals(difference, 0, `${shape} from ${begin}, ${size}, ${dtype}`);
    }
  }
  assertEquals(await tf.slice(tf.tensor1d(["a", "b", "c"]), [1], [2]).data(), ["b", "c"] as never);
});

Deno.test("a copy of a variable keeps its values when the variable changes", async () => {
  await initBackend({ backend: "wasm" });
  const variable = tf.variable(tf.tensor1d([1, 2])),
    copy = variable.clone(),
    cast = tf.cast(variable, "float32");
  variable.assign(tf.tensor1d([3, 4]));
  variable.dispose();
  assertEquals([...await copy.data(), ...await cast.data()], [1, 2, 1, 2]);
});

Deno.test("kernels leave no tensor and no heap memory behind", async () => {
  await initBackend({ backend: "wasm" });
  const x = tf.tensor4d(values([16, 17, 17, 16]), [16, 17, 17, 16]),
    w = tf.tensor4d(values([3, 3, 16, 32]), [3, 3, 16, 32]);
  const backend = tf.backend() as unknown as { dataIdMap: { numDataIds(): number } };
  const convolutions = [1, 2].map((stride) => {
    const gradient = tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, "same"));
    return () => tf.dispose(gradient([x, w]));
  });
  for (const once of [...convolutions, () => tf.dispose([tf.sum(x), tf.sum(x, [0, 1])])]) {
    once();
    const before = [tf.memory().numTensors, backend.dataIdMap.numDataIds()];
    for (let i = 0; i < 10; i++) once();
    assertEquals([tf.memory().numTensors, backend.dataIdMap.numDataIds()], before);
  }
});
