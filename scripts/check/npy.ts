import { parse } from "npyjs";
import { UsageError } from "../cli/mod.ts";

/** Embeddings as read from a file. */
export interface EmbeddingsFile {
  /** `[count, dim]`, row-major, as in the file. */
  values: Float32Array | Float64Array;
  count: number;
  dim: number;
  /** Smallest and largest Euclidean norm of a row. */
  norms: [smallest: number, largest: number];
}

/** Reads `[count, dim]` embeddings of float32 or float64; every row must have a direction. */
export async function readEmbeddings(path: string): Promise<EmbeddingsFile> {
  const refuse = refuser("--embeddings", path);
  const { data, shape, dtype } = await readArray(path, refuse);
  if (!(data instanceof Float32Array || data instanceof Float64Array) || !/^f[48]$/.test(dtype)) {
    throw refuse("must hold float32 or float64", dtype);
  }
  if (shape.length !== 2 || shape[0] === 0 || shape[1] === 0) {
    throw refuse("must have the shape [embeddings, dimensions]", `[${shape.join(", ")}]`);
  }
  const [count, dim] = shape;
  let smallest = Infinity, largest = 0;
  for (let row = 0; row < count; row++) {
    const norm = Math.hypot(...data.subarray(row * dim, (row + 1) * dim));
    if (!Number.isFinite(norm)) throw refuse("must hold finite numbers", `NaN or an infinity in row ${row}`);
    if (norm === 0) throw refuse("must have no zero row, which has no direction", `zeros in row ${row}`);
    smallest = Math.min(smallest, norm);
    largest = Math.max(largest, norm);
  }
  return { values: data, count, dim, norms: [smallest, largest] };
}

/** Reads one integer label per embedding, of any integer or floating-point type. */
export async function readLabels(path: string, count: number): Promise<Float64Array> {
  const refuse = refuser("--labels", path);
  const { data, shape, dtype } = await readArray(path, refuse);
  if (!/^([iu][1248]|f[48])$/.test(dtype)) throw refuse("must hold integers", dtype);
  if (shape.length !== 1) throw refuse("must have the shape [embeddings]", `[${shape.join(", ")}]`);
  if (shape[0] !== count) {
    throw refuse(`must have one label for each of the ${count} embeddings`, `${shape[0]}`);
  }
  const labels = Float64Array.from(data as unknown as ArrayLike<number | bigint>, Number);
  const broken = labels.findIndex((label) => !Number.isSafeInteger(label));
  if (broken >= 0) throw refuse("must hold integers", `${labels[broken]} at index ${broken}`);
  return labels;
}

type Refuse = (requirement: string, received: string) => UsageError;

function refuser(flag: string, path: string): Refuse {
  return (requirement, received) => new UsageError(`${flag} ${path} ${requirement}: received ${received}`);
}

async function readArray(path: string, refuse: Refuse) {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    throw refuse(
      "must be a readable file",
      error instanceof Deno.errors.NotFound ? "no such file" : String(error),
    );
  }
  let array: ReturnType<typeof parse>;
  try {
    array = parse(bytes.buffer);
  } catch (error) {
    throw refuse("must be a whole little-endian .npy file", (error as Error).message);
  }
  const size = array.shape.reduce((product, length) => product * length, 1);
  const { length } = array.data as unknown as ArrayLike<unknown>;
  if (length !== size) throw refuse(`must hold the ${size} values of its header`, `${length}`);
  if (array.fortranOrder && array.shape.length > 1) {
    throw refuse("must be in C order (np.ascontiguousarray)", "Fortran order");
  }
  return array;
}
