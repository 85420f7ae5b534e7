import * as tf from "@tensorflow/tfjs";
import { lossFromSettings } from "@hscl/hscl";

/** What a loss is computed of. */
export interface LossSettings {
  /** Embeddings per view. */
  batch: number;
  dim: number;
  classes: number;
}

/** A loss with its gradients that can be computed again and again. */
export interface LossStep {
  /** H-SCL of two views of random unit rows with β = 1 and its gradients in both; gives the loss. */
  run(): Promise<number>;
  dispose(): void;
}

/** Makes the embeddings; they are taken as they are, as having unit norm. */
export function lossStep({ batch, dim, classes }: LossSettings): LossStep {
  const hardening = { name: "exponential", parameters: { beta: 1 } } as const;
  const loss = lossFromSettings({ name: "hscl", hardening, normalize: false });
  const labels = Int32Array.from({ length: batch }, (_, i) => i % classes);
  const view = (seed: number) =>
    tf.tidy(() => {
      const rows = tf.randomNormal<tf.Rank.R2>([batch, dim], 0, 1, "float32", seed);
      return tf.div(rows, tf.norm(rows, 2, 1, true)) as tf.Tensor2D;
    });
  const views = [view(1), view(2)];
  const both = tf.valueAndGrads((a, b) => loss(a as tf.Tensor2D, b as tf.Tensor2D, labels));
  return {
    run: async () => {
      const { value, grads } = both(views);
      tf.dispose(grads);
      const [number] = await value.data();
      value.dispose();
      return number;
    },
    dispose: () => tf.dispose(views),
  };
}
