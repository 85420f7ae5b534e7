// The WebAssembly kernels of this library against tfjs' plain JavaScript backend.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { initBackend, Random } from "hscl";
import { gemmKernel } from "../../lib/backend/wasm/compiled.ts";
import type { WasmBackend } from "../../lib/backend/wasm/heap.ts";
import { maxDifference } from "../backends.ts";

const random = new Random(0).child("kernels");

function values(shape: number[]): Float32Array {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(-1, 1));
}

/** Runs the same on the cpu backend and on wasm with and without relaxed SIMD; the largest difference of any output. */
async function compare(compute: () => tf.Tensor[]): Promise<number> {
  const results: Float32Array[][] = [];
  for (
    const options of [{ backend: "cpu" }, { backend: "wasm" }, {
      backend: "wasm",
      relaxedSimd: false,
    }] as const
  ) {
    await initBackend(options);
    const outputs = tf.tidy(compute);
    results.push(await Promise.all(outputs.map(async (output) => Float32Array.from(await output.data()))));
    tf.dispose(outputs);
  }
  const [expected, ...computed] = results;
  return Math.max(
    ...computed.flatMap((outputs) => outputs.map((output, i) => maxDifference(output, expected[i]))),
  );
}

Deno.test("convolution gradients agree with the cpu backend over kernels, strides, paddings and odd sizes", async () => {
  let configurations = 0;
  for (const [height, width] of [[8, 8], [7, 9], [5, 6], [1, 1]]) {
    for (const [kh, kw] of [[1, 1], [2, 2], [3, 3], [3, 1], [5, 5], [7, 7]]) {
      for (const stride of [1, 2, 3]) {
        for (const pad of ["same", "valid", 1] as const) {
          if (pad === "valid" && (kh > height || kw > width)) continue;
          if (pad === 1 && (kh > height + 2 || kw > width + 2 || kh < 2 || kw < 2)) continue;
          for (const [inputs, outputs] of [[1, 8], [3, 5], [8, 4]]) {
            const xShape: [number, number, number, number] = [2, height, width, inputs];
            const wShape: [number, number, number, number] = [kh, kw, inputs, outputs];
            const x = values(xShape), w = values(wShape);
            const info = tf.backend_util.computeConv2DInfo(xShape, wShape, stride, 1, pad);
            const dy = values(info.outShape);
            const difference = await compare(() =>
              tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad))(
                [tf.tensor4d(x, xShape), tf.tensor4d(w, wShape)],
                tf.tensor4d(dy, info.outShape as [number, number, number, number]),
              )
            );
            assert(
              difference < 1e-4,
              `${xShape} * ${wShape}, stride ${stride}, pad ${pad}: off by ${difference}`,
            );
            configurations++;
          }
        }
      }
    }
  }
  assertEquals(configurations, 504);
});

Deno.test("a convolution gradient in several chunks of images agrees with the cpu backend", async () => {
  // 9·8 patch floats × 32² positions per image: some 14 images fill the scratch space.
  const xShape: [number, number, number, number] = [33, 32, 32, 8],
    wShape: [number, number, number, number] = [3, 3, 8, 4];
  const x = values(xShape), w = values(wShape), dy = values([33, 32, 32, 4]);
  const difference = await compare(() =>
    tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "same"))(
      [tf.tensor4d(x, xShape), tf.tensor4d(w, wShape)],
      tf.tensor4d(dy, [33, 32, 32, 4]),
    )
  );
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
            difference < 1e-4,
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
  assert(difference < 1e-4, `off by ${difference}`);
});

Deno.test("the fused matrix product runs here, and not when it is switched off", async () => {
  const gemm = () => gemmKernel(tf.backend() as unknown as WasmBackend);
  await initBackend({ backend: "wasm", relaxedSimd: false });
  assertEquals(gemm(), undefined);
  await initBackend({ backend: "wasm" });
  assertEquals(typeof gemm(), "function");
});

Deno.test("kernels leave no tensor and no heap memory behind", async () => {
  await initBackend({ backend: "wasm" });
  const x = tf.tensor4d(values([4, 9, 9, 3]), [4, 9, 9, 3]),
    w = tf.tensor4d(values([3, 3, 3, 5]), [3, 3, 3, 5]);
  const gradient = tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, "same"));
  const once = () => tf.dispose(gradient([x, w]));
  once();
  const backend = tf.backend() as unknown as { dataIdMap: { numDataIds(): number } };
  const before = [tf.memory().numTensors, backend.dataIdMap.numDataIds()];
  for (let i = 0; i < 10; i++) once();
  assertEquals([tf.memory().numTensors, backend.dataIdMap.numDataIds()], before);
});
