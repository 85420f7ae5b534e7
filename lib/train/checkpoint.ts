import * as tf from "../core/tfjs.ts";
import { denoFor } from "../core/platform.ts";
import { writeAtomically } from "../core/write_atomically.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { type CheckpointDescription, descriptionText } from "./checkpoint_description.ts";
import { readTensors, writeTensors } from "./tensor_files.ts";

/**
 * Writes the state of an encoder to `folder/weights.bin` and `folder/weights.json` (names, shapes, types), in
 * TensorFlow.js' weight format, and to `folder/description.json` what it takes to build it again and to feed it. The folder is
 * created. The architecture is known of the library's networks; {@linkcode openCheckpoint} builds these.
 *
 * @param description what is known of the images and the training; without shape and statistics, the encoder can be built again
 * but not embed images
 * @throws {TypeError} if a part of the description is unknown or of the wrong type
 * @throws {RangeError} if one is out of range
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
export async function saveCheckpoint(
  encoder: Encoder,
  folder: string,
  description: CheckpointDescription = {},
): Promise<void> {
  const { mkdir } = denoFor("write a checkpoint");
  const text = descriptionText({ network: encoder.settings, ...description });
  const named = encoder.parameters.map(({ name, variable }) => ({ name, tensor: variable as tf.Tensor }));
  await mkdir(folder, { recursive: true });
  await writeTensors(`${folder}/weights`, named);
  await writeAtomically(`${folder}/description.json`, text);
}

/**
 * Reads a checkpoint into an encoder of the same settings.
 *
 * @throws {DataError} if a file is missing, cut, longer or something else; the message names it
 * @throws {RangeError} if a parameter is missing or has another shape
 */
export async function loadCheckpoint(encoder: Encoder, folder: string): Promise<void> {
  const weights = await readTensors(`${folder}/weights`, (shapes) => {
    for (const { name, variable } of encoder.parameters) {
      const shape = shapes.get(name);
      if (shape && tf.util.arraysEqual(shape as number[], variable.shape)) continue;
      throw new RangeError(
        `Cannot load ${folder} as parameter ${name} must have shape [${variable.shape}]: received ` +
          (shape ? `[${shape}]` : "none"),
      );
    }
  });
  for (const { name, variable } of encoder.parameters) variable.assign(weights.get(name)!);
  tf.dispose([...weights.values()]);
}
