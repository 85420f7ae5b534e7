import { planarMap } from "@hscl/hscl/evaluate";
import type { ImageDataset } from "@hscl/hscl/data";
import { collapseMessage, type RunMetrics, type RunSettings, type RunTraining } from "@hscl/hscl/experiment";
import type { StepProgress } from "@hscl/hscl/train";
import { lossWith } from "./settings.ts";

/** Points of some test images in the plane. */
export interface TestMap {
  x: number[];
  y: number[];
  labels: number[];
}

/** What a training tells on the way: what it does besides steps, and what an epoch came to. */
export type TrainingNews =
  | { kind: "evaluating"; epoch: number }
  | { kind: "map"; epoch: number; map: TestMap }
  | { kind: "epoch"; metrics: RunMetrics }
  | { kind: "warning"; words: string };

/** Where a training stands. */
export interface Standing {
  /** Of the last step; from 1, or 0 before the first. */
  epoch: number;
  step: number;
  stepsPerEpoch: number;
  /** Of the last step; `NaN` before the first. */
  loss: number;
  /** Training images a second, of the last steps. */
  imagesPerSecond: number;
  done: boolean;
}

/** How far a training is to go on: so many steps, or so long. */
export interface Leg {
  steps?: number;
  milliseconds?: number;
  /** From now on. */
  beta: number;
}

// More points take longer, and can be told apart no better.
const MOST_ON_MAP = 310;
// A rate over fewer steps would jump about.
const STEPS_OF_RATE = 20;

/** A training that goes on a leg at a time, so that others, and the page, have their turns. */
export class Session {
  readonly #training: RunTraining;
  readonly #settings: RunSettings;
  readonly #data: ImageDataset;
  #beta: number;
  #left = 0;
  #until = 0;
  #tell: (news: TrainingNews) => void = () => {};
  #leg = Promise.withResolvers<Standing>();
  #waiting: PromiseWithResolvers<void> | undefined;
  #isStarted = false;
  #lastMark = 0;
  #times: number[] = [];
  #standing: Standing;

  constructor(training: RunTraining, settings: RunSettings, data: ImageDataset, beta: number) {
    this.#training = training;
    this.#settings = settings;
    this.#data = data;
    this.#beta = beta;
    const stepsPerEpoch = Math.floor(data.train.count / settings.batchSize);
    this.#standing = { epoch: 0, step: 0, stepsPerEpoch, loss: NaN, imagesPerSecond: NaN, done: false };
  }

  /** Goes on, and says where it then stands. */
  advance({ steps = Infinity, milliseconds = Infinity, beta }: Leg, tell: (news: TrainingNews) => void) {
    if (this.#standing.done) return Promise.resolve(this.#standing);
    this.#beta = beta;
    this.#left = steps;
    this.#until = performance.now() + milliseconds;
    this.#tell = tell;
    this.#leg = Promise.withResolvers();
    this.#lastMark = performance.now();
    if (this.#isStarted) this.#waiting?.resolve();
    else this.#start();
    return this.#leg.promise;
  }

  #start(): void {
    this.#isStarted = true;
    this.#run().then(
      () => {
        this.#standing = { ...this.#standing, done: true };
        this.#training.dispose();
        this.#leg.resolve(this.#standing);
      },
      (error) => this.#leg.reject(error),
    );
  }

  async #run(): Promise<void> {
    const { test, classes } = this.#data, training = this.#training, all: RunMetrics[] = [];
    await this.#map(0, (await training.embed(test)).embeddings);
    this.#lastMark = performance.now();
    const epochs = training.epochs({
      loss: lossWith(this.#settings.loss, () => this.#beta),
      onStep: (progress) => this.#stepped(progress),
      onWarning: (words) => this.#tell({ kind: "warning", words }),
      keeper: {
        due: () => this.#left <= 0 || performance.now() >= this.#until,
        keep: () => {
          this.#waiting = Promise.withResolvers();
          this.#leg.resolve(this.#standing);
          return this.#waiting.promise;
        },
      },
    });
    for await (const { metrics, embeddings } of epochs) {
      this.#tell({ kind: "epoch", metrics });
      all.push(metrics);
      const collapse = collapseMessage(all, classes.length);
      if (collapse !== undefined) this.#tell({ kind: "warning", words: `${collapse}.` });
      await this.#map(metrics.epoch, embeddings);
      this.#lastMark = performance.now();
    }
  }

  #stepped({ epoch, step, stepsPerEpoch, loss }: StepProgress): void {
    const now = performance.now(), { batchSize } = this.#settings;
    this.#times = [...this.#times.slice(1 - STEPS_OF_RATE), now - this.#lastMark];
    this.#lastMark = now;
    this.#left--;
    const seconds = this.#times.reduce((sum, time) => sum + time, 0) / 1000;
    const imagesPerSecond = batchSize * this.#times.length / seconds;
    this.#standing = { epoch, step, stepsPerEpoch, loss, imagesPerSecond, done: false };
    if (step === stepsPerEpoch) this.#tell({ kind: "evaluating", epoch });
  }

  /** A map of some test images, evenly chosen. */
  async #map(epoch: number, embeddings: Float32Array): Promise<void> {
    const { test: { count, labels } } = this.#data, dim = this.#training.encoder.embeddingDim;
    const shown = Math.min(count, MOST_ON_MAP);
    const places = Array.from({ length: shown }, (_, i) => Math.floor(i * count / shown));
    const points = new Float32Array(shown * dim);
    places.forEach((place, i) => points.set(embeddings.subarray(place * dim, (place + 1) * dim), i * dim));
    const { x, y } = await planarMap(points, { dim });
    this.#tell({ kind: "map", epoch, map: { x, y, labels: places.map((place) => labels[place]) } });
  }
}
