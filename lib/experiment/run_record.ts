import canonicalize from "canonicalize";
import { dump } from "npyjs";
import { checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import type { ImageDataset } from "../data/dataset.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { saveCheckpoint } from "../train/checkpoint.ts";
import { type PartialRun, removeAbandonedRuns, startPartialRun } from "./partial_run.ts";
import { type EpochEmbeddings, writeEpochEmbeddings } from "./run_history.ts";
import { checkRunFiles, DamagedRunError, readManifest, readRunFile, writeManifest } from "./run_manifest.ts";
import { runHash, type RunMetrics, type RunRecord, type RunSettings } from "./settings.ts";

const MOST_FAILURES = 20;

/**
 * Reads a finished run, or `undefined` if there is none with these settings under `runsFolder`. Every file of the run is
 * compared with the manifest that was written last.
 *
 * @throws {DamagedRunError} if the run is not as it was written; the message names the run and the file
 */
export async function readRun(runsFolder: string, settings: RunSettings): Promise<RunRecord | undefined> {
  return await readRunAt(`${runsFolder}/${runHash(settings)}`, settings);
}

/** The same of the folder of the run, whatever it is called. */
export async function readRunAt(folder: string, settings: RunSettings): Promise<RunRecord | undefined> {
  while (await isThere(folder)) {
    const before = await manifestOf(folder);
    try {
      return await readWhole(folder, settings);
    } catch (error) {
      const isSame = before === await manifestOf(folder) && await isThere(folder);
      if (isSame || !(error instanceof DamagedRunError)) throw error;
      // Another process has put its own in place meanwhile.
    }
  }
  return undefined;
}

async function readWhole(folder: string, settings: RunSettings): Promise<RunRecord> {
  const manifest = await checkRunFiles(folder);
  const lines = async (name: string) => {
    const text = new TextDecoder().decode(await readRunFile(folder, name, manifest)).trim();
    try {
      return name.endsWith(".jsonl") ? text.split("\n").map((line) => JSON.parse(line)) : [JSON.parse(text)];
    } catch {
      throw new DamagedRunError(folder, name, "must be JSON: received something else");
    }
  };
  const [written] = await lines("config.json"), metrics: RunMetrics[] = await lines("metrics.jsonl");
  if (canonicalize(written) !== canonicalize(settings)) {
    const fault = "must hold the settings that the folder is named by: received others";
    throw new DamagedRunError(folder, "config.json", fault);
  }
  if (metrics.length !== settings.epochs || metrics.some(({ epoch }, i) => epoch !== i + 1)) {
    const fault = `must have a line for each of ${settings.epochs} epochs: received others`;
    throw new DamagedRunError(folder, "metrics.jsonl", fault);
  }
  return { folder, settings, metrics };
}

/**
 * Writes one run. Everything goes to a folder of its own first and takes its final name in {@linkcode RunWriter.finish},
 * so a folder named by a hash is always complete.
 */
export class RunWriter {
  readonly #deno = denoFor("write a run");
  readonly #runsFolder: string;
  readonly #settings: RunSettings;
  readonly #final: string;
  readonly #partial: PartialRun;
  /** The manifest of the run that is to be replaced. */
  readonly #before: string | undefined;
  readonly #metrics: RunMetrics[] = [];
  #failures = 0;

  private constructor(
    runsFolder: string,
    settings: RunSettings,
    partial: PartialRun,
    before: string | undefined,
  ) {
    this.#runsFolder = runsFolder;
    this.#settings = settings;
    this.#final = `${runsFolder}/${runHash(settings)}`;
    this.#partial = partial;
    this.#before = before;
  }

  /** Starts a run: creates the folder, writes `config.json`, and removes what processes that are gone have left. */
  static async start(runsFolder: string, settings: RunSettings): Promise<RunWriter> {
    await removeAbandonedRuns(runsFolder);
    const hash = runHash(settings);
    const partial = await startPartialRun(runsFolder, hash);
    const writer = new RunWriter(runsFolder, settings, partial, await manifestOf(`${runsFolder}/${hash}`));
    await writer.#deno.writeTextFile(`${partial.run}/config.json`, JSON.stringify(settings, null, 2) + "\n");
    return writer;
  }

  /** Appends one line to `metrics.jsonl`. */
  async append(metrics: RunMetrics): Promise<void> {
    const path = `${this.#partial.run}/metrics.jsonl`;
    await this.#deno.writeTextFile(path, JSON.stringify(metrics) + "\n", { append: true });
    this.#metrics.push(metrics);
  }

  /** Keeps the test images' embeddings at one time of the training; see {@linkcode readHistory}. */
  async keep(embeddings: EpochEmbeddings): Promise<void> {
    await writeEpochEmbeddings(this.#partial.run, embeddings);
  }

  /**
   * Writes checkpoint, `embeddings.npy` (`[n, dim]`, unit rows), `labels.npy` of the test images and the manifest, and
   * gives the folder its name. A whole run of the same settings that was there at the start is replaced; one that another
   * process has finished meanwhile has the same numbers and stays; a damaged one is kept as `<hash>.damaged-<n>`.
   *
   * @returns the finished run
   */
  async finish(
    encoder: Encoder,
    embeddings: Float32Array,
    labels: Int32Array,
    data: Pick<ImageDataset, "shape" | "classes">,
  ): Promise<RunRecord> {
    const { run } = this.#partial, { writeFile } = this.#deno;
    const { encoder: network, augmentation: { statistics }, loss } = this.#settings;
    await saveCheckpoint(encoder, `${run}/checkpoint`, {
      network,
      shape: data.shape,
      statistics,
      classes: data.classes,
      loss,
    });
    const shape = [labels.length, embeddings.length / labels.length];
    await writeFile(`${run}/embeddings.npy`, new Uint8Array(dump(embeddings, shape)));
    await writeFile(`${run}/labels.npy`, new Uint8Array(dump(labels, [labels.length])));
    await writeManifest(run);
    const taken: string[] = [];
    while (!await this.#takeName()) taken.push(...await this.#clearName());
    for (const folder of taken) await this.#keepDamaged(folder);
    await this.discard();
    return { folder: this.#final, settings: this.#settings, metrics: this.#metrics };
  }

  /** Removes what was written; for a run that failed. */
  async discard(): Promise<void> {
    await this.#partial.remove();
  }

  /** Gives the folder its name, unless it keeps that of another; `false` if something has to go first. */
  async #takeName(): Promise<boolean> {
    try {
      await this.#deno.rename(this.#partial.run, this.#final);
      return true;
    } catch (error) {
      // What was in the way may be gone again; nothing is in the way for long.
      if (!await isThere(this.#final) && ++this.#failures > MOST_FAILURES) throw error;
    }
    return await isWhole(readRun(this.#runsFolder, this.#settings)) &&
      await manifestOf(this.#final) !== this.#before;
  }

  /** Takes away what has the name, to where nobody else touches it. */
  async #clearName(): Promise<string[]> {
    const { errors, rename } = this.#deno, taken = `${this.#partial.folder}/${crypto.randomUUID()}`;
    try {
      await rename(this.#final, taken);
      return [taken];
    } catch (error) {
      if (error instanceof errors.NotFound) return []; // another process was faster
      throw error;
    }
  }

  async #keepDamaged(taken: string): Promise<void> {
    if (await isWhole(readWhole(taken, this.#settings))) return;
    let count = 1;
    while (await isThere(`${this.#final}.damaged-${count}`)) count++;
    await this.#deno.rename(taken, `${this.#final}.damaged-${count}`);
  }
}

async function isWhole(reading: Promise<RunRecord | undefined>): Promise<boolean> {
  try {
    return await reading !== undefined;
  } catch (error) {
    if (error instanceof DamagedRunError) return false;
    throw error;
  }
}

/** Whether there is something of that name, also a link that leads nowhere. */
async function isThere(path: string): Promise<boolean> {
  const { errors, lstat } = denoFor("read a run");
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof errors.NotFound) return false;
    throw error;
  }
}

/** What tells a run from another training of the same settings, which took another time; `undefined` without a run. */
async function manifestOf(folder: string): Promise<string | undefined> {
  try {
    return JSON.stringify([...await readManifest(folder)]);
  } catch (error) {
    if (error instanceof DamagedRunError) return undefined;
    throw error;
  }
}

/** Throws unless a path is that of a folder, or of nothing yet. */
export async function checkRunsFolder(path: string): Promise<void> {
  const { errors, stat } = denoFor("read a run");
  const received = await stat(checkText("folder of the runs", path)).then(
    ({ isDirectory }) => isDirectory ? undefined : `what is no folder at ${path}`,
    (error) => error instanceof errors.NotFound ? undefined : (error as Error).message,
  );
  if (received === undefined) return;
  throw new RangeError(`Cannot use folder of the runs as it must be one or not there: received ${received}`);
}
