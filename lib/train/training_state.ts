import type { OptimizerState } from "./optimizer.ts";

/**
 * Where a training stands between two steps. With the encoder's parameters this is all that the later steps depend on: order,
 * views and choices come from random streams that are named by epoch and step.
 */
export interface TrainingState {
  /** The epoch that goes on, from 1. */
  readonly epoch: number;
  /** Steps done in it. */
  readonly step: number;
  /** Sum of their losses. */
  readonly lossSum: number;
  /** Sums of the losses that are observed, one each; absent where none is. */
  readonly observedSums?: readonly number[];
  /** Seconds that they took. */
  readonly seconds: number;
  /** Of the optimizer. */
  readonly optimizer: OptimizerState;
}

/** Keeps states of a training while it runs, so that it can go on from one. */
export interface StateKeeper {
  /** Whether a state should be kept now; asked between the steps of an epoch. */
  due(): boolean;
  /**
   * Keeps a state; the training waits for it. Called when one is due, and when the training is stopped between two steps; the
   * encoder's parameters are those of the state meanwhile.
   */
  keep(state: TrainingState): Promise<void>;
}
