import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { parseRunPlan, type PlannedData, runPlanText, type RunSettings } from "../../lib/experiment/mod.ts";
import { plannedName } from "../../lib/experiment/planned_data.ts";
import { count } from "../../lib/figures/words.ts";

/** The runs that are not there, as a plan that somebody else can execute. */
export class MissingRuns {
  readonly #datasets = new Map<string, PlannedData>();
  readonly #runs: RunSettings[] = [];

  /** Adds runs on the images of a data set; `isVersion` if others may be on other images of the same name. */
  add(dataset: PlannedData, runs: readonly RunSettings[], { isVersion = false } = {}): void {
    if (runs.length > 0) {
      const planned = isVersion ? { ...dataset, digest: runs[0].dataset.digest } : dataset;
      this.#datasets.set(`${plannedName(planned)} ${planned.digest ?? ""}`, planned);
    }
    this.#runs.push(...runs);
  }

  /**
   * Writes the plan, and says on stdout where it is and how to train what it lists.
   *
   * @param first names the images where no run is missing
   * @param sweep what people type to execute a plan
   */
  async write(path: string, first: PlannedData, sweep: string): Promise<void> {
    const [dataset = first, ...others] = this.#datasets.values();
    const text = runPlanText({ dataset, ...(others.length > 0 ? { others } : {}), runs: this.#runs });
    const { length } = parseRunPlan(text, path).runs;
    await writeAtomically(path, text);
    console.log(path);
    console.log(
      length === 0 ? "no run is missing" : `${count(length, "run")} to train: ${sweep} --from ${path}`,
    );
  }
}
