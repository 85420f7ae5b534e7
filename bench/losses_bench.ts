/** The four losses with the gradients in both views. */
import * as tf from "@tensorflow/tfjs";
import { lossFromSettings, lossNames } from "hscl";
import { benchTensors, normal } from "./setup.ts";

const dim = 128;
for (const batch of [128, 512]) {
  const views = [normal<tf.Rank.R2>(batch, dim), normal<tf.Rank.R2>(batch, dim)];
  const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);
  for (const name of lossNames) {
    const hardening = name.startsWith("h")
      ? { name: "exponential", parameters: { beta: 1 } } as const
      : undefined;
    const loss = lossFromSettings({ name, ...(hardening && { hardening }) });
    benchTensors(
      `loss and gradients, ${2 * batch} embeddings of ${dim}`,
      name,
      () => tf.grads((a, b) => loss(a as tf.Tensor2D, b as tf.Tensor2D, labels))(views),
      name === "ucl",
    );
  }
}
