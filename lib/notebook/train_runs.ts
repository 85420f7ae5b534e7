import { checkArray, checkObject } from "../core/checks.ts";
import { groupBySettings } from "../experiment/compare_settings.ts";
import { runExperiment, type RunOptions } from "../experiment/run_experiment.ts";
import type { RunRecord, RunSettings } from "../experiment/settings.ts";
import type { Broadcast } from "./live.ts";
import { progressView } from "./training_progress.ts";

/**
 * Finds or trains runs, one after the other, and follows them in a table as {@linkcode trainingProgress} does. What stays in
 * the notebook is the mean loss of the last epoch of each, whether it was trained now or before. A row is named by the loss
 * and by what else sets the run apart from the others.
 *
 * @param runs their settings, see `runsOf` of `@hscl/hscl/experiment`
 * @param options of `runExperiment` there: the folder of the runs, the images
 * @param broadcast how messages are sent; the kernel's own way when left out
 * @returns the finished runs in the same order
 * @throws as `runExperiment` does
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, loadDataset, notebook } from "@hscl/hscl";
 * import { factsOf, runsOf } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const sizes = { seeds: 1, epochs: 1, batchSize: 10, temperature: 0.5 };
 * const plan = { backend, data: factsOf(data), network: "convnet", ...sizes } as const;
 * const folder = await Deno.makeTempDir();
 * const [run] = await notebook.trainRuns(runsOf(plan, [{ name: "scl" }]), { folder, data });
 * assertEquals(run.metrics.length, 1);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function trainRuns(
  runs: readonly RunSettings[],
  options: Omit<RunOptions, "onStep">,
  broadcast?: Broadcast,
): Promise<RunRecord[]> {
  checkArray("runs", runs, "settings of runs");
  checkObject("options", options);
  const groups = groupBySettings(runs.map((settings) => ({ settings })));
  const labels = new Map(groups.flatMap((group) => group.runs.map((run) => [run.settings, group.label])));
  const view = await progressView(
    runs.map((run) => ({ name: `${labels.get(run)}, seed ${run.seed}`, epochs: run.epochs })),
    broadcast,
  );
  const records: RunRecord[] = [];
  for (const [index, run] of runs.entries()) {
    const record = await runExperiment(run, { ...options, onStep: (step) => view.reach(index, step) });
    view.reach(index, { ...record.times.at(-1)!, ...record.metrics.at(-1)!, step: 1, stepsPerEpoch: 1 });
    records.push(record);
  }
  await view.finish();
  return records;
}
