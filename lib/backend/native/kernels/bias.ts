import * as tf from "../../../core/tfjs.ts";
import { channelsLast, float32, type KernelArguments } from "../backend.ts";

// What BiasAdd takes.
const MOST_AXES = 5;

/** tfjs-node's kernel `Add`, but with `BiasAdd` where a vector is added along the last axis. */
export function addWithBias(original: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const { inputs: { a, b }, backend } = args as unknown as KernelArguments<
      Record<"a" | "b", tf.TensorInfo>
    >;
    const isBias = a.dtype === "float32" && b.dtype === "float32" && b.shape.length === 1 &&
      a.shape.length > 1 && a.shape.length <= MOST_AXES && a.shape.at(-1) === b.shape[0];
    return isBias
      ? backend.executeSingleOutput("BiasAdd", [float32(backend), channelsLast(backend)], [a, b])
      : original(args);
  };
}

/** tfjs-node's kernel `Sum`, but with `BiasAddGrad` where all axes but the last are summed: a bias' gradient. */
export function sumOfBias(original: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const { inputs: { x }, attrs: { axis, keepDims }, backend } = args as unknown as KernelArguments<
      { x: tf.TensorInfo },
      { axis: number | number[]; keepDims: boolean }
    >;
    const rank = x.shape.length, axes = tf.util.parseAxisParam(axis, x.shape);
    const isBias = x.dtype === "float32" && !keepDims && rank > 1 && rank <= MOST_AXES &&
      axes.length === rank - 1 && !axes.includes(rank - 1);
    return isBias
      ? backend.executeSingleOutput("BiasAddGrad", [float32(backend), channelsLast(backend)], [x])
      : original(args);
  };
}
