import type * as tf from "@tensorflow/tfjs";
import { trainingKernels } from "../assembly/instances.ts";
import { addressOf, type KernelArguments, sizeOf, type WasmBackend } from "../heap.ts";
import { withScratch } from "../scratch.ts";

function rowsAndColumns({ shape }: tf.TensorInfo): [number, number] {
  const columns = shape[shape.length - 1];
  return [sizeOf(shape) / columns, columns];
}

/** A float view of the heap; only good until the next allocation. */
function view(backend: WasmBackend, address: number, count: number): Float32Array {
  return new Float32Array(backend.wasm.asm.memory.buffer, address, count);
}

interface BatchNormInputs {
  x: tf.TensorInfo;
  gain: tf.TensorInfo;
  shift: tf.TensorInfo;
}

/** Kernel `BatchNormTraining`: output, mean and biased variance; see `batchNormTraining`. */
export function batchNormTraining(
  { inputs: { x, gain, shift }, attrs, backend }: KernelArguments<BatchNormInputs, { epsilon: number }>,
): tf.TensorInfo[] {
  const [rows, columns] = rowsAndColumns(x);
  const y = backend.makeOutput(x.shape, "float32");
  const mean = backend.makeOutput([columns], "float32"), variance = backend.makeOutput([columns], "float32");
  const kernels = trainingKernels(backend), at = (tensor: tf.TensorInfo) => addressOf(backend, tensor);
  withScratch(backend, [columns, columns], (partial, scale) => {
    const divide = (sums: Float32Array) => sums.forEach((sum, i) => sums[i] = sum / rows);
    kernels.columnSums(at(x), at(mean), rows, columns, partial);
    divide(view(backend, at(mean), columns));
    kernels.columnSquares(at(x), at(mean), at(variance), rows, columns, partial);
    divide(view(backend, at(variance), columns));
    const gains = view(backend, at(gain), columns), variances = view(backend, at(variance), columns);
    view(backend, scale, columns).set(
      variances.map((value, i) => gains[i] / Math.sqrt(value + attrs.epsilon)),
    );
    kernels.normalize(at(x), at(y), rows, columns, at(mean), scale, at(shift));
  });
  return [y, mean, variance];
}

interface BatchNormGradInputs {
  dy: tf.TensorInfo;
  x: tf.TensorInfo;
  gain: tf.TensorInfo;
  mean: tf.TensorInfo;
  variance: tf.TensorInfo;
}

/** Kernel `BatchNormTrainingGrad`: gradients in x, gain and shift. */
export function batchNormTrainingGrad(
  { inputs, attrs, backend }: KernelArguments<BatchNormGradInputs, { epsilon: number }>,
): tf.TensorInfo[] {
  const { dy, x, gain, mean, variance } = inputs;
  const [rows, columns] = rowsAndColumns(x);
  const dx = backend.makeOutput(x.shape, "float32");
  const dgain = backend.makeOutput([columns], "float32"), dshift = backend.makeOutput([columns], "float32");
  const kernels = trainingKernels(backend), at = (tensor: tf.TensorInfo) => addressOf(backend, tensor);
  withScratch(
    backend,
    [2 * columns, columns, columns, columns],
    (partial, onDy, onX, constant) => {
      // dgain holds Σ dy·(x − mean) until it is scaled by 1/σ.
      kernels.gradientSums(at(dy), at(x), at(mean), at(dshift), at(dgain), rows, columns, partial);
      const [gains, variances, products, sums, outDy, outX, outConstant] = [
        at(gain),
        at(variance),
        at(dgain),
        at(dshift),
        onDy,
        onX,
        constant,
      ].map((address) => view(backend, address, columns));
      for (let i = 0; i < columns; i++) {
        const inverse = 1 / Math.sqrt(variances[i] + attrs.epsilon), scale = gains[i] * inverse;
        outDy[i] = scale;
        outX[i] = scale * inverse * inverse * products[i] / rows;
        outConstant[i] = scale * sums[i] / rows;
        products[i] *= inverse;
      }
      kernels.normalizeGradient(at(dy), at(x), at(dx), rows, columns, at(mean), onDy, onX, constant);
    },
  );
  return [dx, dgain, dshift];
}
