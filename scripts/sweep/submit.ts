import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { runHash, type RunPlan, shardOf } from "../../lib/experiment/mod.ts";
import { count } from "../../lib/figures/words.ts";
import { UsageError } from "../cli/mod.ts";
import { batchScript } from "./batch_script.ts";
import type { SweepFlags } from "./flags.ts";
import { openSweep, planName } from "./folder.ts";
import { runStates } from "./run_states.ts";
import { sbatchOptions } from "./slurm_options.ts";

const script = new URL("../sweep.ts", import.meta.url);

/** The shards, from 1, with a run that nobody has trained or is training. */
async function missingShards(plan: RunPlan, shards: number, out: string): Promise<number[]> {
  const states = await runStates(join(out, "runs"), plan.runs);
  const missing = new Set(
    states.filter(({ state }) => state !== "finished" && state !== "training")
      .map(({ settings }) => runHash(settings)),
  );
  return Array.from({ length: shards }, (_, at) => at + 1).filter((index) =>
    shardOf(plan.runs, index, shards).some((run) => missing.has(runHash(run)))
  );
}

/**
 * Submits the runs of a plan that are missing as a job array, or prints the batch script.
 *
 * @throws {UsageError} if there is no sbatch, or it takes no such job
 */
export async function submitSweep(
  plan: RunPlan,
  flags: SweepFlags,
  name: string | undefined,
  sweepCommand: string,
): Promise<void> {
  const options = sbatchOptions(flags), shards = Math.ceil(plan.runs.length / flags.runsPerTask);
  const tasks = await missingShards(plan, shards, flags.out), out = resolve(flags.out);
  const called = flags.name ?? name ?? planName(plan), folder = join(out, "sweeps", called);
  if (/["\\\n\r]/.test(folder)) {
    throw new UsageError(
      `--out must have no quotes and backslashes for sbatch: received ${JSON.stringify(flags.out)}`,
    );
  }
  if (tasks.length === 0) {
    return console.log(`nothing to submit: ${count(plan.runs.length, "run")} finished, or being trained`);
  }
  const text = batchScript({
    name: called,
    folder,
    out,
    tasks,
    shards,
    maxParallel: flags.maxParallel,
    jobs: flags.jobs ?? 1,
    snapshotMinutes: flags.snapshotMinutes,
    stopBefore: flags.stopBefore,
    options,
    script: script.protocol === "file:" ? fileURLToPath(script) : script.href,
    directory: script.protocol === "file:" ? fileURLToPath(new URL("../../", import.meta.url)) : undefined,
  });
  if (flags.dryRun) return console.log(text.trimEnd());
  const here = `${sweepCommand} --from ${called} --out ${flags.out}`;
  await sbatch(["--version"], here, shards);
  const sweep = await openSweep(plan, flags.out, called), path = join(sweep.folder, "job.sh");
  await writeAtomically(path, text);
  const id = (await sbatch(["--parsable", path], here, shards)).split(";")[0];
  console.log(`${path}\nsubmitted as job ${id}: ${count(tasks.length, "task")}`);
  console.log(`next: ${sweepCommand} status ${called} --out ${flags.out}`);
}

/** Runs sbatch, and returns what it says. */
async function sbatch(args: string[], here: string, shards: number): Promise<string> {
  let ended: Deno.CommandOutput;
  try {
    ended = await new Deno.Command("sbatch", { args, stdout: "piped", stderr: "piped" }).output();
  } catch (error) {
    const isAbsent = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable;
    if (!isAbsent) throw error;
    throw new UsageError(
      `--slurm needs sbatch on the PATH: received none (submit where SLURM is, or let any scheduler start, for each i, ` +
        `${here} --shard i/${shards})`,
    );
  }
  const words = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (ended.success) return words(ended.stdout);
  const hint = shards > 1000 ? " (an array may have too many tasks: --runs-per-task makes them fewer)" : "";
  throw new UsageError(`--slurm must be a job that sbatch takes: received ${words(ended.stderr)}${hint}`);
}
