/// <reference lib="dom" />
import type { NegativeKind } from "@hscl/hscl";
import type { Opened } from "../../engines/training/open.ts";
import type { Standing, TrainingNews } from "../../engines/training/session.ts";
import type { TrainingChoices } from "../../engines/training/settings.ts";
import type { TrainingWorks } from "../../engines/training/works.ts";
import { type Engine, startEngine } from "../frame/engine.ts";
import { wasmBytes } from "../frame/wasm_bytes.ts";

/** Who is told what becomes of the trainings. */
export interface Listener {
  opened(opened: Opened): void;
  standing(loss: NegativeKind, standing: Standing): void;
  news(loss: NegativeKind, news: TrainingNews): void;
  failed(loss: NegativeKind, error: Error): void;
  /** All are done or have failed. */
  ended(): void;
}

// Long enough for steps, short enough for a pause to be felt.
const LEG_MILLISECONDS = 250;

/** Trainings of several losses, shared among workers. */
export class TrainingRun {
  readonly #choices: TrainingChoices;
  readonly #listener: Listener;
  readonly #engines: Engine<TrainingWorks>[] = [];
  #isStopped = false;
  #isPaused = false;
  /** Steps that each training has left of those that somebody has asked for one by one. */
  readonly #asked = new Map<NegativeKind, number>();
  #wake = Promise.withResolvers<void>();
  beta: number;

  constructor(choices: TrainingChoices, listener: Listener) {
    this.#choices = choices;
    this.#listener = listener;
    this.beta = choices.beta;
  }

  /** Starts the workers and trains; returns when all is done, or stopped. */
  async start(): Promise<void> {
    const { losses } = this.#choices;
    const wasm = await wasmBytes();
    const workers = Math.min(losses.length, Math.max(1, navigator.hardwareConcurrency ?? 1));
    const shares = Array.from({ length: workers }, (_, w) => losses.filter((_, i) => i % workers === w));
    let isFirst = true;
    await Promise.all(shares.map(async (share) => {
      if (this.#isStopped) return;
      const engine = await startEngine<TrainingWorks>("training");
      if (this.#isStopped) return engine.stop();
      this.#engines.push(engine);
      const opened = await engine.ask("open", { choices: this.#choices, wasm });
      if (isFirst) this.#listener.opened(opened);
      isFirst = false;
      await this.#train(engine, share);
    }));
    if (this.#isStopped) return;
    for (const engine of this.#engines) engine.stop();
    this.#listener.ended();
  }

  /** Trains its losses in one worker, each for a moment after the other. */
  async #train(engine: Engine<TrainingWorks>, losses: readonly NegativeKind[]): Promise<void> {
    const { preset, temperature, seed, epochs, beta } = this.#choices;
    let left = [...losses];
    for (const loss of losses) await engine.ask("begin", { loss, preset, temperature, seed, epochs, beta });
    while (left.length > 0 && !this.#isStopped) {
      for (const loss of left) {
        const leg = await this.#nextLeg(loss, left);
        if (leg === undefined) continue;
        if (this.#isStopped) return;
        try {
          const standing = await engine.ask(
            "advance",
            { loss, ...leg, beta: this.beta },
            (news) => this.#listener.news(loss, news),
          );
          this.#listener.standing(loss, standing);
          if (standing.done) left = left.filter((other) => other !== loss);
        } catch (error) {
          this.#listener.failed(loss, error as Error);
          left = left.filter((other) => other !== loss);
        }
      }
    }
  }

  /** How far a training is to go on now; waits while all are paused, and is nothing where another one has its turn. */
  async #nextLeg(loss: NegativeKind, all: readonly NegativeKind[]) {
    while (this.#isPaused && !this.#isStopped && all.every((each) => !this.#asked.get(each))) {
      await this.#wake.promise;
    }
    if (!this.#isPaused) return { milliseconds: LEG_MILLISECONDS };
    const asked = this.#asked.get(loss) ?? 0;
    if (asked === 0) return undefined;
    this.#asked.set(loss, asked - 1);
    return { steps: 1 };
  }

  pause(): void {
    this.#isPaused = true;
  }

  goOn(): void {
    this.#isPaused = false;
    this.#asked.clear();
    this.#woken();
  }

  /** One step of every training, while they are paused. */
  step(): void {
    for (const loss of this.#choices.losses) this.#asked.set(loss, (this.#asked.get(loss) ?? 0) + 1);
    this.#woken();
  }

  stop(): void {
    this.#isStopped = true;
    for (const engine of this.#engines) engine.stop();
    this.#woken();
  }

  #woken(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
