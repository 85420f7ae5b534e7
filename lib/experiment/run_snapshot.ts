import { denoFor } from "../core/platform.ts";
import { writeAtomically } from "../core/write_atomically.ts";
import type { Encoder } from "../encoders/encoder.ts";
import type { CheckpointDescription } from "../train/checkpoint_description.ts";
import { saveSnapshot } from "../train/snapshot.ts";
import type { TrainingState } from "../train/training_state.ts";
import {
  DamagedRunError,
  type FileSum,
  manifestText,
  readManifest,
  readRunFile,
  sumsOf,
} from "./run_manifest.ts";
import type { EpochTime, RunMetrics } from "./settings.ts";

/** Where a training stands: so many steps of an epoch, counted from 1, are done. */
export type Position = Pick<TrainingState, "epoch" | "step">;

/** What a run had come to when a state of its training was kept. */
export interface RunProgress {
  /** Of the epochs that are done. */
  metrics: RunMetrics[];
  /** The same epochs. */
  times: EpochTime[];
  /** Seconds of the epoch that goes on. */
  seconds: number;
  /** The files of the history, which lie elsewhere. */
  history: Record<string, FileSum>;
}

/** A snapshot that is there. */
export interface RunSnapshot extends Position {
  /** Has `checkpoint/`, `snapshot/`, `metrics.jsonl` and `timing.jsonl`, as a finished run does. */
  folder: string;
  /** Has `history/`. */
  histories: string;
}

/** The last one, and one more should it be broken. */
const KEPT = 2;
const SUMS = "snapshot/files.json";

/** Positive if `a` is further than `b`. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.step - b.step;
}

/**
 * Writes a snapshot of a run to `snapshots/` in the folder of its training, whole or not at all, and removes older ones but the last; those
 * that are further stay. Its sums are of all its files but that of times, and of the history.
 */
export async function writeRunSnapshot(
  work: string,
  encoder: Encoder,
  state: TrainingState,
  description: CheckpointDescription,
  progress: RunProgress,
): Promise<RunSnapshot> {
  const { mkdir, remove, rename } = denoFor("write a snapshot");
  const { epoch, step } = state, folder = `${work}/snapshots/${epoch}-${step}`;
  const partial = `${work}/snapshots/.${crypto.randomUUID()}`;
  await mkdir(partial);
  try {
    await saveSnapshot(encoder, state, partial, description);
    await writeAtomically(`${partial}/metrics.jsonl`, jsonLines(progress.metrics));
    const going = step > 0 ? [{ epoch, seconds: progress.seconds }] : [];
    await writeAtomically(`${partial}/timing.jsonl`, jsonLines([...progress.times, ...going]));
    const own = [
      "checkpoint/description.json",
      "checkpoint/weights.bin",
      "checkpoint/weights.json",
      "metrics.jsonl",
      "snapshot/moments.bin",
      "snapshot/moments.json",
      "snapshot/state.json",
    ];
    const files = { ...await sumsOf(partial, own), ...progress.history };
    await writeAtomically(`${partial}/${SUMS}`, await manifestText(files));
    await remove(folder, { recursive: true }).catch(() => {}); // of an earlier time, and the same
    await rename(partial, folder);
  } catch (error) {
    await remove(partial, { recursive: true }).catch(() => {});
    throw error;
  }
  const older = (await snapshotsIn(work)).filter((other) => comparePositions(other, state) < 0);
  for (const { folder } of older.slice(KEPT - 1)) await remove(folder, { recursive: true });
  return { folder, histories: work, epoch, step };
}

/** Values as lines of JSON. */
export const jsonLines = (values: readonly object[]) =>
  values.map((value) => JSON.stringify(value) + "\n").join("");

/** The snapshots in the folder of a training, the furthest first. */
export async function snapshotsIn(work: string): Promise<RunSnapshot[]> {
  const { errors, readDir } = denoFor("read snapshots"), found: RunSnapshot[] = [];
  try {
    for await (const { name } of readDir(`${work}/snapshots`)) {
      const [, epoch, step] = /^(\d+)-(\d+)$/.exec(name) ?? [];
      if (epoch === undefined) continue;
      const folder = `${work}/snapshots/${name}`;
      found.push({ folder, histories: work, epoch: Number(epoch), step: Number(step) });
    }
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
  }
  return found.sort((a, b) => comparePositions(b, a));
}

/**
 * Reads what a run had come to, and compares every file of the snapshot with its sums.
 *
 * @throws {DamagedRunError} if a file is missing or was changed
 */
export async function readProgress({ folder, histories, epoch }: RunSnapshot): Promise<RunProgress> {
  const sums = await readManifest(folder, SUMS), history: Record<string, FileSum> = {};
  for (const [name, sum] of sums) {
    const isHistory = name.startsWith("history/");
    if (isHistory) history[name] = sum;
    await readRunFile(isHistory ? histories : folder, name, sums);
  }
  const metrics = await readLines<RunMetrics>(folder, "metrics.jsonl");
  if (metrics.length !== epoch - 1 || metrics.some((line, i) => line.epoch !== i + 1)) {
    const fault = `must have a line for each of ${epoch - 1} epochs: received others`;
    throw new DamagedRunError(folder, "metrics.jsonl", fault);
  }
  // No number depends on these, and so they are no reason to train again.
  const times = await readLines<EpochTime>(folder, "timing.jsonl").catch(() => []);
  const timeOf = (epoch: number) => times.find((each) => each?.epoch === epoch);
  return {
    metrics,
    times: metrics.map(({ epoch }) => readTime(timeOf(epoch) ?? { epoch })),
    seconds: timeOf(epoch)?.seconds ?? 0,
    history,
  };
}

/** A line of `timing.jsonl`, which has no number for what has been lost. */
export function readTime(
  { epoch, seconds, imagesPerSecond }: Partial<EpochTime> & { epoch: number },
): EpochTime {
  return { epoch, seconds: seconds ?? NaN, imagesPerSecond: imagesPerSecond ?? NaN };
}

/**
 * Where the training stands that a finished run can be continued from.
 *
 * @throws {DamagedRunError} if that cannot be read
 */
export async function snapshotOf(runFolder: string): Promise<RunSnapshot> {
  const [state] = await readLines<Position>(runFolder, "snapshot/state.json", (text) => [text]);
  const { epoch, step } = state ?? {};
  if (!Number.isInteger(epoch) || !Number.isInteger(step)) {
    throw new DamagedRunError(
      runFolder,
      "snapshot/state.json",
      "must say where a training stands: received something else",
    );
  }
  return { folder: runFolder, histories: runFolder, epoch, step };
}

/** The JSON values in the lines of a file, or in the parts that it is split into. */
export async function readLines<T>(
  folder: string,
  name: string,
  split = (text: string) => text.split("\n"),
): Promise<T[]> {
  let text: string;
  try {
    text = await denoFor("read a run").readTextFile(`${folder}/${name}`);
  } catch (error) {
    throw new DamagedRunError(
      folder,
      name,
      `must be a file that can be read: received ${(error as Error).message}`,
    );
  }
  return parseLines(folder, name, text, split);
}

/** The JSON values in the lines of a text, or in the parts that it is split into. */
export function parseLines<T>(
  folder: string,
  name: string,
  text: string,
  split = (text: string) => text.split("\n"),
): T[] {
  try {
    return split(text.trim()).filter((line) => line !== "").map((line) => JSON.parse(line));
  } catch {
    throw new DamagedRunError(folder, name, "must be JSON: received something else");
  }
}
