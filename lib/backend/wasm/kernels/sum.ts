import * as tf from "../../../core/tfjs.ts";
import { trainingKernels } from "../assembly/instances.ts";
import { addressOf, type KernelArguments, sizeOf, type WasmBackend } from "../heap.ts";
import { FLOAT, withScratch } from "../scratch.ts";

interface ReductionAttributes {
  axis: number | number[];
  keepDims: boolean;
}

type Reduction = (args: KernelArguments<{ x: tf.TensorInfo }, ReductionAttributes>) => tf.TensorInfo;

/** Numbers of a sum from which on tfjs' kernel, which adds one to the next, would lose digits to rounding. */
const MANY = 256;

/** Parts of a sum of many. */
const PARTS = 64;

/**
 * Kernels `Sum` and `Mean` in one pass over memory: over neighbouring axes that the last is not among, e.g. all but the channels,
 * where tfjs' kernels transpose first, and over the last ones where there is much to add. Anything else goes to tfjs' kernel.
 */
function reduction(tfjsKernel: tf.KernelFunc, scale: (reduced: number) => number): Reduction {
  return (args) => {
    const { inputs: { x }, attrs, backend } = args;
    const axes = [...tf.util.parseAxisParam(attrs.axis, x.shape)].sort((a, b) => a - b);
    const first = axes[0], last = axes[axes.length - 1];
    const areNeighbours = axes.length > 0 && last - first === axes.length - 1;
    const reduced = axes.reduce((product, axis) => product * x.shape[axis], 1);
    const columns = sizeOf(x.shape.slice(last + 1)), outer = sizeOf(x.shape.slice(0, first));
    const isCovered = areNeighbours && (reduced >= MANY || columns >= 4);
    if (!isCovered || x.dtype !== "float32" || sizeOf(x.shape) === 0) {
      return tfjsKernel(args as unknown as Parameters<tf.KernelFunc>[0]) as tf.TensorInfo;
    }
    const shape = x.shape.flatMap((length, axis) =>
      axes.includes(axis) ? (attrs.keepDims ? [1] : []) : [length]
    );
    const out = backend.makeOutput(shape, "float32");
    if (columns > 1) columnSums(backend, x, out, { outer, reduced, columns });
    else rowSums(backend, x, out, { outer, reduced });
    const factor = scale(reduced);
    if (factor !== 1) {
      const values = backend.typedArrayFromHeap(out);
      for (let i = 0; i < values.length; i++) values[i] *= factor;
    }
    return out;
  };
}

/** Of x `[outer, reduced, columns]` over its middle axis. */
function columnSums(
  backend: WasmBackend,
  x: tf.TensorInfo,
  out: tf.TensorInfo,
  { outer, reduced, columns }: { outer: number; reduced: number; columns: number },
): void {
  withScratch(backend, [columns], (partial) => {
    for (let i = 0; i < outer; i++) {
      const from = addressOf(backend, x) + i * reduced * columns * FLOAT;
      const to = addressOf(backend, out) + i * columns * FLOAT;
      trainingKernels(backend).columnSums(from, to, reduced, columns, partial);
    }
  });
}

/** Of x `[outer, reduced]` over its last axis: each row in parts, as columns, and these in float64. */
function rowSums(
  backend: WasmBackend,
  x: tf.TensorInfo,
  out: tf.TensorInfo,
  { outer, reduced }: { outer: number; reduced: number },
): void {
  const parts = backend.makeOutput([PARTS], "float32"), whole = reduced - reduced % PARTS;
  withScratch(backend, [PARTS], (partial) => {
    const [from, to] = [x, parts].map((tensor) => addressOf(backend, tensor));
    const [values, sums, results] = [x, parts, out].map((tensor) => backend.typedArrayFromHeap(tensor));
    for (let i = 0, start = 0; i < outer; i++, start += reduced) {
      trainingKernels(backend).columnSums(from + start * FLOAT, to, whole / PARTS, PARTS, partial);
      let sum = 0;
      for (let part = 0; part < PARTS; part++) sum += sums[part];
      for (let rest = start + whole; rest < start + reduced; rest++) sum += values[rest];
      results[i] = sum;
    }
  });
  backend.disposeData(parts.dataId);
}

/** Kernel `Sum`. */
export const sum = (tfjsKernel: tf.KernelFunc): Reduction => reduction(tfjsKernel, () => 1);

/** Kernel `Mean`. */
export const mean = (tfjsKernel: tf.KernelFunc): Reduction => reduction(tfjsKernel, (reduced) => 1 / reduced);
