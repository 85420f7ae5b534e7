import cliProgress from "cli-progress";
import {
  type EpochTime,
  runLabel,
  type RunMetrics,
  type RunOwner,
  type RunSettings,
} from "../../lib/experiment/mod.ts";
import { imagesPerEpoch } from "../../lib/experiment/learnt_images.ts";
import type { StepProgress } from "../../lib/train/mod.ts";

import { count } from "../../lib/figures/words.ts";
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
  #skipped = 0;

  constructor(runs: readonly RunSettings[]) {
    this.#stepsOfRun = new Map(runs.map((run) => [run, stepsOf(run)]));
    this.#total = runs.reduce((sum, run) => sum + stepsOf(run), 0);
  }

  reach(run: RunSettings, steps: number): void {
    this.#done.set(run, steps);
  }

  /** Steps that were done before. */
  skip(run: RunSettings, steps: number): void {
    this.#skipped += steps - (this.#done.get(run) ?? 0);
    this.reach(run, steps);
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
    const share = this.share, own = share - this.#skipped / Math.max(this.#total, 1);
    if (own <= 0) return "";
    const seconds = (performance.now() - this.#started) / 1000 * (1 - share) / own;
    return `${duration(seconds)} left`;
  }
}

function stepsOf(run: RunSettings): number {
  return run.epochs * Math.floor(imagesPerEpoch(run.dataset) / run.batchSize);
}

/** A progress display; `close` when all is done, also after a failure. */
export interface ProgressDisplay extends PoolListener {
  close(): void;
}

/**
 * Bars when `stderr` is a terminal, else now and then a line; of a single run, every epoch has a line in both, and none says
 * that it failed: whoever waits for it does.
 *
 * @param told messages that have been shown
 */
export function progressDisplay(
  runs: readonly RunSettings[],
  jobs: number,
  told: Set<string> = new Set(),
): ProgressDisplay {
  const display = Deno.stderr.isTerminal()
    ? new Bars(runs, jobs)
    : new Lines(runs, (line) => console.error(line));
  const tell = display.onTold.bind(display);
  display.onTold = (message) => {
    if (told.has(message)) return;
    told.add(message);
    tell(message);
  };
  return display;
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

  onEpoch(_worker: number, run: RunSettings, metrics: RunMetrics, time: EpochTime): void {
    if (this.#total === 1) this.onTold(describeEpoch(run, metrics, time));
  }

  onResume(_worker: number, run: RunSettings, epochs: number, steps: number): void {
    this.#pace.skip(run, stepsBefore(run, epochs, steps));
    this.onTold(describeResume(run, epochs, steps));
  }

  onTaken(worker: number, run: RunSettings, owner?: RunOwner): void {
    this.#workers[worker].update(0, { text: describeOwner(run, owner) });
  }

  onTold(message: string): void {
    this.#bars.log(`${message}\n`);
  }

  onEnd(worker: number, run: RunSettings, failure?: string): void {
    this.#ended++;
    this.#pace.finish(run);
    this.#workers[worker].update(1000, {
      text: `${runLabel(run)}: ${failure === undefined ? "done" : "failed"}`,
    });
    if (failure !== undefined && this.#total > 1) this.onTold(`${runLabel(run)}: failed, ${failure}`);
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
  readonly #last = new Map<RunSettings, { metrics: RunMetrics; time: EpochTime }>();
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

  onEpoch(_worker: number, run: RunSettings, metrics: RunMetrics, time: EpochTime): void {
    this.#last.set(run, { metrics, time });
    const isTime = this.#total === 1 || performance.now() - this.#lastLine > 1000 * LINE_SECONDS;
    if (metrics.epoch < run.epochs && isTime) {
      this.#line(`  ${runLabel(run)}: ${describeEpoch(run, metrics, time)}`);
    }
  }

  onResume(_worker: number, run: RunSettings, epochs: number, steps: number): void {
    this.#pace.skip(run, stepsBefore(run, epochs, steps));
    this.onTold(describeResume(run, epochs, steps));
  }

  onTaken(_worker: number, run: RunSettings, owner?: RunOwner): void {
    this.onTold(describeOwner(run, owner));
  }

  onTold(message: string): void {
    this.#print(`  ${message}`);
  }

  onEnd(_worker: number, run: RunSettings, failure?: string): void {
    this.#ended++;
    this.#pace.finish(run);
    if (failure !== undefined && this.#total === 1) return;
    const last = this.#last.get(run);
    const result = failure ?? (last ? describeEpoch(run, last.metrics, last.time) : "done");
    this.#line(`[${this.#ended}/${this.#total}] ${runLabel(run)}: ${failure ? "failed, " : ""}${result}`);
  }

  close(): void {}

  #line(text: string): void {
    const left = this.#ended < this.#total && this.#pace.left;
    this.#print(left ? `${text}, ${left}` : text);
    this.#lastLine = performance.now();
  }
}

function stepsBefore(run: RunSettings, epochs: number, steps: number): number {
  return epochs * (stepsOf(run) / run.epochs) + steps;
}

function describeResume(run: RunSettings, epochs: number, steps: number): string {
  return `${runLabel(run)}: goes on after epoch ${epochs}${steps > 0 ? ` and ${count(steps, "step")}` : ""}`;
}

function describeOwner(run: RunSettings, owner?: RunOwner): string {
  const who = owner ? `process ${owner.pid} on ${owner.host}` : "another process";
  return `${runLabel(run)}: trained by ${who}, waiting`;
}

function describeEpoch(run: RunSettings, metrics: RunMetrics, { imagesPerSecond }: EpochTime): string {
  const { epoch, loss, top1, classMean } = metrics, percent = (x: number) => (100 * x).toFixed(1);
  return `epoch ${epoch}/${run.epochs}, loss ${loss.toFixed(3)}, kNN top-1 ${percent(top1)} %, class mean ${
    percent(classMean)
  } %, ${Math.round(imagesPerSecond)} images/s`;
}
