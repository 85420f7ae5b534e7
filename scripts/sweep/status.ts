import { join } from "node:path";
import { runHash, runLabel } from "../../lib/experiment/mod.ts";
import { count } from "../../lib/figures/words.ts";
import { alignedLines, UsageError } from "../cli/mod.ts";
import { findSweep, type Sweep, sweepNames } from "./folder.ts";
import { type RunState, runStates } from "./run_states.ts";

const states = ["finished", "training", "unfinished", "failed", "missing"] as const;

/** Some runs are not finished: the exit code says so, too. */
class NotFinished extends Error {
  readonly exitCode = 1;
}

function stateLine({ settings, state, epochs, steps, where, reason }: RunState): string[] {
  const more = steps > 0 ? ` and ${steps} steps` : "", isBegun = epochs > 0 || steps > 0;
  const far = isBegun || state === "training" ? `${epochs} of ${count(settings.epochs, "epoch")}${more}` : "";
  const words = [where && `on ${where}`, reason].filter(Boolean).join(": ");
  return [state, runHash(settings).slice(0, 8), runLabel(settings), far, words];
}

/** The same for programs. */
function plain({ settings, state, epochs, steps, where, reason }: RunState) {
  return {
    run: runHash(settings),
    label: runLabel(settings),
    state,
    epochs,
    steps,
    of: settings.epochs,
    where,
    reason,
  };
}

/**
 * Prints how far plans are: those that are typed, or all sweeps in a folder of results.
 *
 * @throws {NotFinished} if a run is not finished
 */
export async function printStatus(typed: readonly string[], out: string, json: boolean): Promise<void> {
  const names = typed.length > 0 ? typed : await sweepNames(out), sweeps: Sweep[] = [];
  if (names.length === 0) {
    throw new UsageError(`status needs a sweep: received none in ${join(out, "sweeps")}`);
  }
  for (const name of names) sweeps.push(await findSweep(name, out));
  const all = await Promise.all(
    sweeps.map(async (sweep) => ({
      sweep,
      runs: await runStates(join(out, "runs"), sweep.plan.runs, sweep.folder),
    })),
  );
  if (json) {
    const values = all.map(({ sweep: { name, path }, runs }) => ({
      name,
      plan: path,
      runs: runs.map(plain),
    }));
    console.log(JSON.stringify(values, undefined, 1));
  } else {
    for (const { sweep: { name }, runs } of all) {
      const counts = states.map((state) =>
        [runs.filter((run) => run.state === state).length, state] as const
      );
      console.log(
        `${name}: ${count(runs.length, "run")}, ${
          counts.filter(([number]) => number > 0).map((words) => words.join(" ")).join(", ")
        }`,
      );
      const others = states.slice(1).flatMap((state) => runs.filter((run) => run.state === state));
      if (others.length > 0) {
        console.log(alignedLines(others.map(stateLine)).map((line) => `  ${line}`).join("\n"));
      }
    }
  }
  const runs = all.flatMap(({ runs }) => runs),
    left = runs.filter(({ state }) => state !== "finished").length;
  if (left > 0) {
    throw new NotFinished(
      `${left} of ${count(runs.length, "run")} ${left === 1 ? "is" : "are"} not finished`,
    );
  }
}
