import { checkObject } from "../core/checks.ts";
import { DataError } from "../data/data_error.ts";
import { readRunArray, readRunLabels } from "./run_arrays.ts";
import { readManifest } from "./run_manifest.ts";
import { type EpochEmbeddings, readHistory } from "./run_history.ts";
import { trainedEpochs } from "./run_record.ts";
import type { RunRecord } from "./settings.ts";

/**
 * The embeddings of all test images after the last epoch of a run; of a run that was trained longer, if its history has
 * all of them. Files are compared with the manifest of the run.
 *
 * @throws {DamagedRunError} if they are not as they were written
 * @throws {DataError} if a file was written as something else
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readTestEmbeddings, type RunRecord, writeManifest } from "@hscl/hscl/experiment";
 * import { dump } from "npyjs";
 * const folder = await Deno.makeTempDir();
 * await Deno.writeFile(`${folder}/embeddings.npy`, new Uint8Array(dump(Float32Array.of(1, 0, 0, 1), [2, 2])));
 * await Deno.writeFile(`${folder}/labels.npy`, new Uint8Array(dump(Int32Array.of(0, 1), [2])));
 * await writeManifest(folder);
 * const { embeddings, dim, labels } = await readTestEmbeddings({ folder } as RunRecord);
 * assertEquals([embeddings.length, dim, [...labels]], [4, 2, [0, 1]]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function readTestEmbeddings(run: RunRecord): Promise<Omit<EpochEmbeddings, "epoch">> {
  checkObject("run", run);
  const { folder, settings } = run, manifest = await readManifest(folder);
  const trained = settings && await trainedEpochs(folder, manifest);
  if (trained > settings?.epochs) return await fromHistory(run, trained);
  const labels = await readRunLabels(folder, "labels.npy", manifest);
  const { data, shape } = await readRunArray(
    folder,
    "embeddings.npy",
    manifest,
    ({ dtype, shape }) => dtype === "f4" && shape.length === 2 && shape[0] === labels.length,
    `f4 [${labels.length}, dimensions]`,
  );
  return { embeddings: data as Float32Array, dim: shape[1], labels };
}

async function fromHistory(run: RunRecord, trained: number): Promise<Omit<EpochEmbeddings, "epoch">> {
  const { epochs, dataset: { testImages } } = run.settings,
    { embeddings, dim, labels } = (await readHistory(run)).at(-1)!;
  if (labels.length === testImages) return { embeddings, dim, labels };
  throw new DataError(
    `Cannot read the embeddings of ${run.folder} after ${epochs} epochs as those of all ${testImages} test images must be ` +
      `kept: received ${labels.length} (its last ones, after ${trained} epochs, are whole)`,
  );
}
