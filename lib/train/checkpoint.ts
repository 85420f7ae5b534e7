import * as tf from "@tensorflow/tfjs";
import { denoFor } from "../core/platform.ts";
import { writeAtomically } from "../core/write_atomically.ts";
import { DataError } from "../data/data_error.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { type CheckpointDescription, descriptionText } from "./checkpoint_description.ts";

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
  const { data, specs } = await tf.io.encodeWeights(named);
  await mkdir(folder, { recursive: true });
  await writeAtomically(`${folder}/weights.bin`, new Uint8Array(data));
  await writeAtomically(`${folder}/weights.json`, JSON.stringify(specs, null, 1) + "\n");
  await writeAtomically(`${folder}/description.json`, text);
}

/**
 * Reads a checkpoint into an encoder of the same settings.
 *
 * @throws {DataError} if a file is missing, cut, longer or something else; the message names it
 * @throws {RangeError} if a parameter is missing or has another shape
 */
export async function loadCheckpoint(encoder: Encoder, folder: string): Promise<void> {
  const specs = await readSpecs(`${folder}/weights.json`),
    shapes = new Map(specs.map((s) => [s.name, s.shape]));
  for (const { name, variable } of encoder.parameters) {
    const shape = shapes.get(name);
    if (shape && tf.util.arraysEqual(shape, variable.shape)) continue;
    throw new RangeError(
      `Cannot load ${folder} as parameter ${name} must have shape [${variable.shape}]: received ` +
        (shape ? `[${shape}]` : "none"),
    );
  }
  const path = `${folder}/weights.bin`, bytes = await readPart(path);
  const expected = 4 * specs.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape), 0);
  if (bytes.length !== expected) {
    throw new DataError(
      `Cannot read ${path} as it must have the ${expected} bytes that weights.json says: received ${bytes.length}`,
    );
  }
  const tensors = tf.io.decodeWeights(bytes.buffer, specs);
  for (const { name, variable } of encoder.parameters) variable.assign(tensors[name]);
  tf.dispose(tensors);
}

interface Spec {
  name: string;
  shape: number[];
  dtype: "float32";
}

async function readSpecs(path: string): Promise<Spec[]> {
  let specs: unknown;
  try {
    specs = JSON.parse(new TextDecoder().decode(await readPart(path)));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DataError(`Cannot read ${path} as it must be JSON: received something else`);
  }
  if (Array.isArray(specs) && specs.every(isSpec)) {
    if (new Set(specs.map(({ name }) => name)).size === specs.length) return specs;
  }
  throw new DataError(
    `Cannot read ${path} as it must be a list of different names, shapes and the type float32: received something else`,
  );
}

function isSpec(spec: unknown): spec is Spec {
  if (typeof spec !== "object" || spec === null) return false;
  const { name, shape, dtype, ...more } = spec as Record<string, unknown>;
  return typeof name === "string" && dtype === "float32" && Object.keys(more).length === 0 &&
    Array.isArray(shape) && shape.every((length) => Number.isSafeInteger(length) && length >= 0);
}

/** Reads a file of a checkpoint. */
export async function readPart(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { errors, readFile, stat } = denoFor("read a checkpoint");
  try {
    // Anything else, such as a pipe, may never end.
    if (!(await stat(path)).isFile) throw new Error("something else");
    return await readFile(path);
  } catch (error) {
    if (error instanceof errors.NotCapable) throw error;
    const received = error instanceof errors.NotFound ? "none" : (error as Error).message;
    throw new DataError(`Cannot read ${path} as it must be a file: received ${received}`);
  }
}
