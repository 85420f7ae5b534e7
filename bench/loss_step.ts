import * as tf from "@tensorflow/tfjs";
import { lossFromSettings } from "@hscl/hscl";

/** What a loss is computed of. */
export interface LossSettings {
  /** Embeddings per view. */
  batch: number;
  dim: number;
  classes: number;
  /** H-SCL with β = 1 of rows that are taken as having unit norm if absent; or SupCon at T = 0.1, which scales them. */
  loss?: "supCon";
}

/** A loss with its gradients that can be computed again and again. */
export interface LossStep {
  /** The loss of two views of random unit rows and its gradients in both; gives the loss. */
  run(): Promise<number>;
  dispose(): void;
}

/** Makes the embeddings. */
export function lossStep({ batch, dim, classes, loss: name }: LossSettings): LossStep {
  const hardening = { name: "exponential", parameters: { beta: 1 } } as const;
  const loss = name === "supCon"
    ? lossFromSettings({ name: "supCon", temperature: 0.1 })
    : lossFromSettings({ name: "hscl", hardening, normalize: false });
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
