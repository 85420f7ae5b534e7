// What is trained together with an encoder: the temperature of the loss, and a classifier by its cross-entropy.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type Adam,
  convnet,
  initBackend,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
  trainContrastive,
  trainStep,
} from "@hscl/hscl";
import {
  loadSnapshot,
  type LossSettings,
  saveSnapshot,
  trainingObjective,
  type TrainingState,
} from "@hscl/hscl/train";
import { maxDifference, testOnBackends } from "../backends.ts";

const range = { min: 0.05, max: 2 }, exponential = { name: "exponential", parameters: { beta: 2 } } as const;
const head = { hidden: 8, output: 4 };
const newEncoder = (seed = 3) =>
  convnet({ channels: 1, widths: [4, 8], strides: [2, 2], head }, new Random(seed));
const losses: LossSettings[] = [
  { name: "ucl" },
  { name: "hucl", hardening: exponential },
  { name: "scl", negativeWeight: "count" },
  { name: "hscl", hardening: exponential, stopWeightGradient: true },
  { name: "hscl", hardening: exponential },
  { name: "scl", psi: "hinge" },
  { name: "supCon", variant: "in" },
];

testOnBackends("a learned temperature gives the loss of that temperature, and its derivative", async () => {
  const labels = Int32Array.of(0, 1, 0, 2, 1, 0);
  const views = [1, 2].map((seed) => tf.randomNormal<tf.Rank.R2>([6, 4], 0, 1, "float32", seed));
  for (const settings of losses) {
    for (const temperature of [0.2, 0.7]) {
      const what = JSON.stringify(settings),
        learned = { ...settings, temperature, learnedTemperature: range };
      const { encoder, loss } = trainingObjective(newEncoder(), learned, {}, new Random(0));
      const { variable, range: limits } = encoder.parameters.at(-1)!;
      assertAlmostEquals(limits![0], -Math.log(2), 1e-12);
      const step = { epoch: 1, epochs: 1 };
      const { value, grads } = tf.variableGrads(() => loss(views[0], views[1], labels, step), [variable]);
      const at = async (T: number) => {
        const fixed = lossFromSettings({ ...settings, temperature: T })(views[0], views[1], labels, step);
        return (await fixed.data())[0];
      };
      const expected = await at(temperature);
      assertAlmostEquals((await value.data())[0], expected, 2e-5 * Math.max(1, expected), what);
      // T = e^(−s): stepping s by h multiplies T by e^(−h). The weights behind a stop gradient change with T, but not in the gradient.
      if (!("stopWeightGradient" in settings)) {
        const h = 0.02,
          slope = (await at(temperature * Math.exp(-h)) - await at(temperature * Math.exp(h))) / (2 * h);
        const [computed] = await grads[variable.name].data();
        assertAlmostEquals(computed, slope, 5e-3 * Math.max(1, Math.abs(slope)), what);
      }
      tf.dispose([value, grads]);
      encoder.dispose();
    }
  }
  tf.dispose(views);
});

testOnBackends(
  "the cross-entropy is that of a loop, and its gradient reaches classifier and features",
  async () => {
    const labels = Int32Array.of(0, 2, 1, 2);
    const { encoder, loss } = trainingObjective(newEncoder(), { name: "scl" }, {
      crossEntropy: 3,
      classes: 3,
    }, new Random(4));
    const features = [1, 2].map((seed) => tf.randomNormal<tf.Rank.R2>([4, 8], 0, 1, "float32", seed));
    const [weight, bias] = ["weight", "bias"].map((part) =>
      encoder.parameters.find(({ name }) => name === `classifier/${part}`)!.variable
    );
    const w = await weight.array() as number[][], b = await bias.array() as number[];
    const rows = (await Promise.all(features.map((view) => view.array()))).flat() as number[][];
    const all = rows.map((row, i) => {
      const logits = b.map((start, c) => row.reduce((sum, x, k) => sum + x * w[k][c], start));
      return Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0)) - logits[labels[i % 4]];
    });
    const { value, grads } = tf.variableGrads(
      () => loss.ofFeatures!(features, labels),
      [weight, bias] as tf.Variable[],
    );
    assertAlmostEquals((await value.data())[0], 3 * all.reduce((x, y) => x + y) / 8, 1e-5);
    const inBias = b.map((_, c) =>
      rows.reduce((sum, row, i) => {
        const logits = b.map((start, d) => row.reduce((sum, x, k) => sum + x * w[k][d], start));
        const share = Math.exp(logits[c]) / logits.reduce((sum, x) => sum + Math.exp(x), 0);
        return sum + 3 * (share - (labels[i % 4] === c ? 1 : 0)) / 8;
      }, 0)
    );
    assert(maxDifference(await grads[bias.name].data(), inBias) < 1e-6);
    const inFeatures = tf.grad((x) => loss.ofFeatures!([x as tf.Tensor2D], labels))(features[0]);
    assert(Math.max(...(await inFeatures.data()).map(Math.abs)) > 1e-3);
    tf.dispose([value, grads, inFeatures, ...features]);
    encoder.dispose();
  },
);

const both = { name: "hscl", hardening: exponential, temperature: 0.3, learnedTemperature: range } as const;
const objective = (seed?: number) =>
  trainingObjective(newEncoder(seed), both, { crossEntropy: 0.5, classes: 10 }, new Random(6));

testOnBackends(
  "in chunks the gradient of all that is trained is that of the batch, in two views and in one",
  async () => {
    const [view1, view2] = [3, 4].map((seed) =>
      tf.randomNormal<tf.Rank.R4>([14, 8, 8, 1], 0.2, 1, "float32", seed)
    );
    const labels = Int32Array.from({ length: 14 }, (_, i) => i % 5);
    for (const batch of [{ view1, view2, labels }, { view1, labels }]) {
      const gradients = async (chunkSize?: number) => {
        const { encoder, loss } = objective(), kept: tf.Tensor[] = [];
        const update = (variables: tf.Variable[], grads: Record<string, tf.Tensor>) =>
          kept.push(...variables.map(({ name }) => tf.keep(tf.clone(grads[name]))));
        const value = trainStep(encoder, loss, { update } as unknown as Adam, batch, { chunkSize });
        const numbers = (await Promise.all(kept.map((each) => each.data()))).flatMap((each) => [...each]);
        tf.dispose([value, ...kept]);
        encoder.dispose();
        return numbers;
      };
      const direct = await gradients();
      assert(direct.every(Number.isFinite));
      assert(maxDifference(await gradients(5), direct) < 5e-6);
    }
    tf.dispose([view1, view2]);
  },
);

const data = await loadDataset("synthetic", { height: 8, width: 8, trainImages: 40, testImages: 10 });

testOnBackends("temperature and classifier are trained, clipped and kept, to the same bits", async () => {
  const folder = await Deno.makeTempDir(), seen: number[] = [], epochLosses: number[] = [];
  const options = ({ encoder, loss }: ReturnType<typeof objective>) => ({
    encoder,
    loss,
    set: data.train,
    shape: data.shape,
    augmentation: pipelineFor(data).train,
    epochs: 2,
    batchSize: 10,
    optimizer: { learningRate: 0.1, weightDecay: 0 },
    random: new Random(1),
  });
  const whole = objective();
  const keep = async (state: TrainingState) => {
    seen.push(await whole.temperature!());
    if (state.epoch === 2 && state.step === 2) await saveSnapshot(whole.encoder, state, folder);
  };
  const training = trainContrastive({ ...options(whole), keeper: { due: () => true, keep } });
  for await (const { loss } of training) epochLosses.push(loss);
  assert(new Set(seen).size > 3, `${seen}`);
  assert(seen.every((T) => T > range.min - 1e-6 && T < range.max + 1e-6));
  const other = objective(9), from = await loadSnapshot(other.encoder, folder), rest: number[] = [];
  assertAlmostEquals(await other.temperature!(), seen[5], 1e-12);
  for await (const { loss } of trainContrastive({ ...options(other), from })) rest.push(loss);
  assertEquals(rest, epochLosses.slice(1));
  assertEquals(await other.temperature!(), await whole.temperature!());
  [whole, other].forEach(({ encoder }) => encoder.dispose());
  await Deno.remove(folder, { recursive: true });
});

testOnBackends("a step that leaves the range ends at its edge", async () => {
  const { encoder, loss, temperature } = objective();
  const { variable } = encoder.parameters.find(({ name }) => name === "loss/log_scale")!;
  const update = () => variable.assign(tf.tensor1d([50]));
  const view = () => tf.randomNormal<tf.Rank.R4>([4, 8, 8, 1], 0, 1, "float32", 1);
  tf.tidy(() => {
    const batch = { view1: view(), view2: view(), labels: Int32Array.of(0, 0, 1, 1) };
    trainStep(encoder, loss, { update }, batch);
  });
  assertAlmostEquals(await temperature!(), range.min, 1e-6);
  encoder.dispose();
});

Deno.test("where the temperature is more than a divisor of the scores, it is not learned", async () => {
  await initBackend({ backend: "cpu" });
  const make = (settings: object, options = {}) =>
    trainingObjective(newEncoder(), settings as LossSettings, options, new Random(0));
  const threshold = { name: "threshold", parameters: { tau: 0.3 } }, learned = { learnedTemperature: range };
  assertThrows(
    () => make({ name: "hscl", hardening: threshold, ...learned }),
    RangeError,
    "hardening must be exponential",
  );
  assertThrows(() => make({ name: "scl", tauPlus: 0.1, ...learned }), RangeError, "must not be debiased");
  assertThrows(
    () => make({ name: "scl", temperature: 3, ...learned }),
    RangeError,
    "temperature where it is learned",
  );
  assertThrows(
    () => make({ name: "scl", learnedTemperature: { min: 2, max: 1 } }),
    RangeError,
    "largest temperature",
  );
  assertThrows(
    () => make({ name: "scl" }, { crossEntropy: 0, classes: 3 }),
    RangeError,
    "weight of the cross-entropy",
  );
  assertThrows(
    () => make({ name: "scl" }, { crossEntropy: 1, classes: 1 }),
    RangeError,
    "classes of the cross-entropy",
  );
  const plain = make({ name: "scl" });
  assertEquals(plain.temperature, undefined);
  assertEquals(plain.encoder.parameters.length, newEncoder().parameters.length);
});
