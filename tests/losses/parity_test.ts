// The paper's own implementation, run in PyTorch; see the description inside the file, and paper_losses.py beside it.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import {
  contrastiveLoss,
  type ContrastiveOptions,
  exponential,
  hsclLoss,
  huclLoss,
  sclLoss,
  uclLoss,
} from "@hscl/hscl";
import { maxDifference, testOnBackends } from "../backends.ts";

interface Case {
  name: string;
  temperature: number;
  beta: number;
  tauPlus: number;
  batch: number;
  dim: number;
  labels: number[];
  view1: number[];
  view2: number[];
  expected: Record<string, { loss: number; gradView1: number[]; gradView2: number[] }>;
}

async function readCases(): Promise<Case[]> {
  const file = new URL("../reference/paper_losses.json", import.meta.url);
  return JSON.parse(await Deno.readTextFile(file)).cases;
}

/** The options each of the reference's implementations corresponds to. */
function optionsOf(key: string, { temperature, beta, tauPlus, labels }: Case): ContrastiveOptions {
  const shared: ContrastiveOptions = { temperature, normalize: false };
  const hardening = exponential(beta);
  const byLabel: ContrastiveOptions = { ...shared, labels, negatives: "different-label" };
  const known: Record<string, ContrastiveOptions> = {
    ucl: { ...shared, negatives: "all" },
    hucl: { ...shared, negatives: "all", hardening },
    huclDebiased: { ...shared, negatives: "all", hardening, tauPlus },
    sclAugmentedPositives: { ...byLabel, positives: "view" },
    hsclAugmentedPositivesStopGradient: {
      ...byLabel,
      positives: "view",
      hardening,
      stopWeightGradient: true,
    },
    sclAllPositives: { ...byLabel, positives: "label" },
    hsclAllPositives: { ...byLabel, positives: "label", hardening },
    hsclAllPositivesStopGradient: { ...byLabel, positives: "label", hardening, stopWeightGradient: true },
  };
  if (!(key in known)) {
    throw new RangeError(`Cannot test as ${key} must be a known implementation: received ${key}`);
  }
  return known[key];
}

/** The same through the named losses, where one exists. */
function presetOf(key: string, { temperature, beta, tauPlus, labels }: Case) {
  const shared = { temperature, normalize: false }, hardening = exponential(beta);
  const presets: Record<string, (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Scalar> = {
    ucl: (a, b) => uclLoss(a, b, shared),
    hucl: (a, b) => huclLoss(a, b, { ...shared, hardening }),
    huclDebiased: (a, b) => huclLoss(a, b, { ...shared, hardening, tauPlus }),
    sclAugmentedPositives: (a, b) => sclLoss(a, b, labels, { ...shared, positives: "view" }),
    sclAllPositives: (a, b) => sclLoss(a, b, labels, shared),
    hsclAllPositives: (a, b) => hsclLoss(a, b, labels, { ...shared, hardening }),
  };
  return presets[key];
}

Deno.test("the reference holds all five cases and 38 results", async () => {
  const cases = await readCases();
  assertEquals(cases.map(({ name }) => name), ["small", "medium", "beta5", "separated", "beta0"]);
  assertEquals(cases.reduce((sum, { expected }) => sum + Object.keys(expected).length, 0), 38);
});

testOnBackends("losses and gradients match the paper's code in every reference case", async () => {
  for (const reference of await readCases()) {
    const shape: [number, number] = [reference.batch, reference.dim];
    const views = [tf.tensor2d(reference.view1, shape), tf.tensor2d(reference.view2, shape)];
    for (const [key, expected] of Object.entries(reference.expected)) {
      const general = (a: tf.Tensor2D, b: tf.Tensor2D) => contrastiveLoss(a, b, optionsOf(key, reference));
      for (const loss of [general, presetOf(key, reference)]) {
        if (!loss) continue;
        const { value, grads } = tf.valueAndGrads((a, b) => loss(a as tf.Tensor2D, b as tf.Tensor2D))(views);
        const [computed] = await value.data();
        const where = `${reference.name} ${key}`;
        assert(
          Math.abs(computed - expected.loss) <= 2e-6 * expected.loss,
          `${where}: ${computed}, not ${expected.loss}`,
        );
        for (const [view, gradient] of [expected.gradView1, expected.gradView2].entries()) {
          const off = maxDifference(await grads[view].data(), gradient);
          assert(
            off <= 1e-5 * Math.max(...gradient.map(Math.abs)),
            `${where}: gradient of view ${view + 1} off by ${off}`,
          );
        }
        tf.dispose([value, ...grads]);
      }
    }
    tf.dispose(views);
  }
});
