// The optimizers beside Adam: their steps, what they refuse, and trainings that go on to the same bits.
import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  Adam,
  convnet,
  type Encoder,
  initBackend,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
  trainContrastive,
} from "@hscl/hscl";
import {
  AdamW,
  Lars,
  loadSnapshot,
  type Optimizer,
  optimizerNames,
  optimizers,
  type OptimizerSettings,
  saveSnapshot,
  Sgd,
  type TrainingState,
} from "@hscl/hscl/train";
import { checkOptimizer, learningRateAt, optimizerFromSettings } from "../../lib/train/optimizer_settings.ts";
import { testOnBackends } from "../backends.ts";
import reference from "../reference/optimizer_steps.json" with { type: "json" };

/** As in tests/reference/optimizer_steps.py. */
function noise(index: number, i: number): number {
  const value = 43758.5453 * Math.sin(12.9898 * (i + 1) + 78.233 * index);
  return 2 * (value - Math.floor(value)) - 1;
}

/** The weights after each of some steps. */
async function stepsOf(optimizer: Optimizer, shape: number[], start: number[], gradients: number[][]) {
  const initial = tf.tensor(start, shape), weight = tf.variable(initial), seen: number[][] = [];
  initial.dispose();
  for (const gradient of gradients) {
    tf.tidy(() => optimizer.update([weight], { [weight.name]: tf.tensor(gradient, shape) }));
    seen.push([...await weight.data()]);
  }
  optimizer.dispose();
  weight.dispose();
  return seen;
}

const values = (index: number, size: number) => Array.from({ length: size }, (_, i) => noise(index, i));

testOnBackends("steps of Adam, AdamW and SGD are PyTorch's", async () => {
  const before = tf.memory().numTensors;
  const made: Record<keyof typeof reference.steps, () => Optimizer> = {
    adam: () => new Adam({ learningRate: 1e-2, weightDecay: 0.1 }),
    adamw: () => new AdamW({ learningRate: 1e-2, weightDecay: 0.1 }),
    sgd: () => new Sgd({ learningRate: 0.1, weightDecay: 0.01, momentum: 0 }),
    momentum: () => new Sgd({ learningRate: 0.1, weightDecay: 0.01, momentum: 0.9 }),
    nesterov: () => new Sgd({ learningRate: 0.1, weightDecay: 0.01, momentum: 0.9, nesterov: true }),
  };
  for (const [name, expected] of Object.entries(reference.steps)) {
    const gradients = expected.map((_, step) => values(step + 1, 6));
    const seen = await stepsOf(made[name as keyof typeof made](), [6], values(0, 6), gradients);
    expected.forEach((row, step) => row.forEach((x, i) => assertAlmostEquals(seen[step][i], x, 1e-6, name)));
  }
  // The native backend keeps three tensors of its own from Adam's first step on.
  assert(tf.memory().numTensors <= before + 3);
});

/** Algorithm 1 of You, Gitman & Ginsburg in float64. */
function naiveLars(
  start: number[],
  gradients: number[][],
  rate: number,
  decay: number,
  momentum: number,
  trust: number,
) {
  const w = [...start], v = w.map(() => 0), norm = (x: number[]) => Math.hypot(...x);
  return gradients.map((g) => {
    const local = trust * norm(w) / (norm(g) + decay * norm(w));
    const ratio = norm(w) > 0 && norm(g) + decay * norm(w) > 0 ? local : 1;
    g.forEach((_, i) => {
      v[i] = momentum * v[i] + rate * ratio * (g[i] + decay * w[i]);
    });
    w.forEach((_, i) => w[i] -= v[i]);
    return [...w];
  });
}

testOnBackends(
  "steps of LARS are those of the published algorithm; arrays of one axis are without its rate",
  async () => {
    const gradients = [1, 2, 3, 4].map((step) => values(step, 6));
    for (
      const [rate, decay, start] of [[2, 0, values(0, 6)], [0.5, 0.2, values(0, 6)], [
        0.5,
        0.2,
        Array(6).fill(0),
      ]] as const
    ) {
      const settings = { learningRate: rate, weightDecay: decay, momentum: 0.9, trust: 0.02 };
      const seen = await stepsOf(new Lars(settings), [2, 3], [...start], gradients);
      naiveLars([...start], gradients, rate, decay, 0.9, 0.02).forEach((row, step) =>
        row.forEach((x, i) => assertAlmostEquals(seen[step][i], x, 1e-6))
      );
    }
    // A gradient of zeros moves nothing.
    const zeros = [Array(6).fill(0)], still = { learningRate: 1, weightDecay: 0, momentum: 0, trust: 1 };
    assertEquals(await stepsOf(new Lars(still), [2, 3], [1, 2, 3, 4, 5, 6], zeros), [[1, 2, 3, 4, 5, 6]]);
    const plain = { learningRate: 0.1, momentum: 0.9 };
    assertEquals(
      await stepsOf(new Lars({ ...plain, weightDecay: 0.5, trust: 0.02 }), [6], values(0, 6), gradients),
      await stepsOf(new Lars({ ...plain, weightDecay: 0, trust: 7 }), [6], values(0, 6), gradients),
    );
    const sgd = await stepsOf(new Sgd({ ...plain, weightDecay: 0 }), [6], values(0, 6), gradients);
    const lars = await stepsOf(
      new Lars({ ...plain, weightDecay: 0.5, trust: 1 }),
      [6],
      values(0, 6),
      gradients,
    );
    sgd.flat().forEach((x, i) => assertAlmostEquals(lars.flat()[i], x, 1e-6));
  },
);

const data = await loadDataset("synthetic", { height: 8, width: 8, trainImages: 40, testImages: 10 });
const newEncoder = (seed: number) =>
  convnet({ channels: 1, widths: [4], strides: [2], head: { hidden: 8, output: 4 } }, new Random(seed));
const bytesOf = async ({ parameters }: Encoder) =>
  await Promise.all(parameters.map(async ({ variable }) => [...await variable.data()].join()));
const options = (encoder: Encoder, optimizer: OptimizerSettings) => ({
  encoder,
  loss: lossFromSettings({ name: "scl" }),
  set: data.train,
  shape: data.shape,
  augmentation: pipelineFor(data).train,
  epochs: 2,
  batchSize: 10,
  optimizer,
  random: new Random(1),
});
const learningRate = { kind: "cosine", from: 0.1, to: 1e-3 } as const;
const all: Record<string, OptimizerSettings> = {
  adam: { learningRate, weightDecay: 1e-3, warmUp: { steps: 6 } },
  adamw: { name: "adamw", learningRate, weightDecay: 0.1 },
  sgd: { name: "sgd", learningRate, weightDecay: 1e-3, momentum: 0.9, nesterov: true, warmUp: { epochs: 2 } },
  lars: { name: "lars", learningRate, weightDecay: 1e-3, momentum: 0.9, trust: 0.01 },
};

for (const name of optimizerNames) {
  testOnBackends(
    `${name}: a training goes on to the same bits from a snapshot of its own, and from no other's`,
    async () => {
      const optimizer = all[name],
        folder = await Deno.makeTempDir(),
        encoder = newEncoder(1),
        losses: number[] = [];
      const keep = async (state: TrainingState) => {
        if (state.epoch === 2 && state.step === 1) await saveSnapshot(encoder, state, folder);
      };
      const keeper = { due: () => true, keep };
      for await (const { loss } of trainContrastive({ ...options(encoder, optimizer), keeper })) {
        losses.push(loss);
      }
      const other = newEncoder(9), from = await loadSnapshot(other, folder), rest: number[] = [];
      assertEquals(Object.keys([...from.optimizer.moments.values()][0]), [...optimizers[name].moments]);
      for await (const { loss } of trainContrastive({ ...options(other, optimizer), from })) rest.push(loss);
      assertEquals(rest, losses.slice(1));
      assertEquals(await bytesOf(other), await bytesOf(encoder));
      const wrong = all[name === "lars" ? "sgd" : "lars"];
      await assertRejects(
        () => trainContrastive({ ...options(other, wrong), from }).next(),
        RangeError,
        "state of an optimizer",
      );
      [encoder, other].forEach((each) => each.dispose());
      await Deno.remove(folder, { recursive: true });
    },
  );
}

Deno.test("the learning rate of a warm-up grows in equal parts to that of the schedule", () => {
  const at = (settings: OptimizerSettings, epochs = 4) =>
    Array.from(
      { length: epochs * 3 },
      (_, i) =>
        learningRateAt(settings, { epoch: Math.floor(i / 3) + 1, epochs, step: i % 3 + 1, stepsPerEpoch: 3 }),
    );
  const flat = at({ learningRate: 8, weightDecay: 0, warmUp: { steps: 4 } });
  assertEquals(flat, [2, 4, 6, 8, 8, 8, 8, 8, 8, 8, 8, 8]);
  assertEquals(at({ learningRate: 6, weightDecay: 0, warmUp: { epochs: 2 } }).slice(0, 7), [
    1,
    2,
    3,
    4,
    5,
    6,
    6,
  ]);
  const falling = { learningRate: { kind: "cosine", from: 8, to: 0 }, weightDecay: 0 } as const;
  const without = at(falling), grown = at({ ...falling, warmUp: { steps: 4 } });
  assertEquals(grown, without.map((rate, i) => rate * Math.min(1, (i + 1) / 4)));
});

Deno.test("a warm-up changes the first steps of a training", async () => {
  await initBackend({ backend: "cpu" });
  const lossesOf = async (optimizer: OptimizerSettings) => {
    const encoder = newEncoder(1), losses: number[] = [];
    for await (const { loss } of trainContrastive({ ...options(encoder, optimizer), epochs: 1 })) {
      losses.push(loss);
    }
    encoder.dispose();
    return losses;
  };
  const settings = { learningRate: 0.1, weightDecay: 0 };
  assertNotEquals(await lossesOf({ ...settings, warmUp: { steps: 3 } }), await lossesOf(settings));
  assertEquals(await lossesOf({ ...settings, warmUp: { steps: 1 } }), await lossesOf(settings));
});

Deno.test("settings that no optimizer has, or that are out of range, are refused", () => {
  const usual = { learningRate: 0.1, weightDecay: 0 };
  Object.values(all).forEach(checkOptimizer);
  for (
    const [settings, says] of [
      [{ ...usual, name: "adam" }, "optimizer"],
      [{ ...usual, name: "adagrad" }, "optimizer"],
      [{ ...usual, momentum: 0.9 }, "momentum"],
      [{ ...usual, name: "sgd" }, "momentum"],
      [{ ...usual, name: "sgd", momentum: 1 }, "momentum"],
      [{ ...usual, name: "sgd", momentum: 0, nesterov: true }, "nesterov"],
      [{ ...usual, name: "lars", momentum: 0.9 }, "trust"],
      [{ ...usual, name: "lars", momentum: 0.9, trust: 0 }, "trust"],
      [{ ...usual, name: "lars", momentum: 0.9, trust: 1, nesterov: true }, "nesterov"],
      [{ ...usual, warmUp: { epochs: 0 } }, "epochs of the warm-up"],
      [{ ...usual, warmUp: { steps: 1.5 } }, "steps of the warm-up"],
      [{ ...usual, warmUp: {} }, "warm-up"],
      [{ ...usual, warmUp: { steps: 1, epochs: 1 } }, "warm-up"],
      [{ ...usual, warmUp: { hours: 1 } }, "hours"],
      [{ ...usual, weightDecay: -1 }, "weight decay"],
    ] as [OptimizerSettings, string][]
  ) {
    assertThrows(() => checkOptimizer(settings), Error, says);
    assertThrows(
      () => optimizerFromSettings(settings, { epoch: 1, epochs: 1, step: 1, stepsPerEpoch: 1 }),
      Error,
      says,
    );
  }
});
