/** The losses with the gradients in all their inputs. */
import * as tf from "@tensorflow/tfjs";
import {
  contrastiveLoss,
  exponential,
  hsclLoss,
  huclLoss,
  MemoryBank,
  sampledLoss,
  sclLoss,
  supConLoss,
  uclLoss,
} from "@hscl/hscl";
import { benchTensors, normal } from "./setup.ts";

type Loss = (view1: tf.Tensor2D, view2: tf.Tensor2D, labels: Int32Array) => tf.Scalar;

const dim = 128, k = 256;
const bank = new MemoryBank({ capacity: 1024, dim });
bank.push(
  normal<tf.Rank.R2>(1024, dim).dataSync<"float32">(),
  Int32Array.from({ length: 1024 }, (_, i) => i % 10),
);

const losses: Record<string, Loss> = {
  ucl: (a, b) => uclLoss(a, b),
  scl: sclLoss,
  hucl: (a, b) => huclLoss(a, b),
  hscl: hsclLoss,
  "hucl, debiased": (a, b) => huclLoss(a, b, { tauPlus: 0.1 }),
  "supCon, out": supConLoss,
  "supCon, in": (a, b, labels) => supConLoss(a, b, labels, { variant: "in" }),
  "hinge, hucl": (a, b) => huclLoss(a, b, { psi: "hinge" }),
  "hinge, hscl, positives of the view": (a, b, labels) =>
    hsclLoss(a, b, labels, { psi: "hinge", positives: "view" }),
  "hinge, hscl": (a, b, labels) => hsclLoss(a, b, labels, { psi: "hinge" }),
  "hscl and a bank of 1,024": (a, b, labels) => hsclLoss(a, b, labels, { extraNegatives: bank.view() }),
  "hucl, four views": (a, b) => {
    const halves = [a, b].flatMap((view) => tf.split(view, 2)) as tf.Tensor2D[];
    return contrastiveLoss(halves[0], halves.slice(1), { hardening: exponential(1) });
  },
};

for (const batch of [128, 512]) {
  const group = `loss and gradients, ${2 * batch} embeddings of ${dim}`;
  const views = [normal<tf.Rank.R2>(batch, dim), normal<tf.Rank.R2>(batch, dim)];
  const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);
  for (const [name, loss] of Object.entries(losses)) {
    benchTensors(
      group,
      name,
      () => tf.grads((a, b) => loss(a as tf.Tensor2D, b as tf.Tensor2D, labels))(views),
      name === "ucl",
    );
  }
  const shared = normal<tf.Rank.R2>(2 * batch, dim), own = normal<tf.Rank.R3>(batch, k, dim);
  for (const [name, negatives] of [["shared", shared], [`${k} each`, own]] as const) {
    benchTensors(
      group,
      `explicit negatives, ${name}`,
      () =>
        tf.grads((a, b) =>
          sampledLoss(a as tf.Tensor2D, b as tf.Tensor2D, negatives, { hardening: exponential(1) })
        )(views),
    );
  }
}
