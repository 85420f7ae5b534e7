import * as tf from "../../core/tfjs.ts";
import { hasKernel, runKernel } from "./has_kernel.ts";

/**
 * Gives `tf.relu` the gradient `dy · [y > 0]` in one kernel where the backend has one. tfjs' own keeps the input, which a
 * network needs for nothing else, and takes three to eight kernels.
 */
export function installReluGradient(): void {
  installDerivative();
  tf.unregisterGradient("Relu");
  tf.registerGradient({
    kernelName: "Relu",
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({ x: () => reluGradient(dy as tf.Tensor, saved[0]) }),
  });
}

/** `ReluGrad` is linear in `dy` and flat in `y`. */
function installDerivative(): void {
  if (tf.getGradient("ReluGrad")) return;
  tf.registerGradient({
    kernelName: "ReluGrad",
    inputsToSave: ["y"],
    gradFunc: (upstream, saved) => ({
      dy: () => reluGradient(upstream as tf.Tensor, saved[0]),
      y: () => tf.zerosLike(saved[0]),
    }),
  });
}

function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return hasKernel("ReluGrad", dy, y) ? runKernel<tf.Tensor>("ReluGrad", { dy, y }) : tf.mul(dy, tf.step(y));
}
