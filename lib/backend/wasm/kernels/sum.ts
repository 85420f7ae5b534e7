import * as tf from "@tensorflow/tfjs";
import { trainingKernels } from "../assembly/instances.ts";
import { addressOf, type KernelArguments, sizeOf } from "../heap.ts";
import { FLOAT, withScratch } from "../scratch.ts";

interface ReductionAttributes {
  axis: number | number[];
  keepDims: boolean;
}

type Reduction = (args: KernelArguments<{ x: tf.TensorInfo }, ReductionAttributes>) => tf.TensorInfo;

/**
 * Kernels `Sum` and `Mean` over neighbouring axes that the last is not among, e.g. all but the channels, in one pass
 * over memory; tfjs' kernels transpose first. Anything else goes to tfjs' kernel.
 */
function columnReduction(tfjsKernel: tf.KernelFunc, scale: (reduced: number) => number): Reduction {
  return (args) => {
    const { inputs: { x }, attrs, backend } = args;
    const axes = [...tf.util.parseAxisParam(attrs.axis, x.shape)].sort((a, b) => a - b);
    const first = axes[0], last = axes[axes.length - 1];
    const isColumns = axes.length > 0 && last - first === axes.length - 1 && last < x.shape.length - 1;
    const reduced = axes.reduce((product, axis) => product * x.shape[axis], 1);
    const columns = sizeOf(x.shape.slice(last + 1)), outer = sizeOf(x.shape.slice(0, first));
    if (!isColumns || x.dtype !== "float32" || columns < 4 || sizeOf(x.shape) === 0) {
      return tfjsKernel(args as unknown as Parameters<tf.KernelFunc>[0]) as tf.TensorInfo;
    }
    const shape = x.shape.flatMap((length, axis) =>
      axes.includes(axis) ? (attrs.keepDims ? [1] : []) : [length]
    );
    const out = backend.makeOutput(shape, "float32");
    withScratch(backend, [columns], (partial) => {
      for (let i = 0; i < outer; i++) {
        const from = addressOf(backend, x) + i * reduced * columns * FLOAT;
        const to = addressOf(backend, out) + i * columns * FLOAT;
        trainingKernels(backend).columnSums(from, to, reduced, columns, partial);
      }
    });
    const factor = scale(reduced);
    if (factor !== 1) {
      const values = backend.typedArrayFromHeap(out);
      for (let i = 0; i < values.length; i++) values[i] *= factor;
    }
    return out;
  };
}

/** Kernel `Sum`. */
export const sum = (tfjsKernel: tf.KernelFunc): Reduction => columnReduction(tfjsKernel, () => 1);

/** Kernel `Mean`. */
export const mean = (tfjsKernel: tf.KernelFunc): Reduction =>
  columnReduction(tfjsKernel, (reduced) => 1 / reduced);
