// @ts-types="npm:@types/d3-array@3.2.2"
import { bisectLeft } from "d3-array";
import { DataError } from "../data/data_error.ts";
import type { NpyArray } from "../data/npy.ts";
import { type ArrayFile, openArray, type Refuse } from "../data/array_file.ts";

/** Embeddings as read from a file. */
export interface EmbeddingsFile {
  /** `[count, dim]`, row-major. */
  values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  /** Smallest and largest Euclidean norm of a row. */
  norms: [smallest: number, largest: number];
}

/** Embeddings of which only the shape has been read. */
export interface OpenEmbeddings {
  /** How many embeddings. */
  count: number;
  /** Length of an embedding. */
  dim: number;
  /** NumPy's type of the numbers, e.g. `f4`. */
  dtype: string;
  /** Bytes that an embedding takes when read. */
  bytes: number;
  /** Reads them; every row must be finite and have a direction. */
  read(): Promise<EmbeddingsFile>;
}

/** Opens `[count, dim]` embeddings of float16, float32 or float64. */
export async function openEmbeddings(path: string): Promise<OpenEmbeddings> {
  const refuse = refuser(path), file = await openArray(path, "embeddings", refuse);
  const { dtype, shape, size } = file.header;
  if (!/^f[248]$/.test(dtype)) throw refuse("must hold float16, float32 or float64", dtype);
  if (shape.length !== 2 || shape[0] === 0 || shape[1] === 0) {
    throw refuse("must have the shape [embeddings, dimensions]", `[${shape.join(", ")}]`);
  }
  const [count, dim] = shape;
  return { count, dim, dtype, bytes: size / count, read: () => readEmbeddings(file, refuse) };
}

async function readEmbeddings(file: ArrayFile, refuse: Refuse): Promise<EmbeddingsFile> {
  const { data, shape: [count, dim] } = await file.read(), values = data as EmbeddingsFile["values"];
  let smallest = Infinity, largest = 0;
  for (let row = 0; row < count; row++) {
    const norm = normOfRow(values, row, dim, refuse);
    smallest = Math.min(smallest, norm);
    largest = Math.max(largest, norm);
  }
  return { values, norms: [smallest, largest] };
}

/** Scaled by the largest value first, so that no square over- or underflows. */
function normOfRow(values: ArrayLike<number>, row: number, dim: number, refuse: Refuse): number {
  let largest = 0;
  for (let i = row * dim; i < (row + 1) * dim; i++) {
    if (!Number.isFinite(values[i])) throw refuse("must hold finite numbers", `${values[i]} in row ${row}`);
    largest = Math.max(largest, Math.abs(values[i]));
  }
  if (largest === 0) throw refuse("must have no zero row, which has no direction", `zeros in row ${row}`);
  let square = 0;
  for (let i = row * dim; i < (row + 1) * dim; i++) square += (values[i] / largest) ** 2;
  return largest * Math.sqrt(square);
}

/** The class of each embedding. */
export interface Classes {
  /** Class of each, from 0 on in the order of the labels. */
  indices: Int32Array<ArrayBuffer>;
  /** How many there are. */
  classes: number;
  /** The label of each class, ascending. */
  labels: readonly (number | bigint)[];
}

/**
 * Reads one label per embedding: integers of any size, bools, or floating-point numbers that are whole.
 *
 * @param count embeddings; without two in one class, and two classes, no claim is defined
 */
export async function readLabels(path: string, count: number): Promise<Classes> {
  const refuse = refuser(path), file = await openArray(path, "labels", refuse);
  const { dtype, shape } = file.header;
  if (shape.length !== 1) throw refuse("must have the shape [embeddings]", `[${shape.join(", ")}]`);
  if (shape[0] !== count) {
    throw refuse(`must have one label for each of the ${count} embeddings`, `${shape[0]}`);
  }
  const { data } = await file.read();
  const broken = brokenLabel({ dtype, data });
  if (broken >= 0) {
    throw refuse(`must hold ${dtype === "b1" ? "0 or 1" : "integers"}`, `${data[broken]} at index ${broken}`);
  }
  const found = classIndices(data);
  if (found.classes === 1) {
    throw refuse(
      "must have at least two classes, as every claim compares classes",
      `${data[0]} for all ${count} embeddings`,
    );
  }
  if (found.classes === count) {
    throw refuse(
      "must have two embeddings in some class, as every claim is about positives",
      `${count} different labels for ${count} embeddings`,
    );
  }
  return found;
}

/** Where the first label is that is no integer, or -1. */
function brokenLabel({ dtype, data }: Pick<NpyArray, "dtype" | "data">): number {
  const values = data as ArrayLike<number | bigint>;
  for (let i = 0; i < values.length; i++) {
    const label = values[i];
    if (dtype === "b1" ? label > 1 : typeof label === "number" && !Number.isInteger(label)) return i;
  }
  return -1;
}

/** Labels only have to be equal or not, so that 64 bits need no rounding. */
function classIndices(labels: NpyArray["data"]): Classes {
  // Sorts numbers as numbers, also those of 64 bits.
  const sorted = labels.slice().sort() as ArrayLike<number | bigint>;
  const different: (number | bigint)[] = [];
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) different.push(sorted[i]);
  }
  const indices = new Int32Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    indices[i] = bisectLeft(different as number[], labels[i] as number); // of 64 bits, too: it only compares
  }
  return { indices, classes: different.length, labels: different };
}

function refuser(path: string): Refuse {
  return (requirement, received) =>
    new DataError(`Cannot read ${path} as it ${requirement}: received ${received}`);
}
