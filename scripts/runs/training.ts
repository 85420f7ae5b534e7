import { backendNames, type BackendReport } from "../../lib/backend/mod.ts";
import {
  costWarnings,
  DamagedRunError,
  type DatasetFacts,
  type Experiment,
  type KnownFacts,
  type Plan,
  readRun,
  runHash,
  runLabel,
  type RunPlan,
  type RunRecord,
  type RunScores,
  type RunSettings,
  type ScoredRun,
} from "../../lib/experiment/mod.ts";
import { closeLeft } from "../../lib/experiment/close_left.ts";
import { readScores } from "../../lib/experiment/run_scores.ts";
import { count } from "../../lib/figures/words.ts";
import { join, resolve } from "node:path";
import { Interrupted, interruptible, UsageError } from "../cli/mod.ts";
import { checkTraining, type TrainingManner } from "./check_training.ts";
import { nativeFault } from "./native_fault.ts";
import { planOf, type PresetSizes } from "./plan_of_flags.ts";
import { LEFT, usualJobs, WorkerPool } from "./pool.ts";
import { progressDisplay } from "./progress.ts";
import { NotRecorded, recordedRuns, someCrashed } from "./recorded_runs.ts";
import { RunsFailed } from "./runs_failed.ts";
import type { TrainingFlags } from "./training_flags.ts";

/**
 * Finds or trains runs as flags say. Worker processes start when the first run is to be trained and live until it is
 * closed; where all runs are there, none starts, and no image is read.
 */
export class Training {
  readonly #name: string;
  readonly #flags: TrainingFlags;
  readonly #data: DatasetFacts;
  readonly #dataset: RunPlan["dataset"];
  readonly #sizes: PresetSizes | undefined;
  readonly #keepFacts: () => Promise<void>;
  readonly #runsFolder: string;
  readonly #pool: WorkerPool;
  readonly #signal: AbortSignal;
  /** Said once, though it is found more than once. */
  readonly #told = new Set<string>();
  /** Whether every byte of the runs that are there is looked at, as after a crash. */
  #sums = false;
  #report?: BackendReport;

  private constructor(
    name: string,
    flags: TrainingFlags,
    { facts, keep }: KnownFacts,
    dataset: RunPlan["dataset"],
    sizes: PresetSizes | undefined,
    pool: WorkerPool,
    signal: AbortSignal,
  ) {
    this.#name = name;
    this.#flags = flags;
    this.#data = facts;
    this.#dataset = dataset;
    this.#sizes = sizes;
    this.#keepFacts = keep;
    this.#runsFolder = join(flags.out, "runs");
    this.#pool = pool;
    this.#signal = signal;
    signal.addEventListener("abort", () => void pool.stop());
  }

  /**
   * Refuses what does not go together, before anything is trained. `name` starts the lines that are printed; `signal` gives
   * up.
   */
  static async open(
    name: string,
    flags: TrainingFlags,
    signal: AbortSignal,
    manner: TrainingManner = {},
  ): Promise<Training> {
    const { dataset, known, say } = await checkTraining(flags, manner), { backend, snapshotMinutes } = flags;
    const runsFolder = join(flags.out, "runs");
    const pool = new WorkerPool({ backend, datasets: [dataset], runsFolder, snapshotMinutes });
    const training = new Training(name, flags, known, dataset, manner.sizes, pool, signal);
    say.forEach((line) => training.#say(line));
    return training;
  }

  /**
   * Does work with runs: first with those that are recorded, on whichever of the wanted backends has all of them; if none
   * has, once more with those that are trained now. So nothing but a result may come of the work.
   */
  async experiment<T>(work: (experiment: Experiment) => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>(), abort = () => aborted.reject(this.#signal.reason);
    this.#signal.addEventListener("abort", abort);
    try {
      // What still computes then is of no use to anybody.
      return await Promise.race([this.#findOrTrain(work), aborted.promise]);
    } finally {
      this.#signal.removeEventListener("abort", abort);
    }
  }

  async #findOrTrain<T>(work: (experiment: Experiment) => Promise<T>): Promise<T> {
    this.#sums = await someCrashed(this.#runsFolder);
    const found = await this.#fromAnyRecords(work);
    if (found) return found.result;
    const plan = this.#planOf((await this.#start()).backend);
    await this.#keepFacts();
    const experiment: Experiment = {
      plan,
      ensure: (runs) => this.#ensure(runs, plan),
      scored: async (runs) => {
        const records = await this.#ensure(runs, plan, true);
        return await Promise.all(
          records.map(async (record, at) => ({ record, scores: await this.#scoresOf(runs[at]) })),
        );
      },
    };
    try {
      return await work(experiment);
    } catch (error) {
      if (!(error instanceof DamagedRunError) || this.#sums) throw error;
      // Found by who reads it: now it is looked for.
      this.#sums = true;
      return await work(experiment);
    }
  }

  /** Where the images are, for who trains elsewhere. */
  get dataset(): RunPlan["dataset"] {
    const { options } = this.#dataset, { dataDir } = options;
    return { ...this.#dataset, options: { ...options, ...(dataDir && { dataDir: resolve(dataDir) }) } };
  }

  #planOf(backend: string): Plan {
    return planOf(this.#flags, this.#data, backend, this.#sizes);
  }

  /** Images per batch. */
  get batchSize(): number {
    return this.#planOf("").batchSize;
  }

  /** What all runs share; a backend that is named is not started. */
  async plan(): Promise<Plan> {
    const { backend } = this.#flags;
    const plan = this.#planOf(backend === "auto" ? (await this.#start()).backend : backend);
    await this.#keepFacts();
    return plan;
  }

  /**
   * The runs that work asks for and that are not there. Nothing is trained, so where which runs it needs depends on the results
   * of others, these are the first.
   */
  async missing(work: (experiment: Experiment) => Promise<unknown>): Promise<RunSettings[]> {
    this.#sums = await someCrashed(this.#runsFolder);
    if (await this.#fromAnyRecords(work)) return [];
    const plan = await this.plan(), missing: RunSettings[] = [];
    const ensure = async (runs: readonly RunSettings[]) => {
      const records = await Promise.all(runs.map((run) => this.#readWhole(run)));
      missing.push(...runs.filter((_, at) => records[at] === undefined));
      if (missing.length > 0) throw new NotRecorded();
      return records as RunRecord[];
    };
    const scored = async (runs: readonly RunSettings[]): Promise<ScoredRun[]> => {
      await ensure(runs);
      // To be made when all runs are there, not planned.
      throw new NotRecorded();
    };
    try {
      await work({ plan, ensure, scored });
    } catch (error) {
      if (!(error instanceof NotRecorded)) throw error;
    }
    return missing;
  }

  /** Ends the worker processes. */
  async close(): Promise<void> {
    await this.#pool.stop();
  }

  #say(line: string): void {
    console.error(`${this.#name}: ${line}`);
  }

  /** What comes of work with runs that are there, on the first of the wanted backends that has all. */
  async #fromAnyRecords<T>(
    work: (experiment: Experiment) => Promise<T>,
  ): Promise<{ result: T } | undefined> {
    if (this.#flags.force) return undefined;
    for (const backend of backendNames.filter((name) => name !== "auto")) {
      if (this.#flags.backend !== "auto" && this.#flags.backend !== backend) continue;
      const found = await this.#fromRecords(backend, work);
      if (!found) continue;
      await this.#keepFacts();
      return found;
    }
  }

  async #fromRecords<T>(
    backend: string,
    work: (experiment: Experiment) => Promise<T>,
  ): Promise<{ result: T } | undefined> {
    const { found, ensure, scored } = recordedRuns(this.#runsFolder, this.#sums);
    try {
      const result = await work({ plan: this.#planOf(backend), ensure, scored });
      this.#signal.throwIfAborted();
      this.#say(`${there(found.size)} in ${this.#runsFolder}, of backend ${backend}; nothing to train`);
      return { result };
    } catch (error) {
      if (error instanceof NotRecorded || error instanceof DamagedRunError) return undefined;
      throw error;
    }
  }

  /** Starts a worker, which tells the backend that all will use. */
  async #start(): Promise<BackendReport> {
    if (this.#report) return this.#report;
    await Deno.mkdir(this.#runsFolder, { recursive: true });
    this.#report = await this.#pool.probe().catch((error: Error) => {
      throw this.#flags.backend === "auto" || error instanceof Interrupted
        ? error
        : new UsageError(`--backend ${this.#flags.backend}: ${error.message}`);
    });
    const fault = nativeFault(this.#report);
    if (fault) this.#say(fault);
    this.#say(`backend ${this.#report.backend}: ${this.#report.detail}`);
    return this.#report;
  }

  /** The scores of a run that was evaluated now. */
  async #scoresOf(run: RunSettings): Promise<RunScores> {
    const scores = await readScores(this.#runsFolder, run);
    if (scores) return scores;
    throw new Error(`Cannot draw as the scores of run ${runHash(run)} must be there: received none`);
  }

  /** Finds or trains every run, and returns their records in the order given; evaluates those without scores, if these are wanted. */
  async #ensure(runs: readonly RunSettings[], plan: Plan, scores = false): Promise<RunRecord[]> {
    costWarnings(plan, runs.length).forEach((line) => this.#say(line));
    const missing: RunSettings[] = [], records = new Map<string, RunRecord>();
    // The same run may be asked for twice, also with other epochs.
    const keyOf = (run: RunSettings) => `${runHash(run)} ${run.epochs}`;
    for (const [key, run] of new Map(runs.map((run) => [keyOf(run), run]))) {
      const record = this.#flags.force ? undefined : await this.#readWhole(run);
      const isThere = record && (!scores || await readScores(this.#runsFolder, run));
      if (isThere) records.set(key, record);
      else missing.push(run);
    }
    if (missing.length === 0) this.#say(`${there(runs.length)} in ${this.#runsFolder}; nothing to train`);
    else await this.#train(missing, runs.length - missing.length, scores);
    for (const run of missing) {
      const record = await readRun(this.#runsFolder, run);
      if (!record) throw new Error(`Cannot draw as run ${runHash(run)} must stay where it is: received none`);
      records.set(keyOf(run), record);
    }
    return runs.map((run) => records.get(keyOf(run))!);
  }

  async #train(missing: readonly RunSettings[], existing: number, scores: boolean): Promise<void> {
    const jobs = Math.min(this.#flags.jobs ?? usualJobs(this.#report!), missing.length);
    this.#say(
      `${count(missing.length + existing, "run")}: ${there(existing)}, ${missing.length} to ${
        scores ? "train or evaluate" : "train"
      } on ${jobs} worker process${jobs === 1 ? "" : "es"}`,
    );
    if (this.#flags.force) await this.#sayWhatIsReplaced(missing);
    const { force } = this.#flags, sums = this.#sums, display = progressDisplay(missing, jobs, this.#told);
    try {
      const failed = await this.#pool.execute(missing, jobs, display, { force, sums, scores });
      if (failed.length > 0) throw new RunsFailed(failed, missing.length);
    } finally {
      display.close();
    }
  }

  /** Names the runs that have more epochs than those that take their places. */
  async #sayWhatIsReplaced(runs: readonly RunSettings[]): Promise<void> {
    for (const run of runs) {
      const there = await readRun(this.#runsFolder, run).catch((error) => {
        if (!(error instanceof DamagedRunError)) throw error;
      });
      if (!there || there.trained <= run.epochs) continue;
      this.#say(
        `${runLabel(run)}: run ${runHash(run)} of ${
          count(there.trained, "epoch")
        } is replaced by one of ${run.epochs}`,
      );
    }
  }

  /** A run that is there and as it was written. */
  async #readWhole(run: RunSettings): Promise<RunRecord | undefined> {
    try {
      const record = await readRun(this.#runsFolder, run, { sums: this.#sums });
      if (record && this.#sums) await closeLeft(this.#runsFolder, record);
      return record;
    } catch (error) {
      if (!(error instanceof DamagedRunError)) throw error;
      this.#told.add(error.message);
      this.#say(
        `${error.message}; what is not good of it is trained again, and it is kept as ${error.folder}.damaged-<n>`,
      );
    }
  }
}

/**
 * Does work with runs, which ends all workers: also when Ctrl-C, a termination request or the end of the task give it up, in
 * whatever it is doing.
 *
 * @param left what is said then of what is left behind
 */
export async function withTraining(
  name: string,
  flags: TrainingFlags,
  work: (training: Training, signal: AbortSignal) => Promise<void>,
  left = LEFT,
  manner: TrainingManner = {},
): Promise<void> {
  await interruptible(left, async (signal) => {
    const training = await Training.open(name, flags, signal, manner);
    try {
      await work(training, signal);
    } finally {
      await training.close();
    }
  });
}

/** `1 run exists`, `0 runs exist`. */
function there(runs: number): string {
  return `${count(runs, "run")} exist${runs === 1 ? "s" : ""}`;
}
