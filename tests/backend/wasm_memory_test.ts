// What there is no room for is refused, and the backend goes on.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { initBackend } from "@hscl/hscl";
import type { WasmBackend } from "../../lib/backend/wasm/heap.ts";

for (const fastKernels of [true, false]) {
  Deno.test(`wasm that is full says what was needed and what helps, fast kernels ${fastKernels}`, async () => {
    await initBackend({ backend: "wasm", fastKernels });
    const backend = tf.backend() as unknown as WasmBackend;
    const small = tf.fill([1000], 3), kept: tf.TensorInfo[] = [];
    // Nothing is written to them, so that they take addresses and no memory of the machine.
    const error = assertThrows(() => {
      for (let i = 0; i < 17; i++) kept.push(backend.makeOutput([2 ** 26], "float32"));
    }, RangeError);
    assert(error.message.startsWith("Cannot hold another 268435456 bytes (269 MB) on wasm"), error.message);
    assert(
      /ends at 4294967296 bytes .*received \d{10} bytes .*smaller batch.*another backend/.test(error.message),
    );
    assert(kept.length >= 14, `${kept.length}`);
    assertThrows(() => tf.zeros([2 ** 26]), RangeError, "Cannot hold another");

    const { numTensors } = tf.memory();
    assertThrows(() => tf.tidy(() => tf.concat(Array(100).fill(tf.fill([2 ** 20], 1)))), RangeError);
    assertEquals(tf.memory().numTensors, numTensors, "left behind");
    for (const { dataId } of kept) backend.disposeData(dataId);
    const [sum] = await tf.sum(tf.fill([2 ** 24], 1)).data();
    assertEquals([sum, ...new Set(await small.data())], [2 ** 24, 3]);
    const [product] = await tf.matMul(tf.ones([300, 300]), tf.ones([300, 300])).data();
    assertEquals(product, 300);
  });
}
