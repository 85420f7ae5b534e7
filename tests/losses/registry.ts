import * as tf from "@tensorflow/tfjs";
import {
  contrastiveLoss,
  exponential,
  type Hardening,
  hsclLoss,
  huclLoss,
  logistic,
  polynomial,
  Random,
  sampledLoss,
  sclLoss,
  supConLoss,
  threshold,
  uclLoss,
} from "@hscl/hscl";
import { naiveContrastive, type NaiveOptions, type Points } from "../reference/naive_contrastive.ts";

/** A loss, for the tests that run every loss through the same properties. */
export interface LossCase {
  name: string;
  /** The loss of two views and their labels; those that do without labels ignore them. */
  loss: (view1: tf.Tensor2D, view2: tf.Tensor2D, labels: number[]) => tf.Scalar;
  naive: (views: Points[], labels: number[]) => number;
  /** Whether the labels do not matter. */
  unsupervised?: boolean;
  /** Value when all embeddings are equal, of items whose labels differ pairwise or in part. */
  equal: (labels: number[]) => number;
}

const temperature = 0.3;
const eta = (beta: number) => (u: number) => beta * u / temperature;

function naive(options: Omit<NaiveOptions, "temperature" | "labels">): LossCase["naive"] {
  return (views, labels) => naiveContrastive(views, { ...options, temperature, labels });
}

/** `log(1 + Q)` with `Q = 2B − 2`. */
const logOfAll = (labels: number[]) => Math.log(2 * labels.length - 1);

/** A hardened loss with the parts of the specification that it shares with the others. */
function hardened(name: string, hardening: Hardening, logEta: (u: number) => number): LossCase {
  return {
    name,
    loss: (a, b, labels) => hsclLoss(a, b, labels, { temperature, hardening }),
    naive: naive({ negatives: "different-label", positives: "label", logEta }),
    equal: logOfAll,
  };
}

/** Both views as anchors, with all embeddings as shared negatives: the in-batch loss in its explicit form. */
function sampledBothWays(
  view1: tf.Tensor2D,
  view2: tf.Tensor2D,
  labels: number[],
  options: { hardening?: Hardening; psi?: "hinge" },
): tf.Scalar {
  const bank = tf.concat([view1, view2].map((view) => tf.cast(view, "float32")), 0) as tf.Tensor2D;
  const shared = { ...options, temperature, labels };
  const given = { ...shared, negativeLabels: [...labels, ...labels], negativeWeight: 2 * labels.length - 2 };
  return tf.div(tf.add(sampledLoss(view1, view2, bank, given), sampledLoss(view2, view1, bank, given)), 2);
}

const items = (labels: number[]) => labels.map((_, i) => i);

export const lossCases: LossCase[] = [
  {
    name: "UCL",
    loss: (a, b) => uclLoss(a, b, { temperature }),
    naive: naive({ negatives: "all", positives: "view" }),
    unsupervised: true,
    equal: logOfAll,
  },
  {
    name: "H-UCL",
    loss: (a, b) => huclLoss(a, b, { temperature, hardening: exponential(2) }),
    naive: naive({ negatives: "all", positives: "view", logEta: eta(2) }),
    unsupervised: true,
    equal: logOfAll,
  },
  {
    name: "H-UCL, debiased",
    loss: (a, b) => huclLoss(a, b, { temperature, hardening: exponential(1), tauPlus: 0.1 }),
    naive: naive({ negatives: "all", positives: "view", logEta: eta(1), tauPlus: 0.1 }),
    unsupervised: true,
    equal: logOfAll,
  },
  {
    name: "SCL",
    loss: (a, b, labels) => sclLoss(a, b, labels, { temperature }),
    naive: naive({ negatives: "different-label", positives: "label" }),
    equal: logOfAll,
  },
  {
    name: "SCL, positives of the view, mean over anchors, Q the count",
    loss: (a, b, labels) =>
      sclLoss(a, b, labels, {
        temperature,
        positives: "view",
        reduction: "anchors",
        negativeWeight: "count",
      }),
    naive: naive({
      negatives: "different-label",
      positives: "view",
      reduction: "anchors",
      negativeWeight: "count",
    }),
    equal: (labels) => {
      const negatives = labels.map((label) => 2 * labels.filter((other) => other !== label).length);
      return negatives.reduce((sum, count) => sum + Math.log(1 + count), 0) / labels.length;
    },
  },
  hardened("H-SCL", exponential(2), eta(2)),
  hardened("H-SCL, threshold", threshold(0.1), (u) => u >= 0.1 ? 0 : -Infinity),
  hardened("H-SCL, threshold above every cosine", threshold(1), () => -Infinity),
  hardened("H-SCL, polynomial", polynomial(4), (u) => 4 * Math.log(Math.max((1 + u) / 2, 2 ** -24))),
  hardened("H-SCL, logistic", logistic(0.1, 0.2), (u) => -Math.log1p(Math.exp((0.1 - u) / 0.2))),
  {
    name: "H-SCL, negatives sampled where only the hardest can be drawn",
    loss: (a, b, labels) =>
      hsclLoss(a, b, labels, {
        temperature,
        hardening: threshold(1),
        sampledNegatives: { count: 5, random: new Random(0) },
      }),
    naive: naive({ negatives: "different-label", positives: "label", logEta: () => -Infinity }),
    equal: logOfAll,
  },
  {
    name: "SupCon, out",
    loss: (a, b, labels) => supConLoss(a, b, labels, { temperature }),
    naive: naive({ negatives: "others", positives: "label", reduction: "anchors" }),
    equal: logOfAll,
  },
  {
    name: "SupCon, in",
    loss: (a, b, labels) => supConLoss(a, b, labels, { temperature, variant: "in" }),
    naive: naive({ negatives: "others", positives: "label", reduction: "inside" }),
    equal: logOfAll,
  },
  {
    name: "SupCon, hardened",
    loss: (a, b, labels) => supConLoss(a, b, labels, { temperature, hardening: exponential(1) }),
    naive: naive({ negatives: "others", positives: "label", reduction: "anchors", logEta: eta(1) }),
    equal: logOfAll,
  },
  {
    name: "hinge, H-UCL",
    loss: (a, b) => huclLoss(a, b, { temperature, hardening: exponential(1), psi: "hinge", margin: 0.5 }),
    naive: naive({ negatives: "all", positives: "view", psi: "hinge", margin: 0.5, logEta: eta(1) }),
    unsupervised: true,
    equal: () => 0.5,
  },
  {
    name: "hinge, H-UCL, negatives sampled where only the hardest can be drawn",
    loss: (a, b) =>
      huclLoss(a, b, {
        temperature,
        hardening: threshold(1),
        psi: "hinge",
        sampledNegatives: { count: 1, random: new Random(0) },
      }),
    naive: naive({ negatives: "all", positives: "view", psi: "hinge", logEta: () => -Infinity }),
    unsupervised: true,
    equal: () => 1,
  },
  {
    name: "hinge, SCL",
    loss: (a, b, labels) => sclLoss(a, b, labels, { temperature, psi: "hinge" }),
    naive: naive({ negatives: "different-label", positives: "label", psi: "hinge" }),
    equal: () => 1,
  },
  {
    name: "general, labels for positives only",
    loss: (a, b, labels) =>
      contrastiveLoss(a, b, {
        temperature,
        labels,
        positives: "label",
        negatives: "all",
        reduction: "inside",
      }),
    naive: naive({ negatives: "all", positives: "label", reduction: "inside" }),
    equal: logOfAll,
  },
  {
    name: "explicit negatives, H-UCL",
    loss: (a, b, labels) => sampledBothWays(a, b, items(labels), { hardening: exponential(2) }),
    naive: naive({ negatives: "all", positives: "view", logEta: eta(2) }),
    unsupervised: true,
    equal: logOfAll,
  },
  {
    name: "explicit negatives, SCL",
    loss: (a, b, labels) => sampledBothWays(a, b, labels, {}),
    naive: naive({ negatives: "different-label", positives: "view" }),
    equal: logOfAll,
  },
  {
    name: "explicit negatives, hinge",
    loss: (a, b, labels) => sampledBothWays(a, b, items(labels), { psi: "hinge" }),
    naive: naive({ negatives: "all", positives: "view", psi: "hinge" }),
    unsupervised: true,
    equal: () => 1,
  },
];
