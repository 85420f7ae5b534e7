import { checkArray, checkInteger, checkObject, describe } from "../core/checks.ts";
import { type Broadcast, live, type LiveDisplay } from "./live.ts";
import { table } from "./table.ts";

/** Where a training stands, as the loop of `trainContrastive` reports it after a step. */
export interface TrainingStep {
  /** From 1. */
  readonly epoch: number;
  /** From 1. */
  readonly step: number;
  /** Steps in every epoch. */
  readonly stepsPerEpoch: number;
  /** Of this step's batch. */
  readonly loss: number;
  /** Speed. */
  readonly imagesPerSecond: number;
}

/** A table that follows several trainings, one after the other. */
export interface TrainingProgress {
  /** What a training calls after every step, e.g. `onStep: progress.of("SCL")`. */
  of(name: string): (step: TrainingStep) => void;
  /** Waits until the last state is shown. */
  finish(): Promise<void>;
}

// More pictures a second than one follows would only cost time.
const UPDATE_MILLISECONDS = 200;
const BAR = 20;

/**
 * Shows a table with a bar per training that moves while they run. What stays in the notebook is the last loss of each;
 * times are shown only while running, so that running again gives the same output.
 *
 * @param names one per training, in the order of the table
 * @param epochs of every training
 * @param broadcast how messages are sent; the kernel's own way when left out
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * let shown = "";
 * // In a notebook, leave this out.
 * const broadcast = (_: string, content: unknown) => Promise.resolve(void (shown = JSON.stringify(content)));
 * const progress = await notebook.trainingProgress(["SCL"], 1, broadcast);
 * progress.of("SCL")({ epoch: 1, step: 1, stepsPerEpoch: 1, loss: 2.5, imagesPerSecond: 100 });
 * await progress.finish();
 * assertStringIncludes(shown, "2.5");
 * ```
 */
export async function trainingProgress(
  names: readonly string[],
  epochs: number,
  broadcast?: Broadcast,
): Promise<TrainingProgress> {
  checkArray("names", names, "text");
  for (const name of names) {
    if (typeof name !== "string") {
      throw new TypeError(`Cannot use names as each must be text: received ${describe(name)}`);
    }
  }
  checkInteger("epochs", epochs, { min: 1 });
  const view = await progressView(names.map((name) => ({ name, epochs })), broadcast);
  return {
    of: (name) => (step) => {
      const index = names.indexOf(name);
      if (index < 0) {
        throw new RangeError(
          `Cannot follow a training as it must be one of ${names.join(", ")}: received ${name}`,
        );
      }
      checkObject("step", step);
      view.reach(index, step);
    },
    finish: view.finish,
  };
}

/** A training that is followed. */
interface Training {
  name: string;
  epochs: number;
}

/** Where trainings stand, by their index. */
interface ProgressView {
  reach(index: number, step: TrainingStep): void;
  finish(): Promise<void>;
}

/** The table of {@linkcode trainingProgress}. */
export async function progressView(
  trainings: readonly Training[],
  broadcast?: Broadcast,
): Promise<ProgressView> {
  const steps = new Map<number, TrainingStep>();
  const picture = () => table(trainings.map((training, index) => row(training, steps.get(index))));
  const view: LiveDisplay = await live(picture(), broadcast);
  let shown = Promise.resolve(), lastUpdate = 0;
  const update = () => {
    lastUpdate = performance.now();
    shown = shown.then(() => view.update(picture()));
    shown.catch(() => {}); // said by finish
  };
  return {
    reach: (index, step) => {
      steps.set(index, step);
      if (performance.now() - lastUpdate > UPDATE_MILLISECONDS) update();
    },
    finish: () => {
      update();
      return shown;
    },
  };
}

function row({ name, epochs }: Training, step: TrainingStep | undefined) {
  const done = step ? step.epoch - 1 + step.step / step.stepsPerEpoch : 0;
  const filled = Math.round(BAR * Math.min(done / epochs, 1));
  const speed = step && done < epochs ? `${Math.round(step.imagesPerSecond)} images/s` : "";
  return {
    training: name,
    progress: "█".repeat(filled) + "░".repeat(BAR - filled),
    epoch: `${Math.ceil(done)} of ${epochs}`,
    loss: step ? step.loss : NaN,
    speed: speed || (step ? "done" : "waiting"),
  };
}
