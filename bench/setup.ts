/** Starts the backend that the environment variable HSCL_BACKEND names, `wasm` if none: `deno bench` passes no flags on. */
import * as tf from "@tensorflow/tfjs";
import { type BackendName, initBackend, Random } from "@hscl/hscl";

const report = await initBackend({ backend: (Deno.env.get("HSCL_BACKEND") ?? "wasm") as BackendName });
console.log(`backend   | ${report.backend}: ${report.detail}\n`);

const random = new Random(0).child("bench");

/** A tensor of normal numbers that stays. */
export function normal<R extends tf.Rank>(...shape: tf.ShapeMap[R]): tf.Tensor<R> {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.keep(tf.tensor(Float32Array.from({ length: size }, () => random.normal()), shape)) as tf.Tensor<
    R
  >;
}

/** Registers one benchmark of a computation; it is over when its first output is there. */
export function benchTensors(
  group: string,
  name: string,
  compute: () => tf.Tensor | tf.Tensor[],
  baseline = false,
): void {
  Deno.bench({ group, name, baseline }, async () => {
    const outputs = tf.tidy(() => [compute()].flat());
    // The other backends have computed when the call returns; reading would add a copy to what is measured.
    if (report.backend === "webgpu") await outputs[0].data();
    tf.dispose(outputs);
  });
}
