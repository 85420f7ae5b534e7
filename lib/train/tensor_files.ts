import * as tf from "../core/tfjs.ts";
import { denoFor } from "../core/platform.ts";
import type { Tensor } from "../core/tensors.ts";
import { writeAtomically } from "../core/write_atomically.ts";
import { DataError } from "../data/data_error.ts";

/**
 * Writes tensors of float32 to `<path>.bin` and their names, shapes and types to `<path>.json`, in TensorFlow.js' weight
 * format.
 */
export async function writeTensors(path: string, named: { name: string; tensor: Tensor }[]): Promise<void> {
  const { data, specs } = await tf.io.encodeWeights(named);
  await writeAtomically(`${path}.bin`, new Uint8Array(data));
  await writeAtomically(`${path}.json`, JSON.stringify(specs, null, 1) + "\n");
}

/**
 * Reads what {@linkcode writeTensors} has written, by names.
 *
 * @param check throws if tensors of such shapes are of no use
 * @throws {DataError} if a file is missing, cut, longer or something else; the message names it
 */
export async function readTensors(
  path: string,
  check: (shapes: ReadonlyMap<string, readonly number[]>) => void,
): Promise<Map<string, Tensor>> {
  const specs = await readSpecs(`${path}.json`);
  check(new Map(specs.map(({ name, shape }) => [name, shape])));
  const bytes = await readPart(`${path}.bin`);
  const expected = 4 * specs.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape), 0);
  if (bytes.length !== expected) {
    const described = `${path.split("/").at(-1)}.json`;
    throw new DataError(
      `Cannot read ${path}.bin as it must have the ${expected} bytes that ${described} says: received ${bytes.length}`,
    );
  }
  return new Map(Object.entries(tf.io.decodeWeights(bytes.buffer, specs)));
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
