/** Many runs of one experiment: every combination of losses, strengths, temperatures and seeds, here or on many machines. */
import { join } from "node:path";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { type RunPlan, runPlanText, type RunSettings, runsOf, shardOf } from "../lib/experiment/mod.ts";
import { count } from "../lib/figures/words.ts";
import { command, didYouMean, interruptible, UsageError } from "./cli/mod.ts";
import { LEFT } from "./runs/pool.ts";
import { Training } from "./runs/training.ts";
import { executeRuns, type Outcome } from "./sweep/execute.ts";
import { checkTogether, shardFrom, type SweepFlags, sweepFlags } from "./sweep/flags.ts";
import { checkName, findSweep, openSweep } from "./sweep/folder.ts";
import { runStates } from "./sweep/run_states.ts";
import { sbatchOptions } from "./sweep/slurm_options.ts";
import { sweepLosses } from "./sweep/settings.ts";
import { printStatus } from "./sweep/status.ts";
import { stoppable } from "./sweep/stoppable.ts";
import { submitSweep } from "./sweep/submit.ts";
import { summaryLines } from "./sweep/summary.ts";

/** The plan that flags say, or that was written, which may have a name. */
async function planOf(flags: SweepFlags, signal: AbortSignal): Promise<{ plan: RunPlan; name?: string }> {
  if (flags.from !== undefined) return await findSweep(flags.from, flags.out);
  // Before a backend is started.
  const losses = sweepLosses(flags), [temperature] = flags.temperatures;
  const training = await Training.open("sweep", { ...flags, temperature, force: false }, signal);
  try {
    return { plan: { dataset: training.dataset, runs: runsOf(await training.plan(), losses) } };
  } finally {
    await training.close();
  }
}

/** How far runs are, as numbers that grow. */
async function positionsOf(runsFolder: string, runs: readonly RunSettings[]): Promise<number[]> {
  return (await runStates(runsFolder, runs)).map(({ state, epochs, steps }) =>
    state === "finished" ? Infinity : 1e9 * epochs + steps
  );
}

/** Says what became of runs; throws if some failed. */
function report({ records, failed, elsewhere }: Outcome, runs: number, whole: boolean): void {
  if (whole && records.length > 0) console.log(summaryLines(records).join("\n"));
  else console.log(`${count(records.length, "run")} of ${runs} finished`);
  if (elsewhere > 0) {
    console.error(
      `sweep: ${count(elsewhere, "run")} left to who is training ${elsewhere === 1 ? "it" : "them"}`,
    );
  }
  if (failed.length === 0) return;
  const [{ reason }] = failed;
  throw new Error(`${failed.length} of ${count(runs, "run")} failed; the others are kept. First: ${reason}`);
}

const script = command({
  name: "sweep",
  summary:
    "Trains every combination of losses, strengths of hardening, temperatures and seeds: on this machine, in parts that any " +
    "scheduler starts (--shard), or as a job array of SLURM (--slurm). Runs that are there, or that others are training, are left " +
    "alone. status says how far sweeps are, and ends with 0 if all runs are finished.",
  operands: {
    form: "[status [SWEEP…]]",
    help: "Sweeps by name, or the files of plans; all if none is given",
  },
  flags: sweepFlags,
  examples: [
    "deno task sweep --losses hucl,hscl --betas 0.5,1,2 --temperatures 0.1,0.5 --seeds 10",
    "deno task sweep --from plan.json --shard 1/4",
    "deno task sweep --seeds 10 --slurm --partition gpu --gpus 1 --time 4:00:00 --max-parallel 8",
    "deno task sweep status",
  ],
}, async (flags, { operands: [action, ...typed], typed: given, commandOf }) => {
  if (action !== undefined && action !== "status") {
    throw new UsageError(
      `unknown action ${JSON.stringify(action)}${didYouMean(action, ["status"])} (expected status, or none)`,
    );
  }
  checkTogether(given, action);
  const { out, shard } = flags, part = shard === undefined ? undefined : shardFrom(shard);
  if (action === "status") return await printStatus(typed, out, flags.json);
  if (flags.name !== undefined) checkName(flags.name);
  if (flags.slurm) sbatchOptions(flags);
  await interruptible(LEFT, async (interrupted) => {
    const { plan, name } = await planOf(flags, interrupted);
    if (flags.plan !== undefined) {
      await writeAtomically(flags.plan, runPlanText(plan));
      console.log(
        `${flags.plan}\n${count(plan.runs.length, "run")}: ${commandOf("sweep")} --from ${flags.plan}`,
      );
      return;
    }
    if (flags.slurm) return await submitSweep(plan, flags, name, commandOf("sweep"));
    const sweep = await openSweep(plan, out, flags.name ?? name);
    const runs = part ? shardOf(plan.runs, part.index, part.count) : plan.runs;
    console.error(`sweep: ${sweep.path}${part ? `, part ${shard}` : ""}`);
    const { jobs, snapshotMinutes } = flags, far = () => positionsOf(join(out, "runs"), runs);
    const outcome = await stoppable(
      interrupted,
      far,
      (signal) => executeRuns(sweep, runs, { out, jobs, snapshotMinutes, signal }),
    );
    report(outcome, runs.length, part === undefined);
  });
});

export default script;
if (import.meta.main) await script.run();
