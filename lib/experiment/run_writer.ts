import { dump } from "npyjs";
import { denoFor } from "../core/platform.ts";
import { writeAtomically } from "../core/write_atomically.ts";
import { DataError } from "../data/data_error.ts";
import type { ImageDataset } from "../data/dataset.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { loadSnapshot } from "../train/snapshot.ts";
import type { TrainingState } from "../train/training_state.ts";
import type { RunClaim } from "./run_claim.ts";
import { type EpochEmbeddings, writeEpochEmbeddings } from "./run_history.ts";
import { writeManifest } from "./run_manifest.ts";
import { isWhole } from "./run_record.ts";
import {
  comparePositions,
  jsonLines,
  readProgress,
  type RunProgress,
  type RunSnapshot,
  snapshotOf,
  snapshotsIn,
  writeRunSnapshot,
} from "./run_snapshot.ts";
import type { EpochTime, RunMetrics, RunSettings } from "./settings.ts";

const MOST_FAILURES = 20;

/**
 * Writes one run, in the folder of a claim: the history as it comes, snapshots, and at last the whole run, which then takes
 * its name at once. So a folder named by a hash is always complete.
 */
export class RunWriter {
  readonly #claim: RunClaim;
  readonly #settings: RunSettings;
  readonly #data: Pick<ImageDataset, "shape" | "classes">;
  readonly #final: string;
  #progress: RunProgress = { metrics: [], times: [], seconds: 0, history: {} };
  #snapshot: RunSnapshot | undefined;

  private constructor(
    claim: RunClaim,
    settings: RunSettings,
    data: Pick<ImageDataset, "shape" | "classes">,
  ) {
    this.#claim = claim;
    this.#settings = settings;
    this.#data = data;
    this.#final = claim.folder.replace(/\.training-\d+$/, "");
  }

  /** Starts to write a run; what is there of it already stays. */
  static async start(
    claim: RunClaim,
    settings: RunSettings,
    data: Pick<ImageDataset, "shape" | "classes">,
  ): Promise<RunWriter> {
    const { lstat, remove } = denoFor("write a run"), config = `${claim.folder}/config.json`;
    // What is there may be anything.
    if ((await lstat(config).catch(() => undefined))?.isFile === false) {
      await remove(config, { recursive: true });
    }
    await writeAtomically(config, configText(settings));
    for (const part of ["history", "snapshots"]) await makeFolder(`${claim.folder}/${part}`);
    return new RunWriter(claim, settings, data);
  }

  /**
   * Goes on from the last good state that is there, be it of a training that was cut short or of a finished one: puts the
   * parameters into the encoder. What of the history came later is removed.
   *
   * @param onDamage told of states that are not as they were written
   * @returns the state; nothing if there is none
   */
  async resume(encoder: Encoder, onDamage: (message: string) => void): Promise<TrainingState | undefined> {
    const found = await snapshotsIn(this.#claim.folder);
    const finished = await snapshotOf(this.#final).catch(() => undefined);
    if (finished) found.push(finished);
    const end = { epoch: this.#settings.epochs + 1, step: 0 };
    const usable = found.filter((each) => comparePositions(each, end) <= 0);
    for (const snapshot of usable.sort((a, b) => comparePositions(b, a))) {
      try {
        const progress = await readProgress(snapshot);
        const state = await loadSnapshot(encoder, snapshot.folder);
        await this.#takeOver(snapshot, progress);
        await this.#clearHistory();
        return { ...state, seconds: progress.seconds };
      } catch (error) {
        if (!(error instanceof DataError || error instanceof RangeError)) throw error;
        if (snapshot === finished) continue; // whoever looked for the run has been told
        onDamage(`${error.message}; the training goes on from an earlier state`);
        await denoFor("write a run").remove(snapshot.folder, { recursive: true });
      }
    }
    await this.#clearHistory();
  }

  async #clearHistory(): Promise<void> {
    const { readDir, remove } = denoFor("write a run"), later: string[] = [];
    // States that go further need theirs.
    const [furthest] = await snapshotsIn(this.#claim.folder);
    for await (const { name, isFile } of readDir(`${this.#claim.folder}/history`)) {
      const epoch = Number(/^(\d+)\.npy$/.exec(name)?.[1] ?? NaN);
      const isWanted = `history/${name}` in this.#progress.history || epoch < (furthest?.epoch ?? 0);
      if (!isFile || !isWanted) later.push(name);
    }
    for (const name of later) await remove(`${this.#claim.folder}/history/${name}`, { recursive: true });
  }

  async #takeOver(snapshot: RunSnapshot, progress: RunProgress): Promise<void> {
    this.#progress = progress;
    this.#snapshot = snapshot;
    if (snapshot.histories === this.#claim.folder) return;
    for (const name of Object.keys(progress.history)) {
      await linkOrCopy(`${snapshot.histories}/${name}`, `${this.#claim.folder}/${name}`);
    }
  }

  /** Forgets all states of the training. */
  async forget(): Promise<void> {
    for (const { folder } of await snapshotsIn(this.#claim.folder)) {
      await denoFor("write a run").remove(folder, { recursive: true });
    }
    await this.#clearHistory();
  }

  /** Keeps the test images' embeddings at one time of the training; see {@linkcode readHistory}. */
  async keep(embeddings: EpochEmbeddings): Promise<void> {
    await this.#claim.check();
    Object.assign(this.#progress.history, await writeEpochEmbeddings(this.#claim.folder, embeddings));
  }

  /** The numbers of all epochs so far. */
  get metrics(): readonly RunMetrics[] {
    return this.#progress.metrics;
  }

  /** Adds the numbers of an epoch. */
  append(metrics: RunMetrics, time: EpochTime): void {
    this.#progress.metrics.push(metrics);
    this.#progress.times.push(time);
  }

  /** Keeps a state of the training, so that it can go on from there. */
  async snapshot(encoder: Encoder, state: TrainingState): Promise<void> {
    await this.#claim.check();
    const { encoder: network, augmentation: { statistics }, loss } = this.#settings,
      { shape, classes } = this.#data;
    const description = { network, shape, statistics, classes, loss };
    const progress = { ...this.#progress, seconds: state.seconds };
    this.#snapshot = await writeRunSnapshot(this.#claim.folder, encoder, state, description, progress);
  }

  /**
   * Puts the run together of its last snapshot, the history, `embeddings.npy` (`[n, dim]`, unit rows) and `labels.npy` of the test
   * images; writes the manifest, and gives the folder its name. A whole run that has the name is replaced; a damaged one is kept as
   * `<hash>.damaged-<n>`.
   *
   * @returns the folder of the run
   */
  async finish(embeddings: Float32Array, labels: Int32Array): Promise<string> {
    const { folder } = this.#claim, finished = `${folder}/finished`, snapshot = this.#snapshot!;
    await this.#claim.check();
    await denoFor("write a run").remove(finished, { recursive: true }).catch(() => {});
    for (const part of ["", "/checkpoint", "/snapshot", "/history"]) await makeFolder(finished + part);
    for (const name of SNAPSHOT_FILES) await linkOrCopy(`${snapshot.folder}/${name}`, `${finished}/${name}`);
    for (const name of Object.keys(this.#progress.history)) {
      await linkOrCopy(`${folder}/${name}`, `${finished}/${name}`);
    }
    await writeAtomically(`${finished}/timing.jsonl`, jsonLines(this.#progress.times));
    await writeAtomically(`${finished}/config.json`, configText(this.#settings));
    const shape = [labels.length, embeddings.length / labels.length];
    await writeAtomically(`${finished}/embeddings.npy`, new Uint8Array(dump(embeddings, shape)));
    await writeAtomically(`${finished}/labels.npy`, new Uint8Array(dump(labels, [labels.length])));
    await writeManifest(finished);
    await this.#claim.check();
    await putInPlace(folder, this.#final);
    return this.#final;
  }

  /** Gives the run up: states that go further than it wait for whoever wants them. */
  async close(): Promise<void> {
    await this.#claim.close(this.#settings.epochs);
  }
}

const SNAPSHOT_FILES = [
  "metrics.jsonl",
  "checkpoint/description.json",
  "checkpoint/weights.bin",
  "checkpoint/weights.json",
  "snapshot/files.json",
  "snapshot/moments.bin",
  "snapshot/moments.json",
  "snapshot/state.json",
];

const configText = (settings: RunSettings) => JSON.stringify(settings, null, 2) + "\n";

/**
 * Gives the finished run in the folder of a training its name, if there is a whole one. Also after a process was killed in the
 * middle of it.
 */
export async function putInPlace(work: string, final: string): Promise<void> {
  const { lstat, readDir, remove, rename } = denoFor("write a run"), finished = `${work}/finished`;
  const isThere = (path: string) => lstat(path).then(() => true, () => false);
  const hash = final.split("/").at(-1)!;
  if (await isWhole(finished, hash)) {
    for (let failures = 0;; failures++) {
      try {
        await rename(finished, final);
        break;
      } catch (error) {
        // What has the name has to go first, to where nobody else touches it.
        if (!await isThere(final) || failures > MOST_FAILURES) throw error;
        await rename(final, `${work}/replaced-${crypto.randomUUID()}`);
      }
    }
  }
  const replaced: string[] = [];
  for await (const { name } of readDir(work)) {
    if (name.startsWith("replaced-")) replaced.push(`${work}/${name}`);
  }
  for (const path of replaced) {
    const isGood = await isWhole(path, hash);
    if (!await isThere(final) && isGood) await rename(path, final);
    else if (isGood) await remove(path, { recursive: true });
    else await rename(path, await freeName(final));
  }
}

/** A name for what is damaged. */
export async function freeName(final: string): Promise<string> {
  const { lstat } = denoFor("write a run");
  for (let count = 1;; count++) {
    const path = `${final}.damaged-${count}`;
    if (!await lstat(path).then(() => true, () => false)) return path;
  }
}

async function makeFolder(path: string): Promise<void> {
  const { errors, lstat, mkdir, remove } = denoFor("write a run");
  try {
    await mkdir(path);
  } catch (error) {
    if (!(error instanceof errors.AlreadyExists)) throw error;
    if ((await lstat(path)).isDirectory) return;
    await remove(path);
    await mkdir(path);
  }
}

/** Gives a file, which nobody changes, a second name; where the disk has none, a second file. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  const { copyFile, errors, link, remove } = denoFor("write a run");
  await remove(to).catch((error) => {
    if (!(error instanceof errors.NotFound)) throw error;
  });
  await link(from, to).catch(() => copyFile(from, to));
}
