import type { BackendReport } from "../../mod.ts";
import type { RunMetrics, RunSettings } from "../../lib/experiment/mod.ts";
import { removeAbandonedRuns } from "../../lib/experiment/partial_run.ts";
import type { StepProgress } from "../../lib/train/mod.ts";
import { Interrupted } from "../cli/mod.ts";
import { jsonLines, type WorkerMessage, type WorkerRequest, type WorkerSetup } from "./protocol.ts";

/** What happens to the runs of a pool; `worker` counts from 0. */
export interface PoolListener {
  onStart(worker: number, run: RunSettings): void;
  onStep(worker: number, run: RunSettings, progress: StepProgress): void;
  onEpoch(worker: number, run: RunSettings, metrics: RunMetrics): void;
  onEnd(worker: number, run: RunSettings, failure?: string): void;
}

/** A run that did not finish, and why. */
export interface FailedRun {
  run: RunSettings;
  reason: string;
}

/** The pool was stopped while it had work. */
const interrupted = () => new Interrupted("stopped; finished runs are kept and will be reused");

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

/** One worker process, the two ends of its pipes and what it works on. */
class Worker {
  readonly #process: Deno.ChildProcess;
  readonly #runsFolder: string;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #messages: AsyncGenerator<WorkerMessage>;
  readonly #said: string[] = [];
  readonly #errorsRead: Promise<void>;
  #hadWork = false;

  constructor(setup: WorkerSetup, script: string) {
    this.#runsFolder = setup.runsFolder;
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
    const error = this.#said.map((line) => line.trim()).find((line) => /error/i.test(line));
    throw new WorkerDied(`the worker process ${how}${error ? `; it said: ${error}` : ""}`);
  }

  /** Sends a run; the messages that follow are about it. */
  async start(settings: RunSettings): Promise<void> {
    this.#hadWork = true;
    const request: WorkerRequest = { type: "run", settings };
    try {
      await this.#requests.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    } catch {
      await this.next(); // its end of the pipe is closed: says why
    }
  }

  /** Ends the process, waits for that, and removes what an unfinished run had written. */
  async stop(): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#process.status;
    if (this.#hadWork) await removeAbandonedRuns(this.#runsFolder);
  }
}

/** Worker processes that execute runs in parallel, each with a backend of its own. */
export class WorkerPool {
  readonly #setup: WorkerSetup;
  readonly #script: string;
  readonly #alive = new Set<Worker>();
  #spare: Worker | undefined;
  #stopping: Promise<unknown> | undefined;

  /** @param script the program of a worker; that of `worker.ts` but for tests */
  constructor(setup: WorkerSetup, script: string = workerScript) {
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
   * Executes all runs on up to `jobs` workers. A run that fails, or whose worker dies, is reported; the others go on.
   *
   * @returns the runs that failed
   * @throws {Interrupted} if the pool is stopped meanwhile
   */
  async execute(runs: readonly RunSettings[], jobs: number, listener: PoolListener): Promise<FailedRun[]> {
    const queue = [...runs], failed: FailedRun[] = [];
    const serve = async (index: number) => {
      let worker: Worker | undefined;
      for (let run = queue.shift(); run && !this.#stopping; run = queue.shift()) {
        listener.onStart(index, run);
        let reason: string | undefined;
        try {
          worker ??= await this.#takeWorker();
          await worker.start(run);
          reason = await follow(worker, index, run, listener);
        } catch (error) {
          if (this.#stopping) return;
          reason = (error as Error).message;
          if (worker) await this.#end(worker);
          worker = undefined; // the next run gets a new process
        }
        if (reason) failed.push({ run, reason });
        listener.onEnd(index, run, reason);
      }
      if (worker) await this.#end(worker);
    };
    await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, (_, index) => serve(index)));
    if (this.#stopping) throw interrupted();
    return failed;
  }

  /** Ends all workers at once and removes what unfinished runs have written. */
  stop(): Promise<void> {
    this.#stopping ??= Promise.all([...this.#alive].map((worker) => this.#end(worker)));
    return this.#stopping.then(() => {});
  }

  #spawn(): Worker {
    const worker = new Worker(this.#setup, this.#script);
    this.#alive.add(worker);
    return worker;
  }

  async #takeWorker(): Promise<Worker> {
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

  async #end(worker: Worker): Promise<void> {
    this.#alive.delete(worker);
    await worker.stop();
  }
}

async function ready(worker: Worker): Promise<BackendReport> {
  const message = await worker.next();
  if (message.type === "ready") return message.report;
  throw new WorkerDied(
    message.type === "failed" ? message.message : `the worker said ${message.type} before ready`,
  );
}

/** Passes on what a worker reports until its run ends; returns why it failed, if it did. */
async function follow(
  worker: Worker,
  index: number,
  run: RunSettings,
  listener: PoolListener,
): Promise<string | undefined> {
  for (;;) {
    const message = await worker.next();
    if (message.type === "step") listener.onStep(index, run, message.progress);
    else if (message.type === "epoch") listener.onEpoch(index, run, message.metrics);
    else if (message.type === "done") return undefined;
    else if (message.type === "failed") return message.message;
  }
}
