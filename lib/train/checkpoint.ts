import * as tf from "@tensorflow/tfjs";
import { denoFor } from "../core/platform.ts";
import type { Encoder } from "../encoders/encoder.ts";

/**
 * Writes the state of an encoder to `folder/weights.bin` and `folder/weights.json` (names, shapes, types), in
 * TensorFlow.js' weight format. The folder is created.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { convnet, initBackend, loadCheckpoint, Random, saveCheckpoint } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const options = { channels: 1, widths: [4], strides: [2], head: { hidden: 8, output: 4 } };
 * const one = convnet(options, new Random(0)), other = convnet(options, new Random(1));
 * const folder = await Deno.makeTempDir();
 * await saveCheckpoint(one, folder);
 * await loadCheckpoint(other, folder);
 * assertEquals(await other.parameters[0].variable.data(), await one.parameters[0].variable.data());
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveCheckpoint(encoder: Encoder, folder: string): Promise<void> {
  const { mkdir, writeFile, writeTextFile } = denoFor("write a checkpoint");
  const named = encoder.parameters.map(({ name, variable }) => ({ name, tensor: variable as tf.Tensor }));
  const { data, specs } = await tf.io.encodeWeights(named);
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/weights.bin`, new Uint8Array(data));
  await writeTextFile(`${folder}/weights.json`, JSON.stringify(specs, null, 1) + "\n");
}

/**
 * Reads a checkpoint into an encoder of the same settings.
 *
 * @throws {RangeError} if a parameter is missing or has another shape
 */
export async function loadCheckpoint(encoder: Encoder, folder: string): Promise<void> {
  const { readFile, readTextFile } = denoFor("read a checkpoint");
  const specs: tf.io.WeightsManifestEntry[] = JSON.parse(await readTextFile(`${folder}/weights.json`));
  const bytes = await readFile(`${folder}/weights.bin`);
  const tensors = tf.io.decodeWeights(bytes.buffer, specs);
  try {
    for (const { name, variable } of encoder.parameters) {
      const tensor = tensors[name];
      if (!tensor || !tf.util.arraysEqual(tensor.shape, variable.shape)) {
        throw new RangeError(
          `Cannot load ${folder} as parameter ${name} must have shape [${variable.shape}]: received ` +
            (tensor ? `[${tensor.shape}]` : "none"),
        );
      }
    }
    for (const { name, variable } of encoder.parameters) variable.assign(tensors[name]);
  } finally {
    tf.dispose(tensors);
  }
}
