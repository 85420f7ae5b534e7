import type { FlagTable, FlagValues } from "../../lib/core/flags.ts";
import { hardeningFlags, hardeningParameters } from "../../lib/experiment/hardening_flags.ts";
import { comparisonFlags } from "../../lib/experiment/loss_flags.ts";
import { lossNames } from "../../lib/losses/presets.ts";
import { flagName, UsageError } from "../cli/mod.ts";
import { trainingFlags } from "../runs/training_flags.ts";

const { hardening, ...strengths } = hardeningFlags("numbers");
const { negatives, negativeWeight, tauPlus, stopWeightGradient } = comparisonFlags;
const { temperature, jobs, out, snapshotMinutes, force: _, ...training } = trainingFlags;

/** `beta` → `betas`: the flag of several values of a parameter. */
type Plurals = { readonly [P in keyof typeof strengths as `${P}s`]: typeof strengths[P] };

/** The flags that say which runs there are. */
export const planFlags = {
  losses: { kind: "choices", allowed: lossNames, default: comparisonFlags.losses.default, help: "Losses" },
  hardening,
  ...Object.fromEntries(
    hardeningParameters.map((name) => [`${name}s`, strengths[name]]),
  ) as Plurals,
  temperatures: {
    kind: "numbers",
    above: 0,
    default: [temperature.default],
    help: "Temperatures T of the losses",
  },
  negatives,
  negativeWeight,
  tauPlus,
  stopWeightGradient,
  ...training,
} as const;

/** The flags that say what becomes of them. */
const workFlags = {
  jobs,
  snapshotMinutes,
  out: { ...out, help: "Folder of results: the runs are in runs/ in it, the plan in sweeps/" },
  name: {
    kind: "string",
    help: "Name of the sweep, for its folder in sweeps/ (that of its data set and runs)",
  },
  plan: { kind: "file", help: "Write the plan to this file, and train nothing" },
  from: {
    kind: "string",
    valueName: "plan",
    help: "Take the runs from a plan that was written, by its file or the name of its sweep",
  },
  shard: { kind: "string", valueName: "i/n", help: "Train only the part i, from 1, of n" },
  json: { kind: "boolean", help: "status: as JSON" },
} as const;

/** The flags of SLURM. */
export const slurmFlags = {
  slurm: { kind: "boolean", help: "Submit the runs that are missing as a job array of SLURM" },
  partition: { kind: "string", help: "slurm: partition" },
  time: {
    kind: "string",
    help: "slurm: time limit of a task as sbatch takes it: minutes, h:mm:ss, d-hh:mm:ss",
  },
  gpus: {
    kind: "string",
    valueName: "n",
    help: "slurm: GPUs of a task, with or without their type: 1, a100:1",
  },
  cpus: { kind: "integer", min: 1, valueName: "n", help: "slurm: processor cores of a task" },
  mem: { kind: "string", help: "slurm: memory of a task: 8G" },
  maxParallel: { kind: "integer", min: 1, valueName: "n", help: "slurm: at most so many tasks at a time" },
  runsPerTask: { kind: "integer", min: 1, default: 1, valueName: "n", help: "slurm: runs of a task" },
  stopBefore: {
    kind: "integer",
    min: 1,
    max: 65535,
    default: 120,
    valueName: "s",
    help: "slurm: seconds before the time limit at which a task stops and is queued again",
  },
  sbatch: {
    kind: "string",
    valueName: "lines",
    help: "slurm: other options of sbatch, joined by commas: --sbatch=--account=vision,--constraint=a100",
  },
  dryRun: { kind: "boolean", help: "slurm: print the batch script, and write and submit nothing" },
} as const satisfies FlagTable;

/** All flags, in the order of the help. */
export const sweepFlags = { ...planFlags, ...workFlags, ...slurmFlags } as const;

/** Values of {@linkcode sweepFlags}. */
export type SweepFlags = FlagValues<typeof sweepFlags>;

type Name = keyof typeof sweepFlags;

/**
 * Throws unless the flags that were typed go together.
 *
 * @param action what is to be done, if anything but the runs
 */
export function checkTogether(typed: ReadonlySet<string>, action: "status" | undefined): void {
  const given = (name: Name) => typed.has(name);
  const ofPlan = Object.keys(planFlags).find(given as (name: string) => boolean) as Name | undefined;
  const ofSlurm = (Object.keys(slurmFlags) as Name[]).find((name) => name !== "slurm" && given(name));
  const other = ([...typed] as Name[]).find((name) => name !== "out" && name !== "json");
  if (action === "status" && other) {
    throw new UsageError(`status takes --out and --json: received ${flagName(other)}`);
  }
  if (action === undefined && given("json")) throw new UsageError("--json goes with status: received none");
  if (ofPlan && given("from")) {
    throw new UsageError(`--from has all that is planned: received ${flagName(ofPlan)}, too`);
  }
  if (ofSlurm && !given("slurm")) {
    throw new UsageError(`${flagName(ofSlurm)} goes with --slurm: received none`);
  }
  const apart: [Name, Name][] = [["plan", "from"], ["plan", "shard"], ["plan", "slurm"], ["plan", "name"], [
    "plan",
    "jobs",
  ], ["shard", "slurm"]];
  for (const [one, another] of apart) {
    if (given(one) && given(another)) {
      throw new UsageError(`${flagName(one)} goes without ${flagName(another)}: received both`);
    }
  }
}

/**
 * A part of the runs, as `--shard` says it.
 *
 * @throws {UsageError} if it is none
 */
export function shardFrom(text: string): { index: number; count: number } {
  const [, index, count] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  if (Number(index) >= 1 && Number(index) <= Number(count)) {
    return { index: Number(index), count: Number(count) };
  }
  throw new UsageError(
    `--shard must be i/n with i from 1 to n, such as 1/4: received ${JSON.stringify(text)}`,
  );
}
