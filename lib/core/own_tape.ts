import * as tf from "./tfjs.ts";
import type { Tensor } from "./tensors.ts";

/** The parts of TensorFlow.js' engine that say what is recorded for gradients. */
interface TapeState {
  activeTape?: { saved?: Tensor[] }[];
  gradientDepth: number;
  kernelDepth: number;
}

function tapeState(): TapeState {
  return tf.engine().state as TapeState;
}

/** Whether what is computed now is recorded, to be differentiated. */
export function isRecorded(): boolean {
  const { gradientDepth, kernelDepth } = tapeState();
  return gradientDepth > 0 && kernelDepth === 0;
}

/**
 * Computes with a tape of its own, on which gradients can be taken anywhere, also within `tf.customGrad`, and whose tensors are
 * freed as soon as they have been: nothing of it is recorded on the tape outside. If it throws, nothing is left of it either.
 */
export function onOwnTape<T>(compute: () => T): T {
  const state = tapeState(), { activeTape, gradientDepth, kernelDepth } = state;
  Object.assign(state, { activeTape: undefined, gradientDepth: 0, kernelDepth: 0 });
  try {
    return compute();
  } finally {
    for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
    Object.assign(state, { activeTape, gradientDepth, kernelDepth });
  }
}
