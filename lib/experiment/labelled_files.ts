import { type ArrayFile, openArray, type Refuse } from "../data/array_file.ts";
import {
  checkEmbeddings,
  checkLabels,
  type Classes,
  embeddingRows,
  type EmbeddingsFile,
  labelClasses,
  refuser,
} from "../data/labelled_arrays.ts";

export type { Classes, EmbeddingsFile } from "../data/labelled_arrays.ts";

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
  const { dtype, size } = file.header, [count, dim] = checkEmbeddings(file.header, refuse);
  return { count, dim, dtype, bytes: size / count, read: () => readEmbeddings(file, refuse) };
}

async function readEmbeddings(file: ArrayFile, refuse: Refuse): Promise<EmbeddingsFile> {
  return embeddingRows(await file.read(), refuse);
}

/**
 * Reads one label per embedding: integers of any size, bools, or floating-point numbers that are whole.
 *
 * @param count embeddings; without two in one class, and two classes, no claim is defined
 */
export async function readLabels(path: string, count: number): Promise<Classes> {
  const refuse = refuser(path), file = await openArray(path, "labels", refuse);
  checkLabels(file.header, count, refuse);
  return labelClasses(await file.read(), refuse);
}
