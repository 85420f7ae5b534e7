// @ts-types="npm:@types/d3-array@3.2.2"
import { bisectLeft } from "d3-array";
import type { Refuse } from "./array_file.ts";
import { DataError } from "./data_error.ts";
import type { NpyArray } from "./npy.ts";

/** Embeddings as read from a file. */
export interface EmbeddingsFile {
  /** `[count, dim]`, row-major. */
  values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  /** Smallest and largest Euclidean norm of a row. */
  norms: [smallest: number, largest: number];
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

/** That of the file of a name. */
export function refuser(name: string): Refuse {
  return (requirement, received) =>
    new DataError(`Cannot read ${name} as it ${requirement}: received ${received}`);
}

/** Embeddings with the class of each. */
export interface LabelledArrays extends EmbeddingsFile, Classes {
  /** How many embeddings. */
  count: number;
  /** Length of an embedding. */
  dim: number;
}

/**
 * Labelled embeddings from two of NumPy's arrays, as {@linkcode parseNpy} reads them: what the checks of the theory take.
 *
 * @param embeddings `[count, dim]` of float16, float32 or float64
 * @param labels `[count]`: integers of any size, bools, or floating-point numbers that are whole
 * @param names what error messages call the two
 * @throws {DataError} if a shape or type is another, a row is zero or not finite, a label is no integer, there are fewer than two
 * classes, or no class has two embeddings
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { labelledEmbeddings } from "@hscl/hscl/data";
 * const { dim, indices, norms } = labelledEmbeddings(
 *   { data: Float32Array.of(1, 0, 0, 1, 0.6, 0.8), shape: [3, 2], dtype: "f4" },
 *   { data: Int32Array.of(7, 7, 9), shape: [3], dtype: "i4" },
 * );
 * assertEquals([dim, Array.from(indices)], [2, [0, 0, 1]]);
 * assertEquals(norms.map((norm) => Math.round(norm)), [1, 1]);
 * ```
 */
export function labelledEmbeddings(
  embeddings: NpyArray,
  labels: NpyArray,
  names: { embeddings: string; labels: string } = { embeddings: "the embeddings", labels: "the labels" },
): LabelledArrays {
  const refuse = refuser(names.embeddings), [count, dim] = checkEmbeddings(embeddings, refuse);
  const refuseLabels = refuser(names.labels);
  checkLabels(labels, count, refuseLabels);
  return { count, dim, ...embeddingRows(embeddings, refuse), ...labelClasses(labels, refuseLabels) };
}

/** Refuses what is no array of embeddings by its header, and returns how many there are and of what length. */
export function checkEmbeddings(
  { dtype, shape }: Pick<NpyArray, "dtype" | "shape">,
  refuse: Refuse,
): [count: number, dim: number] {
  if (!/^f[248]$/.test(dtype)) throw refuse("must hold float16, float32 or float64", dtype);
  if (shape.length !== 2 || shape[0] === 0 || shape[1] === 0) {
    throw refuse("must have the shape [embeddings, dimensions]", `[${shape.join(", ")}]`);
  }
  return [shape[0], shape[1]];
}

/** The embeddings; every row must be finite and have a direction. */
export function embeddingRows(
  { data, shape: [count, dim] }: Pick<NpyArray, "data" | "shape">,
  refuse: Refuse,
): EmbeddingsFile {
  const values = data as EmbeddingsFile["values"];
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

/** Refuses what is not one label for each embedding by its header. */
export function checkLabels({ shape }: Pick<NpyArray, "shape">, count: number, refuse: Refuse): void {
  if (shape.length !== 1) throw refuse("must have the shape [embeddings]", `[${shape.join(", ")}]`);
  if (shape[0] !== count) {
    throw refuse(`must have one label for each of the ${count} embeddings`, `${shape[0]}`);
  }
}

/** The classes; without two in one class, and two classes, no claim is defined. */
export function labelClasses({ dtype, data }: Pick<NpyArray, "dtype" | "data">, refuse: Refuse): Classes {
  const count = data.length, broken = brokenLabel({ dtype, data });
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
