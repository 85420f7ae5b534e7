import * as tf from "../core/tfjs.ts";
import { checkArray, checkNumber, describe } from "../core/checks.ts";
import type { Tensor2D } from "../core/tensors.ts";
import type { LossStep, TrainingLoss } from "./loss_settings.ts";
import type { TrainingState } from "./training_state.ts";
import { checkViews, type ViewKind } from "./views.ts";

/** Throws unless these are losses that can be of such views. */
export function checkObserved(losses: readonly TrainingLoss[] = [], views: ViewKind = "two"): void {
  checkArray("observed losses", losses, "losses");
  for (const loss of losses) {
    if (typeof loss !== "function") {
      throw new TypeError(`Cannot observe a loss as it must be a function: received ${describe(loss)}`);
    }
    checkViews(views, loss);
  }
}

/** Losses that are computed of the embeddings that a training compares, and have no part in it; none at all is no work. */
export class ObservedLosses {
  readonly #losses: readonly TrainingLoss[];
  #views: Tensor2D[] = [];
  #sums: readonly number[] = [];

  constructor(losses: readonly TrainingLoss[]) {
    this.#losses = losses;
  }

  /** Throws unless a state is of a training with as many observed losses. */
  checkState({ observedSums = [] }: TrainingState): void {
    checkArray("observed losses so far", observedSums, "numbers");
    for (const sum of observedSums) checkNumber("observed loss so far", sum);
    if (observedSums.length === this.#losses.length) return;
    throw new RangeError(
      `Cannot go on training as the state must be of ${this.#losses.length} observed losses: ` +
        `received ${observedSums.length}`,
    );
  }

  /** Starts an epoch, or goes on with it. */
  start({ observedSums }: Pick<TrainingState, "observedSums"> = {}): void {
    this.#sums = observedSums ?? this.#losses.map(() => 0);
  }

  /** A loss that keeps the embeddings it is called with, for {@linkcode add}. */
  watching(loss: TrainingLoss): TrainingLoss {
    if (this.#losses.length === 0) return loss;
    const { ofOneView } = loss;
    const watched: TrainingLoss = (view1, view2, labels, step) => {
      this.#keep([view1, view2]);
      return loss(view1, view2, labels, step);
    };
    return Object.assign(watched, {
      ...loss,
      ...(ofOneView && {
        ofOneView: (view: Tensor2D, labels: Int32Array, step?: LossStep) => {
          this.#keep([view]);
          return ofOneView(view, labels, step);
        },
      }),
    });
  }

  /**
   * Adds what the losses are for the embeddings that were kept last, each with a stream of its own.
   *
   * @returns the first that is not finite, counted from 1, if there is one
   */
  async add(labels: Int32Array, step: LossStep): Promise<{ value: number; which: string } | undefined> {
    const { length } = this.#losses;
    if (length === 0) return;
    const [view1, view2] = this.#views;
    const all = tf.tidy(() =>
      tf.stack(this.#losses.map((loss, at) => {
        const own = { ...step, random: step.random?.child(at) };
        return view2 ? loss(view1, view2, labels, own) : loss.ofOneView!(view1, labels, own);
      }))
    );
    const values = await all.data().finally(() => all.dispose());
    this.dispose();
    this.#sums = this.#sums.map((sum, at) => sum + values[at]);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    return bad < 0 ? undefined : { value: values[bad], which: `observed loss ${bad + 1} of ${length}` };
  }

  /** What a state between two steps has of them; of a training without, nothing. */
  state(): Pick<TrainingState, "observedSums"> {
    return this.#losses.length === 0 ? {} : { observedSums: this.#sums };
  }

  /** The means over so many steps. */
  means(steps: number): { observed?: number[] } {
    return this.#losses.length === 0 ? {} : { observed: this.#sums.map((sum) => sum / steps) };
  }

  /** Frees what is kept. */
  dispose(): void {
    tf.dispose(this.#views);
    this.#views = [];
  }

  #keep(views: readonly Tensor2D[]): void {
    this.dispose();
    // Others of the same values, so that what the gradient keeps and frees stays its own.
    this.#views = views.map((view) => tf.keep(tf.clone(view)));
  }
}
