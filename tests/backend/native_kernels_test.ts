// TensorFlow's kernels against the same operations composed from tfjs' plain JavaScript ones.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { captured } from "@hscl/hscl/backend";
import { initBackend } from "@hscl/hscl";
import { adamUpdate } from "../../lib/backend/operations/adam_update.ts";
import { batchNormTraining } from "../../lib/backend/operations/batch_norm.ts";
import { convBias } from "../../lib/backend/operations/conv_bias.ts";
import { hasKernel } from "../../lib/backend/operations/has_kernel.ts";
import type { NativeBackend } from "../../lib/backend/native/backend.ts";
import { maxDifference } from "../backends.ts";
import { nativeTest } from "./native_backend.ts";

type Values = Float32Array[];

/** Values of what `body` returns, on each of both backends. */
async function onBoth(body: () => tf.Tensor[]): Promise<{ native: Values; plain: Values }> {
  const on = async (backend: "tensorflow" | "cpu") => {
    await initBackend({ backend });
    const tensors = tf.tidy(body);
    const values = tensors.map((tensor) => tensor.dataSync<"float32">());
    tf.dispose(tensors);
    return values;
  };
  return { native: await on("tensorflow"), plain: await on("cpu") };
}

function assertClose({ native, plain }: { native: Values; plain: Values }, tolerance: number): void {
  assertEquals(native.length, plain.length);
  native.forEach((values, i) => {
    const size = Math.max(1, ...plain[i].map(Math.abs));
    const difference = maxDifference(values, plain[i]) / size;
    assert(difference <= tolerance, `output ${i} differs by ${difference} of ${size}`);
  });
}

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);

nativeTest("the kernels are registered on the native backend only", async () => {
  await initBackend({ backend: "tensorflow" });
  for (const name of ["ReluGrad", "BatchNormTraining", "AdamUpdate"] as const) assert(hasKernel(name), name);
  await initBackend({ backend: "cpu" });
  assertEquals(hasKernel("ReluGrad"), false);
});

nativeTest("relu and its gradient, also at 0, at infinity and for NaN", async () => {
  assertClose(
    await onBoth(() => {
      const x = tf.tensor1d([-2, -0, 0, 1e-30, 3]), y = random([4, 5, 6, 7], 1);
      return [x, y].flatMap((x) => [tf.relu(x), tf.grad((x) => tf.relu(x))(x)]);
    }),
    0,
  );
  await initBackend({ backend: "tensorflow" });
  const values = tf.tidy(() => tf.relu(tf.tensor1d([NaN, Infinity, -Infinity])).dataSync());
  assertEquals([...values], [NaN, Infinity, 0]);
});

nativeTest("a convolution with bias, and its gradients", async () => {
  await initBackend({ backend: "tensorflow" });
  assertEquals(hasKernel("ConvBias"), !(tf.backend() as unknown as NativeBackend).isUsingGpuDevice);
  for (
    const [height, width, inputs, outputs, stride, size] of [
      [5, 7, 1, 3, 1, 3],
      [9, 8, 3, 16, 2, 3],
      [
        16,
        16,
        32,
        64,
        2,
        3,
      ],
      [4, 4, 8, 8, 1, 1],
      [6, 5, 4, 5, 3, 5],
    ]
  ) {
    assertClose(
      await onBoth(() => {
        const x = random([2, height, width, inputs], 20), filter = random([size, size, inputs, outputs], 21);
        const bias = random([outputs], 22);
        const layer = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
          convBias(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, stride);
        const y = layer(x, filter, bias), dy = random(y.shape, 23);
        return [y, ...tf.grads(layer)([x, filter, bias], dy)];
      }),
      1e-5,
    );
  }
  await initBackend({ backend: "tensorflow" });
  const [y] = tf.tidy(() =>
    convBias(tf.fill([1, 1, 1, 1], NaN), tf.ones([1, 1, 1, 1]), tf.zeros([1]), 1).dataSync()
  );
  assertEquals(y, NaN);
});

for (const shape of [[6, 3], [1, 4], [3, 5, 4, 7], [2, 1, 1, 1], [8, 16, 16, 32]]) {
  nativeTest(`batch norm and its gradients, ${shape.join(" × ")}`, async () => {
    const channels = shape.at(-1)!;
    const result = await onBoth(() => {
      const x = tf.add(tf.mul(random(shape, 2), 3), 5), dy = random(shape, 3);
      const gain = random([channels], 4) as tf.Tensor1D, shift = random([channels], 5) as tf.Tensor1D;
      const statistics: tf.Tensor[] = [];
      const norm = (x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor) =>
        batchNormTraining(x, gain as tf.Tensor1D, shift as tf.Tensor1D, 1e-5, (mean, variance) => {
          statistics.push(tf.keep(tf.clone(mean)), tf.keep(tf.clone(variance)));
        });
      const y = norm(x, gain, shift);
      return [y, ...tf.grads(norm)([x, gain, shift], dy), ...statistics.slice(0, 2)];
    });
    assertClose(result, 2e-4);
  });
}

for (const weightDecay of [0, 0.1]) {
  nativeTest(`Adam over five steps, weight decay ${weightDecay}`, async () => {
    const result = await onBoth(() => {
      let state: { weight: tf.Tensor; m: tf.Tensor; v: tf.Tensor } = {
        weight: random([33, 7], 6),
        m: tf.zeros([33, 7]),
        v: tf.zeros([33, 7]),
      };
      const first = state.weight;
      for (let step = 1; step <= 5; step++) {
        state = adamUpdate({ ...state, gradient: random([33, 7], 10 + step) }, {
          step,
          learningRate: 0.1,
          weightDecay,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
        });
      }
      return [state.weight, state.m, state.v, first]; // the first weights must not have changed
    });
    assertClose(result, 1e-5);
  });
}

nativeTest("adding a vector to the last axis, and its gradient", async () => {
  const result = await onBoth(() => {
    const out: tf.Tensor[] = [];
    for (const shape of [[4, 3], [2, 4, 3], [2, 3, 4, 3], [1, 2, 3, 4, 3], [1, 1, 2, 3, 4, 3], [3]]) {
      const x = random(shape, 7), bias = random([3], 8), dy = random(shape, 9);
      out.push(...tf.grads((x, bias) => tf.add(x, bias))([x, bias], dy), tf.add(x, bias), tf.add(bias, x));
    }
    return out;
  });
  assertClose(result, 1e-6);
});

nativeTest("sums over every set of axes, and of integers", async () => {
  const result = await onBoth(() => {
    const x = random([2, 3, 4, 5], 10);
    const sets = [[0], [3], [0, 1, 2], [2, 1, 0], [1, 2, 3], [0, 1, 2, 3], [0, 2]];
    return [
      ...sets.flatMap((axes) => [tf.sum(x, axes), tf.sum(x, axes, true)]),
      tf.cast(tf.sum(tf.tensor2d([[1, 2], [3, 4]], undefined, "int32"), 0), "float32"),
    ];
  });
  assertClose(result, 1e-5);
});

nativeTest("products of matrices, small and large, transposed or not, and their gradients", async () => {
  for (const [m, k, n] of [[3, 4, 5], [1, 7, 1], [300, 300, 200]]) {
    const result = await onBoth(() =>
      [[false, false], [false, true], [true, false], [true, true]].flatMap(([transposeA, transposeB]) => {
        const a = random(transposeA ? [k, m] : [m, k], 16), b = random(transposeB ? [n, k] : [k, n], 17);
        const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB);
        return [product(a, b), ...tf.grads(product)([a, b], random([m, n], 18))];
      })
    );
    assertClose(result, 1e-5);
  }
});

for (
  const [size, stride, pad] of [[3, 1, "same"], [3, 2, "same"], [3, 2, "valid"], [1, 2, "same"]] as const
) {
  nativeTest(`convolution and its gradients, ${size} × ${size}, stride ${stride}, ${pad}`, async () => {
    const result = await onBoth(() => {
      const x = random([2, 9, 8, 3], 11) as tf.Tensor4D, filter = random([size, size, 3, 5], 12);
      const op = (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad);
      const y = op(x, filter);
      return [y, ...tf.grads(op)([x, filter], random(y.shape, 13))];
    });
    assertClose(result, 1e-5);
  });
}

nativeTest("convolutions with strides that differ, also to one pixel, and their gradients", async () => {
  for (const strides of [[1, 2], [2, 1], [3, 1], [2, 3]] as [number, number][]) {
    for (const [height, width] of [[6, 2], [2, 6], [7, 3], [1, 1], [5, 9]]) {
      for (const pad of ["same", "valid"] as const) {
        for (const [count, side, inputs, outputs] of [[3, 1, 16, 8], [2, 2, 3, 5], [1, 2, 3, 5]]) {
          if (pad === "valid" && side > Math.min(height, width)) continue;
          assertClose(
            await onBoth(() => {
              const x = random([count, height, width, inputs], 30),
                filter = random([side, side, inputs, outputs], 31);
              const op = (x: tf.Tensor, filter: tf.Tensor) =>
                tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);
              const y = op(x, filter);
              return [y, ...tf.grads(op)([x, filter], random(y.shape, 32))];
            }),
            1e-5,
          );
        }
      }
    }
  }
});

nativeTest("where nothing comes out, shapes are right and gradients 0", async () => {
  await initBackend({ backend: "tensorflow" });
  const bias = tf.ones([3]) as tf.Tensor1D, filter = tf.ones([3, 3, 2, 3]) as tf.Tensor4D;
  for (const shape of [[0, 4, 4, 2], [2, 0, 4, 2]] as [number, number, number, number][]) {
    const x = tf.ones<tf.Rank.R4>(shape), y = convBias(x, filter, bias, 1);
    assertEquals(y.shape, [...shape.slice(0, 3), 3]);
    const gradients = tf.grads((x, filter, bias) =>
      convBias(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, 1)
    )([x, filter, bias]);
    assertEquals(gradients.flatMap((gradient) => [...gradient.dataSync()]), Array(54 + 3).fill(0));
  }
  // Memory that was used before, so that what is not written shows.
  for (let i = 0; i < 20; i++) tf.tidy(() => tf.mul(tf.fill([90], NaN), 1).dataSync());
  const x = tf.ones([2, 3, 4, 2]) as tf.Tensor4D, wide = tf.ones([5, 3, 2, 3]) as tf.Tensor4D;
  const windows: [(...inputs: tf.Tensor[]) => tf.Tensor, tf.Tensor[]][] = [
    [(x, wide) => tf.conv2d(x as tf.Tensor4D, wide as tf.Tensor4D, 2, "valid"), [x, wide]],
    [(x) => tf.maxPool(x as tf.Tensor4D, 4, 1, "valid"), [x]],
    [(x) => tf.avgPool(x as tf.Tensor4D, 4, 1, "valid"), [x]],
  ];
  for (const [window, inputs] of windows) {
    assertEquals(window(...inputs).size, 0);
    for (const gradient of tf.grads(window)(inputs)) {
      assert(gradient.dataSync().every((value) => value === 0), `${gradient.dataSync()}`);
    }
  }
});

nativeTest("tensors of every type come back as they went", async () => {
  await initBackend({ backend: "tensorflow" });
  tf.tidy(() => {
    assertEquals([...tf.mul(tf.tensor1d([1, -2, 3], "int32"), tf.scalar(2, "int32")).dataSync()], [2, -4, 6]);
    assertEquals([...tf.logicalNot(tf.tensor1d([true, false], "bool")).dataSync()], [0, 1]);
    assertEquals([...tf.add(tf.zeros([0, 3]), 1).dataSync()], []);
    assertEquals(tf.add(tf.scalar(1), 1).shape, []);
    const imaginary = tf.imag(tf.complex(tf.tensor1d([1, 2]), tf.tensor1d([3, 4])));
    assertEquals([...imaginary.dataSync()], [3, 4]);
  });
});

nativeTest("what TensorFlow refuses is an error with its reason, and it goes on", async () => {
  await initBackend({ backend: "tensorflow" });
  const backend = tf.backend() as unknown as NativeBackend;
  assertThrows(() => backend.executeSingleOutput("NoSuchOperation", [], []), Error, "NoSuchOperation");
  tf.tidy(() => {
    const x = tf.ones([2, 3]), y = tf.ones([4, 5]);
    const T = { name: "T", type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT };
    assertThrows(() => backend.executeSingleOutput("MatMul", [T], [x, y]), Error, "Matrix size-incompatible");
    assertEquals(tf.sum(x).dataSync()[0], 6);
  });
});

nativeTest("training steps leave no tensors behind", async () => {
  await initBackend({ backend: "tensorflow" });
  const backend = tf.backend() as unknown as NativeBackend;
  const filter = tf.variable(random([3, 3, 2, 4], 14)) as tf.Variable<tf.Rank.R4>;
  const gain = tf.variable(tf.ones([4])) as tf.Variable<tf.Rank.R1>;
  const images = random([2, 6, 6, 2], 15) as tf.Tensor4D;
  let m: tf.Tensor = tf.zerosLike(filter), v: tf.Tensor = tf.zerosLike(filter);
  const step = (count: number) => {
    const old = [m, v];
    [m, v] = tf.tidy(() => {
      const { grads } = tf.variableGrads(
        () => tf.sum(tf.relu(batchNormTraining(tf.conv2d(images, filter, 1, "same"), gain, gain, 1e-5))),
        [filter, gain],
      );
      const options = {
        step: count,
        learningRate: 0.1,
        weightDecay: 0.1,
        beta1: 0.9,
        beta2: 0.9,
        epsilon: 1,
      };
      const updated = adamUpdate({ weight: filter, gradient: grads[filter.name], m, v }, options);
      filter.assign(updated.weight as tf.Tensor4D);
      return [updated.m, updated.v];
    });
    tf.dispose(old);
  };
  step(1);
  const before = [tf.memory().numTensors, backend.binding.getNumOfTensors()];
  for (let i = 2; i < 12; i++) step(i);
  assertEquals([tf.memory().numTensors, backend.binding.getNumOfTensors()], before);
  tf.dispose([filter, gain, images, m, v]);
});

nativeTest("ranges are those of plain JavaScript, also where they are captured", async () => {
  const ranges = (): tf.Tensor[] => [
    tf.range(0, 5),
    tf.range(2, 9, 3, "int32"),
    tf.range(4, 0),
    tf.range(1, -2, -0.75),
    tf.range(3, 3),
    tf.range(0, 4, -1),
  ];
  await initBackend({ backend: "cpu" });
  const expected = ranges().map((tensor) => [tensor.dtype, tensor.shape, ...tensor.dataSync()]);
  await initBackend({ backend: "tensorflow" });
  const inFunction = captured(() => ranges().map((x) => tf.add(x, tf.zerosLike(x))));
  for (const compute of [ranges, inFunction]) {
    assertEquals(compute().map((tensor) => [tensor.dtype, tensor.shape, ...tensor.dataSync()]), expected);
  }
});
