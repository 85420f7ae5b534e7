import * as tf from "../../core/tfjs.ts";
import { firstOrder } from "../../core/first_order.ts";
import { hasKernel, runKernel } from "./has_kernel.ts";

/** Receives the batch's mean and biased variance, both `[c]`; they are freed afterwards. */
export type StatisticsListener = (mean: tf.Tensor1D, variance: tf.Tensor1D) => void;

/**
 * Batch normalisation by the statistics of the batch, over all axes but the last:
 *
 * `y = gain · (x − mean) / √(variance + ε) + shift`
 *
 * with the closed-form gradient in `x`, `gain` and `shift`, which cannot be differentiated again; one kernel each way where the backend has it.
 *
 * @param x `[…, c]`
 * @param gain `[c]`
 * @param shift `[c]`
 * @param epsilon `ε`
 * @param onStatistics sees the statistics, e.g. to follow them over training
 * @returns `[…, c]`
 *
 * Source: Ioffe & Szegedy, arXiv 1502.03167.
 */
export function batchNormTraining<T extends tf.Tensor>(
  x: T,
  gain: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
  onStatistics: StatisticsListener = () => {},
): T {
  const op = tf.customGrad((...args) => {
    const [input, scale, offset] = args as tf.Tensor[], save = args[3] as tf.GradSaveFunc;
    const [output, mean, variance] = hasKernel("BatchNormTraining", input, scale, offset)
      ? runKernel<tf.Tensor[]>("BatchNormTraining", { x: input, gain: scale, shift: offset }, { epsilon })
      : normalize(input, scale, offset, epsilon);
    onStatistics(mean as tf.Tensor1D, variance as tf.Tensor1D);
    save([input, scale, mean, variance]);
    return {
      value: output,
      gradFunc: (dy, saved) => {
        const [x, gain, mean, variance] = saved as tf.Tensor[];
        return hasKernel("BatchNormTrainingGrad", dy as tf.Tensor, x, gain, mean, variance)
          ? runKernel<tf.Tensor[]>(
            "BatchNormTrainingGrad",
            { dy: dy as tf.Tensor, x, gain, mean, variance },
            {
              epsilon,
            },
          )
          : gradients(dy as tf.Tensor, x, gain, mean, variance, epsilon);
      },
    };
  });
  return op(...[x, gain, shift].map((input) => firstOrder("batch norm", input))) as T;
}

function axesBeforeLast({ rank }: tf.Tensor): number[] {
  return Array.from({ length: rank - 1 }, (_, axis) => axis);
}

function normalize(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor, epsilon: number): tf.Tensor[] {
  const axes = axesBeforeLast(x);
  const mean = tf.mean(x, axes), centred = tf.sub(x, mean), variance = tf.mean(tf.square(centred), axes);
  const scale = tf.mul(gain, tf.rsqrt(tf.add(variance, epsilon)));
  return [tf.add(tf.mul(centred, scale), shift), mean, variance];
}

/** `dx = gain/σ · (dy − mean(dy) − x̂ · mean(dy · x̂))`, `dgain = Σ dy · x̂`, `dshift = Σ dy`, with `x̂` the normalised x. */
function gradients(
  dy: tf.Tensor,
  x: tf.Tensor,
  gain: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  epsilon: number,
): tf.Tensor[] {
  const axes = axesBeforeLast(x), count = x.size / mean.size;
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const normalized = tf.mul(tf.sub(x, mean), inverse);
  const dshift = tf.sum(dy, axes), dgain = tf.sum(tf.mul(dy, normalized), axes);
  const common = tf.add(tf.mul(normalized, tf.div(dgain, count)), tf.div(dshift, count));
  return [tf.mul(tf.sub(dy, common), tf.mul(gain, inverse)), dgain, dshift];
}
