import type { BackendReport } from "../../mod.ts";
import type { EpochTime, RunMetrics, RunOwner, RunSettings } from "../../lib/experiment/mod.ts";
import type { StepProgress } from "../../lib/train/mod.ts";
import { Interrupted } from "../cli/mod.ts";
import { jsonLines, type WorkerMessage, type WorkerRequest, type WorkerSetup } from "./protocol.ts";

/** What happens to the runs of a pool; `worker` counts from 0. */
export interface PoolListener<Run = RunSettings> {
  onStart(worker: number, run: Run): void;
  onStep(worker: number, run: Run, progress: StepProgress): void;
  onEpoch(worker: number, run: Run, metrics: RunMetrics, time: EpochTime): void;
  /** A training that was cut short goes on: so many epochs, and steps of the next, are done. */
  onResume(worker: number, run: Run, epochs: number, steps: number): void;
  /** Another program trains the run; it is asked for again later. */
  onTaken(worker: number, run: Run, owner?: RunOwner): void;
  /** Something is to be said. */
  onTold(message: string): void;
  onEnd(worker: number, run: Run, failure?: string): void;
}

/** A run that did not finish, and why. */
export interface FailedRun<Run = RunSettings> {
  run: Run;
  reason: string;
}

/** What is left of work that was stopped. */
export const LEFT = "finished runs are kept and will be reused, unfinished ones go on from where they are";

/** Whether runs that are there are trained again, or every byte of them looked at; and whether their scores are written down. */
export type RunManner = Pick<WorkerRequest & { type: "run" }, "force" | "sums" | "scores">;

/** The pool was stopped while it had work. */
const interrupted = () => new Interrupted(`stopped; ${LEFT}`);

// A worker that is told to stop may take so long to end a step and keep the state.
const STOP_MILLISECONDS = 8000;

// How often runs are asked for that another program trains.
const TAKEN_MILLISECONDS = 2000;

/** A worker process that ended before it should have. */
class WorkerDied extends Error {}

const workerScript = new URL("./worker.ts", import.meta.url).href;

// A worker reads packages and data, writes runs, asks for cores and memory, and may load TensorFlow's native library, after
// it was tried in a process of its own.
const permissions = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys",
  "--allow-ffi",
  "--allow-run=deno",
];

/** What every worker is told, whatever it trains. */
export type AnySetup = Pick<WorkerSetup, "backend">;

/** One worker process, the two ends of its pipes and what it works on. */
class Worker<Run> {
  readonly #process: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #messages: AsyncGenerator<WorkerMessage>;
  readonly #said: string[] = [];
  readonly #errorsRead: Promise<void>;
  #hadWork = false;

  constructor(setup: AnySetup, script: string) {
    this.#process = new Deno.Command("deno", {
      args: ["run", "-q", ...permissions, script, JSON.stringify(setup)],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#requests = this.#process.stdin.getWriter();
    this.#messages = jsonLines<WorkerMessage>(this.#process.stdout, (line) => this.#said.push(line));
    this.#errorsRead = this.#readErrors();
  }

  async #readErrors(): Promise<void> {
    const text = this.#process.stderr.pipeThrough(
      new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>,
    );
    for await (const part of text) {
      this.#said.push(...part.split("\n"));
      if (this.#said.length > 200) this.#said.splice(0, this.#said.length - 200);
    }
  }

  /** The next message; throws {@linkcode WorkerDied} if the process has ended. */
  async next(): Promise<WorkerMessage> {
    const { value, done } = await this.#messages.next();
    if (!done) return value;
    const status = await this.#process.status;
    await this.#errorsRead;
    const how = status.signal ? `was killed by ${status.signal}` : `ended with code ${status.code}`;
    // A graphics driver that finds no desktop says so at every start, and goes on.
    const error = this.#said.map((line) => line.trim()).find((line) =>
      /error/i.test(line) && !line.includes("XDG_RUNTIME_DIR")
    );
    throw new WorkerDied(`the worker process ${how}${error ? `; it said: ${error}` : ""}`);
  }

  /** Sends a run; the messages that follow are about it. */
  async start(settings: Run, how: RunManner): Promise<void> {
    this.#hadWork = true;
    try {
      await this.#send({ type: "run", settings, ...how });
    } catch {
      await this.next(); // its end of the pipe is closed: says why
    }
  }

  async #send(request: WorkerRequest<Run>): Promise<void> {
    await this.#requests.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
  }

  /** Ends the process, once it has kept the state of its run if that takes not too long, and waits for that. */
  async stop(milliseconds = STOP_MILLISECONDS): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#hadWork ? milliseconds : 0);
    // Should it have ended already, its end of the pipe is closed.
    await Promise.race([this.#send({ type: "stop" }).then(() => this.#process.status), late]).catch(() => {});
    clearTimeout(timer);
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#process.status;
  }
}

/**
 * Worker processes that execute runs in parallel, each with a backend of its own.
 *
 * @typeParam Run the settings of a run: of images unless the workers are others
 * @typeParam Setup what the workers are started with
 */
export class WorkerPool<Run = RunSettings, Setup extends AnySetup = WorkerSetup> {
  readonly #setup: Setup;
  readonly #script: string;
  readonly #alive = new Set<Worker<Run>>();
  #spare: Worker<Run> | undefined;
  #stopping: Promise<unknown> | undefined;

  /** @param script the program of a worker; that of `worker.ts` but for tests */
  constructor(setup: Setup, script: string = workerScript) {
    this.#setup = { ...setup };
    this.#script = script;
  }

  /**
   * Starts a first worker and reports the backend it runs, which the others will use too.
   *
   * @throws {Interrupted} if the pool is stopped meanwhile
   */
  async probe(): Promise<BackendReport> {
    this.#spare = this.#spawn();
    try {
      const report = await ready(this.#spare);
      this.#setup.backend = report.backend;
      return report;
    } catch (error) {
      throw this.#stopping ? interrupted() : error;
    }
  }

  /**
   * Executes all runs on up to `jobs` workers. A run that fails, or whose worker dies, is reported; the others go on. Those that another
   * program trains come last, and are waited for.
   *
   * @param waits whether those are waited for; if not, they are left out
   * @returns the runs that failed
   * @throws {Interrupted} if the pool is stopped meanwhile
   */
  async execute(
    runs: readonly Run[],
    jobs: number,
    listener: PoolListener<Run>,
    how: RunManner = { force: false, sums: false },
    waits = true,
  ): Promise<FailedRun<Run>[]> {
    const queue = [...runs], taken = new Set<Run>(), failed: FailedRun<Run>[] = [];
    const serve = async (index: number) => {
      let worker: Worker<Run> | undefined;
      for (let run = queue.shift(); run && !this.#stopping; run = queue.shift()) {
        // All that is left was taken when it was asked for last.
        if (taken.has(run)) await new Promise((resolve) => setTimeout(resolve, TAKEN_MILLISECONDS));
        if (this.#stopping) return;
        if (!taken.has(run)) listener.onStart(index, run);
        let end: RunEnd;
        try {
          worker ??= await this.#takeWorker();
          await worker.start(run, how);
          end = await follow(worker, index, run, listener);
        } catch (error) {
          if (this.#stopping) return;
          const { message } = error as Error;
          // What the run has kept by then stays, to be taken up unless all begins anew.
          const goesOn = worker && !how.force;
          end = { failure: goesOn ? `${message} (the same command goes on from there)` : message };
          if (worker) await this.#end(worker);
          worker = undefined; // the next run gets a new process
        }
        if (end.taken) {
          if (!taken.has(run)) listener.onTaken(index, run, end.taken.owner);
          taken.add(run);
          if (waits) queue.push(run);
          continue;
        }
        if (end.failure !== undefined) failed.push({ run, reason: end.failure });
        listener.onEnd(index, run, end.failure);
      }
      if (worker) await this.#end(worker);
    };
    await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, (_, index) => serve(index)));
    if (this.#stopping) throw interrupted();
    return failed;
  }

  /** Ends all workers soon; the states of unfinished runs are kept, where a step ends within `milliseconds`. */
  stop(milliseconds?: number): Promise<void> {
    this.#stopping ??= Promise.all([...this.#alive].map((worker) => this.#end(worker, milliseconds)));
    return this.#stopping.then(() => {});
  }

  #spawn(): Worker<Run> {
    const worker = new Worker<Run>(this.#setup, this.#script);
    this.#alive.add(worker);
    return worker;
  }

  async #takeWorker(): Promise<Worker<Run>> {
    const spare = this.#spare;
    if (spare) {
      this.#spare = undefined;
      return spare;
    }
    const worker = this.#spawn();
    try {
      await ready(worker);
    } catch (error) {
      await this.#end(worker);
      throw error;
    }
    return worker;
  }

  async #end(worker: Worker<Run>, milliseconds?: number): Promise<void> {
    this.#alive.delete(worker);
    await worker.stop(milliseconds);
  }
}

/** How many workers there are unless somebody says. */
export function usualJobs({ backend, detail }: BackendReport): number {
  // TensorFlow's native library says whether it found one.
  const isGpu = backend === "webgpu" || /\bGPU\b/.test(detail);
  return isGpu ? 1 : navigator.hardwareConcurrency;
}

async function ready<Run>(worker: Worker<Run>): Promise<BackendReport> {
  const message = await worker.next();
  if (message.type === "ready") return message.report;
  throw new WorkerDied(
    message.type === "failed" ? message.message : `the worker said ${message.type} before ready`,
  );
}

/** How a run ended: well, if it says nothing. */
interface RunEnd {
  failure?: string;
  taken?: { owner?: RunOwner };
}

/** Passes on what a worker reports until its run ends. */
async function follow<Run>(
  worker: Worker<Run>,
  index: number,
  run: Run,
  listener: PoolListener<Run>,
): Promise<RunEnd> {
  for (;;) {
    const message = await worker.next();
    if (message.type === "step") listener.onStep(index, run, message.progress);
    else if (message.type === "epoch") listener.onEpoch(index, run, message.metrics, message.time);
    else if (message.type === "resumed") listener.onResume(index, run, message.epochs, message.steps);
    else if (message.type === "told") listener.onTold(message.message);
    else if (message.type === "taken") return { taken: { owner: message.owner } };
    else if (message.type === "done") return {};
    else if (message.type === "failed") return { failure: message.message };
  }
}
