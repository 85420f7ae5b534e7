import cliProgress from "cli-progress";
import { runLabel, type RunMetrics, type RunSettings } from "../../lib/experiment/mod.ts";
import type { StepProgress } from "../../lib/train/mod.ts";

import { duration } from "../cli/duration.ts";
import type { PoolListener } from "./pool.ts";

// Without a terminal, running epochs of several runs are told of at most this often; ends of runs always.
const LINE_SECONDS = 10;

/** Steps done and to do over all runs, and the time left at the pace so far. */
class Pace {
  readonly #started = performance.now();
  readonly #total: number;
  readonly #stepsOfRun: Map<RunSettings, number>;
  readonly #done = new Map<RunSettings, number>();

  constructor(runs: readonly RunSettings[]) {
    this.#stepsOfRun = new Map(runs.map((run) => [run, stepsOf(run)]));
    this.#total = runs.reduce((sum, run) => sum + stepsOf(run), 0);
  }

  reach(run: RunSettings, steps: number): void {
    this.#done.set(run, steps);
  }

  finish(run: RunSettings): void {
    this.#done.set(run, this.#stepsOfRun.get(run)!);
  }

  /** 0 … 1. */
  get share(): number {
    return [...this.#done.values()].reduce((sum, steps) => sum + steps, 0) / Math.max(this.#total, 1);
  }

  /** E.g. `1 min 20 s left`, or nothing before there is a pace to go by. */
  get left(): string {
    const share = this.share;
    if (share === 0) return "";
    const seconds = (performance.now() - this.#started) / 1000 * (1 - share) / share;
    return `${duration(seconds)} left`;
  }
}

function stepsOf(run: RunSettings): number {
  return run.epochs * Math.floor(run.dataset.trainImages / run.batchSize);
}

/** A progress display; `close` when all is done, also after a failure. */
export interface ProgressDisplay extends PoolListener {
  close(): void;
}

/** Bars when `stderr` is a terminal, else now and then a line; of a single run, every epoch has a line in both. */
export function progressDisplay(runs: readonly RunSettings[], jobs: number): ProgressDisplay {
  return Deno.stderr.isTerminal() ? new Bars(runs, jobs) : new Lines(runs, (line) => console.error(line));
}

/** One bar over all runs, and one per worker. */
class Bars implements ProgressDisplay {
  readonly #pace: Pace;
  readonly #bars: cliProgress.MultiBar;
  readonly #all: cliProgress.SingleBar;
  readonly #workers: cliProgress.SingleBar[];
  readonly #total: number;
  #ended = 0;

  constructor(runs: readonly RunSettings[], jobs: number) {
    this.#pace = new Pace(runs);
    this.#total = runs.length;
    this.#bars = new cliProgress.MultiBar({
      format: "{bar} {text}",
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      linewrap: false,
      fps: 5,
    }, cliProgress.Presets.shades_classic);
    this.#all = this.#bars.create(1000, 0, { text: `0 of ${runs.length} runs` });
    this.#workers = Array.from(
      { length: Math.min(jobs, runs.length) },
      () => this.#bars.create(1000, 0, { text: "starting" }),
    );
  }

  onStart(worker: number, run: RunSettings): void {
    this.#workers[worker].update(0, { text: `${runLabel(run)}: starting` });
  }

  onStep(worker: number, run: RunSettings, progress: StepProgress): void {
    const { epoch, step, stepsPerEpoch, loss, imagesPerSecond } = progress;
    const steps = (epoch - 1) * stepsPerEpoch + step;
    this.#pace.reach(run, steps);
    this.#workers[worker].update(Math.round(1000 * steps / (run.epochs * stepsPerEpoch)), {
      text: `${runLabel(run)}  epoch ${epoch}/${run.epochs}  loss ${loss.toFixed(3)}  ` +
        `${Math.round(imagesPerSecond)} images/s`,
    });
    this.#showAll();
  }

  onEpoch(_worker: number, run: RunSettings, metrics: RunMetrics): void {
    if (this.#total === 1) this.#bars.log(`${describeEpoch(run, metrics)}\n`);
  }

  onEnd(worker: number, run: RunSettings): void {
    this.#ended++;
    this.#pace.finish(run);
    this.#workers[worker].update(1000, { text: `${runLabel(run)}: done` });
    this.#showAll();
  }

  close(): void {
    this.#bars.stop();
  }

  #showAll(): void {
    const text = `${this.#ended} of ${this.#total} runs  ${this.#pace.left}`;
    this.#all.update(Math.round(1000 * this.#pace.share), { text });
  }
}

/** Lines for logs: the end of every run, and epochs of long runs. */
class Lines implements ProgressDisplay {
  readonly #pace: Pace;
  readonly #total: number;
  readonly #print: (line: string) => void;
  readonly #last = new Map<RunSettings, RunMetrics>();
  #ended = 0;
  #lastLine = performance.now();

  constructor(runs: readonly RunSettings[], print: (line: string) => void) {
    this.#pace = new Pace(runs);
    this.#total = runs.length;
    this.#print = print;
  }

  onStart(): void {}

  onStep(_worker: number, run: RunSettings, { epoch, step, stepsPerEpoch }: StepProgress): void {
    this.#pace.reach(run, (epoch - 1) * stepsPerEpoch + step);
  }

  onEpoch(_worker: number, run: RunSettings, metrics: RunMetrics): void {
    this.#last.set(run, metrics);
    const isTime = this.#total === 1 || performance.now() - this.#lastLine > 1000 * LINE_SECONDS;
    if (metrics.epoch < run.epochs && isTime) {
      this.#line(`  ${runLabel(run)}: ${describeEpoch(run, metrics)}`);
    }
  }

  onEnd(_worker: number, run: RunSettings, failure?: string): void {
    this.#ended++;
    this.#pace.finish(run);
    const metrics = this.#last.get(run);
    const result = failure ?? (metrics ? describeEpoch(run, metrics) : "done");
    this.#line(`[${this.#ended}/${this.#total}] ${runLabel(run)}: ${failure ? "failed, " : ""}${result}`);
  }

  close(): void {}

  #line(text: string): void {
    const left = this.#ended < this.#total && this.#pace.left;
    this.#print(left ? `${text}, ${left}` : text);
    this.#lastLine = performance.now();
  }
}

function describeEpoch(run: RunSettings, metrics: RunMetrics): string {
  const { epoch, loss, top1, classMean, imagesPerSecond } = metrics,
    percent = (x: number) => (100 * x).toFixed(1);
  return `epoch ${epoch}/${run.epochs}, loss ${loss.toFixed(3)}, kNN top-1 ${percent(top1)} %, class mean ${
    percent(classMean)
  } %, ${Math.round(imagesPerSecond)} images/s`;
}
