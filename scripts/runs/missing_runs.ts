import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { parseRunPlan, type PlannedData, runPlanText, type RunSettings } from "../../lib/experiment/mod.ts";
import { count } from "../../lib/figures/words.ts";
import type { Training } from "./training.ts";

/** Runs of several data sets that are not there, as a plan that somebody else can execute. */
export class MissingRuns {
  readonly #datasets: PlannedData[] = [];
  readonly #runs: RunSettings[] = [];

  /** Adds the runs of a training; `isVersion` if others are of the same data set by name, with other images. */
  add({ dataset }: Training, runs: readonly RunSettings[], isVersion = false): void {
    if (runs.length === 0) return;
    this.#datasets.push({ ...dataset, ...(isVersion ? { digest: runs[0].dataset.digest } : {}) });
    this.#runs.push(...runs);
  }

  /**
   * Writes the plan, and says what to do with it.
   *
   * @param first the data set of a plan without runs
   * @param sweep the command that executes it
   */
  async write(path: string, first: PlannedData, sweep: string): Promise<void> {
    const [dataset = first, ...others] = this.#datasets;
    const text = runPlanText({ dataset, ...(others.length > 0 ? { others } : {}), runs: this.#runs });
    const { length } = parseRunPlan(text, path).runs;
    await writeAtomically(path, text);
    console.log(path);
    console.log(
      length === 0 ? "no run is missing" : `${count(length, "run")} to train: ${sweep} --from ${path}`,
    );
  }
}
