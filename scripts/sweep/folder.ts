import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import {
  parseRunPlan,
  runHash,
  type RunPlan,
  runPlanText,
  type RunSettings,
} from "../../lib/experiment/mod.ts";
import { didYouMean, UsageError } from "../cli/mod.ts";

/** A plan that has a name, and a folder for what becomes of it. */
export interface Sweep {
  /** Its name. */
  name: string;
  /** Its folder; absent for a plan elsewhere that nobody has begun. */
  folder?: string;
  /** The file of the plan. */
  path: string;
  plan: RunPlan;
}

const sweepsIn = (out: string) => join(out, "sweeps");

/** What a plan is called if nobody says: its data set, and what changes with its runs. */
export function planName({ dataset, runs }: RunPlan): string {
  const names = runs.map((run) => `${runHash(run)} ${run.epochs}`).sort().join(" ");
  return `${dataset.name}-${bytesToHex(sha256(utf8ToBytes(names))).slice(0, 8)}`;
}

/**
 * Throws unless a text can be the name of a sweep, and so of a folder.
 *
 * @throws {UsageError} if it cannot
 */
export function checkName(name: string): void {
  if (/^\w[\w.-]{0,99}$/.test(name)) return;
  throw new UsageError(
    `--name must be of letters, digits, dots, dashes and underlines: received ${JSON.stringify(name)}`,
  );
}

/**
 * Gives a plan its folder, which it keeps.
 *
 * @throws {UsageError} if another plan has the name
 */
export async function openSweep(plan: RunPlan, out: string, name = planName(plan)): Promise<Required<Sweep>> {
  const folder = join(sweepsIn(out), name), path = join(folder, "plan.json");
  await Deno.mkdir(join(folder, "logs"), { recursive: true });
  const there = await readPlan(path);
  if (there === undefined) await writeAtomically(path, runPlanText(plan));
  else if (planName(there) !== planName(plan)) {
    throw new UsageError(
      `--name must be that of a new sweep, or of the same runs: received ${name}, of others`,
    );
  }
  return { name, folder, path, plan: there ?? plan };
}

async function readPlan(path: string): Promise<RunPlan | undefined> {
  try {
    return parseRunPlan(await Deno.readTextFile(path), path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The sweeps in a folder of results, by name. */
export async function sweepNames(out: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(sweepsIn(out))) if (isDirectory) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

/**
 * The plan that somebody has typed: a file, or the name of a sweep in a folder of results.
 *
 * @throws {UsageError} if there is none
 * @throws {DataError} if it is none that can be read
 */
export async function findSweep(typed: string, out: string): Promise<Sweep> {
  const names = await sweepNames(out), isName = names.includes(typed);
  const path = isName ? join(sweepsIn(out), typed, "plan.json") : typed;
  let plan: RunPlan | undefined;
  try {
    plan = await readPlan(path);
  } catch (error) {
    if ((error as Error).name === "DataError") throw error;
    throw new UsageError(
      `a plan must be a file that can be read: received ${path} (${(error as Error).message})`,
    );
  }
  if (plan === undefined) {
    throw new UsageError(
      `a plan must be a file, or the name of a sweep in ${sweepsIn(out)} (${
        names.join(", ") || "none"
      }): received ${JSON.stringify(typed)}${didYouMean(typed, names)}`,
    );
  }
  const name = isName ? typed : planName(plan);
  return { name, path, plan, ...(names.includes(name) && { folder: join(sweepsIn(out), name) }) };
}

/** Why a run failed, and where. */
export interface Failure {
  reason: string;
  host: string;
  /** In ISO 8601. */
  time: string;
}

const failurePath = (folder: string, run: RunSettings) => join(folder, "failed", `${runHash(run)}.json`);

/** Writes down why a run failed, or that it does not any more. */
export async function noteFailure(
  folder: string,
  run: RunSettings,
  reason: string | undefined,
): Promise<void> {
  const path = failurePath(folder, run);
  if (reason === undefined) return await rm(path, { force: true });
  const failure: Failure = { reason, host: Deno.hostname(), time: new Date().toISOString() };
  await Deno.mkdir(join(folder, "failed"), { recursive: true });
  await writeAtomically(path, JSON.stringify(failure) + "\n");
}

/** Why a run failed when it was tried last; nothing if it did not. */
export async function failureOf(folder: string, run: RunSettings): Promise<Failure | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(failurePath(folder, run)));
  } catch {
    return undefined;
  }
}
