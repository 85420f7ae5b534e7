import { dump } from "npyjs";
import { checkObject } from "../core/checks.ts";
import { writeAtomically } from "../core/write_atomically.ts";
import { readRunArray, readRunLabels } from "./run_arrays.ts";
import { DamagedRunError, type FileSum, readManifest, sumOf } from "./run_manifest.ts";
import type { RunRecord } from "./settings.ts";

/** Test images whose embeddings are kept for every epoch. */
const HISTORY_IMAGES = 2048;

/** Embeddings of some test images at one time of a training. */
export interface EpochEmbeddings {
  /** 0 is before training. */
  epoch: number;
  /** `[labels.length, dim]`, row-major, unit rows or rows of the unit ball. */
  embeddings: Float32Array;
  /** Length of an embedding. */
  dim: number;
  /** Class of each row. */
  labels: Int32Array;
}

/**
 * Adds one epoch to the history of a run: the embeddings of at most 2,048 test images, evenly spaced over the test set
 * and the same in every epoch. Files `history/<epoch>.npy` and `history/labels.npy`.
 *
 * @param runFolder with a folder `history`
 * @returns lengths and sums of both files
 */
export async function writeEpochEmbeddings(
  runFolder: string,
  { epoch, embeddings, dim, labels }: EpochEmbeddings,
): Promise<Record<string, FileSum>> {
  const count = Math.min(HISTORY_IMAGES, labels.length);
  const kept = Int32Array.from({ length: count }, (_, i) => Math.floor(i * labels.length / count));
  const rows = new Float32Array(count * dim);
  kept.forEach((row, i) => rows.set(embeddings.subarray(row * dim, (row + 1) * dim), i * dim));
  const files = {
    [`history/${epoch}.npy`]: new Uint8Array(dump(rows, [count, dim])),
    "history/labels.npy": new Uint8Array(dump(kept.map((row) => labels[row]), [count])),
  };
  const sums: Record<string, FileSum> = {};
  for (const [name, bytes] of Object.entries(files)) {
    await writeAtomically(`${runFolder}/${name}`, bytes);
    sums[name] = await sumOf(bytes);
  }
  return sums;
}

/**
 * The embeddings of a run over its epochs, in order, from epoch 0 (before training) on. Files are compared with the
 * manifest of the run.
 *
 * @throws {DamagedRunError} if the run has no history, or one that is not as it was written
 * @throws {DataError} if a file was written as something else than an epoch's embeddings
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readHistory, type RunRecord, writeManifest } from "@hscl/hscl/experiment";
 * import { dump } from "npyjs";
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/history`);
 * const write = (name: string, values: Float32Array | Int32Array, shape: number[]) =>
 *   Deno.writeFile(`${folder}/history/${name}`, new Uint8Array(dump(values, shape)));
 * await write("labels.npy", Int32Array.of(0, 1), [2]);
 * for (const epoch of [0, 1]) await write(`${epoch}.npy`, Float32Array.of(1, 0, epoch, 1), [2, 2]);
 * await writeManifest(folder);
 * const history = await readHistory({ folder } as RunRecord);
 * assertEquals(history.map(({ epoch, dim, embeddings }) => [epoch, dim, embeddings[2]]), [[0, 2, 0], [1, 2, 1]]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function readHistory(record: RunRecord): Promise<EpochEmbeddings[]> {
  checkObject("run", record);
  const { folder } = record, manifest = await readManifest(folder);
  const labels = await readRunLabels(folder, "history/labels.npy", manifest);
  // A run that was trained longer has more.
  const last = record.settings?.epochs ?? Infinity;
  const epochs = [...manifest.keys()].flatMap((name) => /^history\/(\d+)\.npy$/.exec(name)?.[1] ?? [])
    .map(Number).filter((epoch) => epoch <= last);
  if (epochs.length === 0) {
    throw new DamagedRunError(folder, "history/0.npy", "must be there: received a run without a history");
  }
  let dim: number | undefined;
  return await Promise.all(
    epochs.sort((a, b) => a - b).map(async (epoch) => {
      const { data, shape } = await readRunArray(
        folder,
        `history/${epoch}.npy`,
        manifest,
        ({ dtype, shape }) =>
          dtype === "f4" && shape.length === 2 && shape[0] === labels.length &&
          shape[1] === (dim ??= shape[1]),
        `f4 [${labels.length}, ${dim ?? "dimensions"}]`,
      );
      return { epoch, embeddings: data as Float32Array, dim: shape[1], labels };
    }),
  );
}
