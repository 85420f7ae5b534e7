import { checkInteger, checkNumber, checkObject, checkText, describe } from "../core/checks.ts";
import { DataError } from "../data/data_error.ts";
import { type DatasetName, datasetNames } from "../data/data_sets.ts";
import { optionsOf } from "../data/load_dataset.ts";
import { checkRunSettings } from "./check_run_settings.ts";
import { type PlannedData, plannedFor, plannedName } from "./planned_data.ts";
import { runHash, type RunSettings } from "./settings.ts";

/** Runs to train, and where their images are: what somebody else needs to train them, in another process or on another machine. */
export interface RunPlan {
  /** The images of all runs, or of the first of several data sets. */
  dataset: PlannedData;
  /** Those of other runs, each data set, or each of several versions of one, once; absent where there are none. */
  others?: readonly PlannedData[];
  /** The runs, each once, all on one backend. */
  runs: readonly RunSettings[];
}

/** That of the plans of this version. */
const PLAN_VERSION = 1;

/**
 * A plan as the text of a file: JSON with a version, and each run beside the name of its folder.
 *
 * @throws {DataError} if {@linkcode parseRunPlan} would not take it
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadDataset } from "@hscl/hscl";
 * import { factsOf, parseRunPlan, runPlanText, runsOf } from "@hscl/hscl/experiment";
 * const options = { trainImages: 20, testImages: 10 };
 * const data = factsOf(await loadDataset("synthetic", options));
 * const sizes = { seeds: 2, epochs: 1, batchSize: 10, temperature: 0.5 };
 * const runs = runsOf({ backend: "cpu", data, network: "convnet", ...sizes }, [{ name: "scl" }]);
 * const text = runPlanText({ dataset: { name: "synthetic", options }, runs });
 * assertEquals(parseRunPlan(text, "plan.json").runs, runs);
 * ```
 */
export function runPlanText(plan: RunPlan): string {
  checkObject("plan", plan);
  const { dataset, others, runs } = plan;
  const each = new Map<string, RunSettings>();
  for (const settings of runs) {
    const hash = runHash(settings), same = each.get(hash);
    // More epochs of a run are the run of fewer, too.
    if (!same || same.epochs < settings.epochs) each.set(hash, settings);
  }
  const written = {
    version: PLAN_VERSION,
    dataset,
    ...(others === undefined ? {} : { others }),
    runs: [...each].map(([run, settings]) => ({ run, settings })),
  };
  const text = JSON.stringify(written, undefined, 1) + "\n";
  parseRunPlan(text, "that is to be written");
  return text;
}

/**
 * Reads the text of a plan.
 *
 * @param name of the plan, for messages
 * @throws {DataError} if it is none, of another version, or one of its runs cannot be trained; the message says which
 */
export function parseRunPlan(text: string, name: string): RunPlan {
  const refuse = (requirement: string, received: string) =>
    new DataError(
      `Cannot read plan ${checkText("name of the plan", name)} as ${requirement}: received ${received}`,
    );
  const { version, dataset, others, runs } = parsed(text, refuse);
  if (version !== PLAN_VERSION) {
    throw refuse(`it must be of version ${PLAN_VERSION}`, version === undefined ? "none" : describe(version));
  }
  const read = readData(dataset, refuse);
  if (others !== undefined && !Array.isArray(others)) {
    throw refuse("its other data sets must be a list", describe(others));
  }
  const more = others?.map((other) => readData(other, refuse)), all = [read, ...more ?? []];
  const twice = all.map(plannedName).find((name, index) =>
    all.some((other, at) =>
      at < index && plannedName(other) === name &&
      (other.digest ?? all[index].digest) === (all[index].digest ?? other.digest)
    )
  );
  if (twice !== undefined) throw refuse("each data set must be there once", `${twice} again`);
  if (!Array.isArray(runs)) throw refuse("it must have a list of runs", describe(runs));
  const seen = new Set<string>(), digests = new Map<PlannedData, string>();
  runs.forEach((entry: Partial<PlannedRun> | null, index) => {
    const which = `run ${index + 1} of ${runs.length}`, settings = entry?.settings as RunSettings;
    reason(
      () => checkRunSettings(settings),
      (why) => refuse(`${which} must be one that can be trained`, why),
    );
    const hash = runHash(settings);
    if (entry!.run !== hash) {
      throw refuse(`${which} must be named as its settings say, ${hash}`, describe(entry!.run));
    }
    if (seen.has(hash)) throw refuse("each run must be there once", `${hash} again`);
    seen.add(hash);
    const { dataset, backend } = settings, first = (runs[0] as PlannedRun).settings;
    const planned = plannedFor(all, dataset);
    if (planned === undefined) {
      const names = [...new Set(all.map(plannedName))];
      throw refuse(
        `${which} must be of ${names.join(" or ")}`,
        names.includes(dataset.name) ? `another version, ${dataset.digest}` : describe(dataset.name),
      );
    }
    const digest = digests.get(planned) ?? dataset.digest;
    digests.set(planned, digest);
    if (backend !== first.backend || dataset.digest !== digest) {
      throw refuse(
        `${which} must have the backend and the images of the first`,
        `${backend}, ${dataset.digest}`,
      );
    }
  });
  return {
    dataset: read,
    ...(more === undefined ? {} : { others: more }),
    runs: runs.map(({ settings }: PlannedRun) => settings),
  };
}

/** One of the data sets of a plan. */
function readData(given: unknown, refuse: Refuse): PlannedData {
  const { name, options = {}, validation, digest } = (given ?? {}) as Partial<PlannedData>;
  if (!datasetNames.includes(name as DatasetName)) {
    throw refuse(`its data set must be one of ${datasetNames.join(", ")}`, describe(name));
  }
  reason(
    () => optionsOf(name!, options),
    (why) => refuse("its data set must have options that there are", why),
  );
  if (digest !== undefined && !/^[0-9a-f]{64}$/.test(String(digest))) {
    throw refuse("the digest of its images must be 64 hexadecimal digits", describe(digest));
  }
  if (validation !== undefined) {
    reason(
      () => checkNumber("validation", validation, { above: 0, below: 1 }),
      (why) => refuse("the share to validate with must be one", why),
    );
  }
  return {
    name: name!,
    options,
    ...(validation === undefined ? {} : { validation }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** A run in the file of a plan. */
interface PlannedRun {
  run: string;
  settings: RunSettings;
}

type Refuse = (requirement: string, received: string) => DataError;

function parsed(
  text: string,
  refuse: Refuse,
): { version?: unknown; dataset?: unknown; others?: unknown; runs?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse("it must be JSON", "something else");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse("it must be a JSON object", describe(value));
  }
  return value;
}

function reason(check: () => unknown, refusal: (why: string) => Error): void {
  try {
    check();
  } catch (error) {
    throw refusal((error as Error).message);
  }
}

/**
 * One of several parts of some runs, which have no run in common and are all runs together. Runs are dealt out in the order of
 * their names, those of their folders, so each run's part follows from the runs alone, on whatever machine and in whatever
 * order they are listed.
 *
 * @param index from 1
 * @param count how many parts there are
 * @throws {RangeError} if there is no such part
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type RunSettings, shardOf } from "@hscl/hscl/experiment";
 * const runs = [0, 1, 2, 3, 4].map((seed) => ({ seed }) as RunSettings);
 * const shards = [1, 2].map((index) => shardOf(runs, index, 2));
 * assertEquals(shards.map(({ length }) => length), [3, 2]);
 * assertEquals(shards.flat().map(({ seed }) => seed).sort(), [0, 1, 2, 3, 4]);
 * ```
 */
export function shardOf(runs: readonly RunSettings[], index: number, count: number): RunSettings[] {
  checkInteger("number of shards", count, { min: 1 });
  checkInteger("shard", index, { min: 1, max: count });
  const inOrder = new Map(runs.map((run) => [runHash(run), run]));
  return [...inOrder.keys()].sort().filter((_, at) => at % count === index - 1).map((hash) =>
    inOrder.get(hash)!
  );
}
