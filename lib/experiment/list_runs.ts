import { checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import type { ImageShape } from "../data/dataset.ts";
import type { Encoder } from "../encoders/encoder.ts";
import type { EmbeddedSet } from "../train/embed.ts";
import { type EmbedOptions, openCheckpoint, type RawImages } from "../train/open_checkpoint.ts";
import { DamagedRunError, readManifest } from "./run_manifest.ts";
import { checkRunsFolder, readRunAt, type ReadRunOptions, readSettings } from "./run_record.ts";
import { checkWeights } from "./trained_encoder.ts";
import { RUN_FORMAT, runHash, type RunRecord } from "./settings.ts";

/** The runs of a folder. */
export interface RunList {
  /** Those that are whole, by folder. */
  runs: RunRecord[];
  /** Why others are not. */
  damaged: DamagedRunError[];
}

/** A finished run, and the encoder that it trained. */
export interface Run extends RunRecord {
  /** Of the images that it was trained with. */
  readonly shape: ImageShape;
  /** Names of their classes. */
  readonly classes: readonly string[];
  /**
   * Builds the encoder with its trained weights. The backend must have been started, see {@linkcode initBackend}.
   *
   * @throws {DataError} if the checkpoint is broken
   */
  encoder(): Promise<Encoder>;
  /**
   * What the encoder makes of images, normalised as those that it was trained with.
   *
   * @param images pixels 0 … 255 `[count, height, width, channels]` of the shape of the run, or of another one if `options` say so
   * @throws {DataError} if the checkpoint is broken
   * @throws {RangeError} if the images are of another shape
   */
  embed(images: RawImages, options?: EmbedOptions): Promise<EmbeddedSet>;
}

/**
 * Opens a finished run by its folder, however its path is written; the folder may have been moved, but not renamed.
 *
 * @throws {DamagedRunError} if the run is not as it was written, or of an older version
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, loadDataset, openRun } from "@hscl/hscl";
 * import { factsOf, runExperiment, runsOf } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const plan = { backend, data: factsOf(data), network: "convnet", size: "small" } as const;
 * const sizes = { seeds: 1, epochs: 1, batchSize: 10, temperature: 0.5 };
 * const [settings] = runsOf({ ...plan, ...sizes }, [{ name: "scl" }]);
 * const folder = await Deno.makeTempDir();
 * const trained = await runExperiment(settings, { folder, data });
 * const { shape, classes, embed } = await openRun(trained.folder);
 * assertEquals([shape.height, classes.length], [8, 10]);
 * const { embeddings } = await embed(new Uint8Array(3 * 12 * 10), { shape: { height: 12, width: 10, channels: 1 } });
 * assertEquals(embeddings.length, 3 * 64);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function openRun(folder: string, options: ReadRunOptions = {}): Promise<Run> {
  const record = await readFolder(
    checkText("folder of a run", folder).replace(/(?<=.)(\/\.?)+$/, ""),
    options,
  );
  const { shape, classes, encoder, embed } = await openCheckpoint(`${record.folder}/checkpoint`);
  if (shape === undefined || classes === undefined) {
    throw new DamagedRunError(
      record.folder,
      "checkpoint/description.json",
      "must have the shape and classes of the images: received none",
    );
  }
  // Not read until now, and so not compared.
  const checked = <A extends unknown[], T>(use: (...args: A) => Promise<T>) => async (...args: A) => {
    await checkWeights(record);
    return await use(...args);
  };
  return { ...record, shape, classes, encoder: checked(encoder), embed: checked(embed) };
}

/** Reads a finished run by its folder. */
async function readFolder(folder: string, options: ReadRunOptions = {}): Promise<RunRecord> {
  const damaged = (fault: string) => new DamagedRunError(folder, "config.json", fault);
  const settings = await readSettings(folder, await readManifest(folder));
  if (settings.format !== RUN_FORMAT) {
    throw damaged(
      `must have format ${RUN_FORMAT}, that of this version: received ${settings.format} (train it again)`,
    );
  }
  // The path may end in dots, or be a link's.
  const hash = (await denoFor("read a run").realPath(folder)).split(/[\\/]/).at(-1);
  if (runHash(settings) !== hash) {
    throw damaged("must hold the settings that the folder is named by: received others");
  }
  const record = await readRunAt(folder, settings, options);
  if (record) return record;
  throw damaged("must stay where it is: received none");
}

/**
 * Lists the finished runs of a folder; those of older versions and those that are not as they were written are named apart.
 * A folder that is not there has none.
 *
 * @throws {RangeError} if there is something else in its place
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { listRuns } from "@hscl/hscl/experiment";
 * assertEquals(await listRuns("no/such/folder"), { runs: [], damaged: [] });
 * ```
 */
export async function listRuns(runsFolder: string): Promise<RunList> {
  await checkRunsFolder(runsFolder);
  const { errors, readDir } = denoFor("list runs"), list: RunList = { runs: [], damaged: [] };
  const folders: string[] = [];
  try {
    for await (const { name, isDirectory } of readDir(runsFolder)) {
      if (isDirectory && /^[0-9a-f]{16}$/.test(name)) folders.push(`${runsFolder}/${name}`);
    }
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
  }
  for (const folder of folders.sort()) {
    try {
      list.runs.push(await readFolder(folder));
    } catch (error) {
      if (!(error instanceof DamagedRunError)) throw error;
      list.damaged.push(error);
    }
  }
  return list;
}
