// Batches in chunks: the gradient of the whole batch, running statistics that move once, and nothing left in memory.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  Adam,
  convnet,
  type Encoder,
  initBackend,
  lossFromSettings,
  Random,
  resnet,
  trainStep,
} from "@hscl/hscl";
import { layersEncoder } from "@hscl/hscl/encoders";
import { type LossName, lossNames } from "@hscl/hscl/losses";
import type { Batch, LossSettings, TrainingLoss } from "@hscl/hscl/train";
import { maxDifference, testOnBackends } from "../backends.ts";

const head = { hidden: 8, output: 4 }, side = 8, items = 14;
const encoders = {
  convnet: () => convnet({ channels: 1, widths: [4, 8], strides: [2, 2], head }, new Random(1)),
  "layers of a perceptron": () => perceptron([tf.layers.dense({ units: 9, activation: "tanh" })]),
  resnet: () => resnet({ depth: 18, channels: 1, width: 2, head }, new Random(1)),
} satisfies Record<string, () => Encoder>;

/** `layers` between flattened images and seven features, always with the same weights. */
function perceptron(layers: tf.layers.Layer[], trainable = true): Encoder {
  const model = tf.sequential({
    layers: [tf.layers.flatten({ inputShape: [side, side, 1] }), ...layers, tf.layers.dense({ units: 7 })],
  });
  model.layers.forEach((layer) => layer.trainable = trainable);
  const encoder = layersEncoder(model, { head }, new Random(1));
  encoder.parameters.forEach(({ name, variable }, i) => {
    if (name.endsWith("kernel")) {
      tf.tidy(() => variable.assign(tf.randomNormal(variable.shape, 0, 0.2, "float32", i + 1)));
    }
  });
  return encoder;
}

function newBatch(): Batch {
  const view = (seed: number) => tf.randomNormal<tf.Rank.R4>([items, side, side, 1], 0.2, 1, "float32", seed);
  return { view1: view(3), view2: view(4), labels: Int32Array.from({ length: items }, (_, i) => i % 4) };
}

const exponential = { name: "exponential", parameters: { beta: 1 } } as const;
const needsHardening = (name: LossName) => name.startsWith("h");
const losses: LossSettings[] = [
  ...lossNames.map((name) =>
    ({ name, ...(needsHardening(name) ? { hardening: exponential } : {}) }) as LossSettings
  ),
  { name: "hscl", hardening: exponential, sampledNegatives: 3 },
];
const hscl = losses[lossNames.indexOf("hscl")];

/** A loss whose choices are the same each time. */
function lossOf(settings: LossSettings): TrainingLoss {
  const loss = lossFromSettings(settings);
  return (view1, view2, labels) =>
    loss(view1, view2, labels, { epoch: 1, epochs: 1, random: new Random(5), unitRows: true });
}

interface Computed {
  value: number;
  /** Of the trained parameters, in order. */
  gradients: Float32Array[];
  /** The other parameters after the step. */
  state: Map<string, Float32Array>;
}

async function stateOf({ parameters }: Encoder): Promise<Map<string, Float32Array>> {
  const still = parameters.filter(({ trainable }) => !trainable);
  return new Map(
    await Promise.all(
      still.map(async ({ name, variable }) => [name, await variable.data() as Float32Array] as const),
    ),
  );
}

/** What a step would update by. */
async function step(
  encoder: Encoder,
  loss: TrainingLoss,
  batch: Batch,
  chunkSize?: number,
): Promise<Computed> {
  const kept: tf.Tensor[] = [];
  const recorder = {
    update: (variables: tf.Variable[], gradients: Record<string, tf.Tensor>) =>
      kept.push(...variables.map(({ name }) => tf.keep(tf.clone(gradients[name])))),
  } as unknown as Adam;
  const loss0 = trainStep(encoder, loss, recorder, batch, { chunkSize });
  const [value] = await loss0.data();
  const gradients = await Promise.all(kept.map((gradient) => gradient.data())) as Float32Array[];
  const state = await stateOf(encoder);
  tf.dispose([loss0, ...kept]);
  encoder.dispose();
  return { value, gradients, state };
}

function norm(arrays: readonly ArrayLike<number>[]): number {
  return Math.hypot(...arrays.map((array) => Math.hypot(...Array.from(array))));
}

/** Equal within 1e-6 of the norm of all, and every number within some roundings of the largest of its array. */
function assertSameGradients(
  computed: Float32Array[],
  expected: Float32Array[],
  what: string,
  most = 5e-6,
): void {
  const difference = norm(computed.map((array, i) => array.map((value, j) => value - expected[i][j])));
  const relative = difference / norm(expected);
  assert(relative < 1e-6, `${what}: differs by ${relative} of its norm`);
  expected.forEach((array, i) => {
    const scale = Math.max(...array.map(Math.abs));
    // What is 0 but for rounding, such as the gradient of a bias before batch norm, has no scale of its own.
    if (scale < 1e-6 * norm(expected)) return;
    const off = maxDifference(computed[i], array) / scale;
    assert(off < most, `${what}: array ${i} differs by ${off} of its largest number`);
  });
}

for (const name of ["convnet", "layers of a perceptron"] as const) {
  testOnBackends(`${name}: the gradient in chunks is that of the batch, for every loss`, async () => {
    const batch = newBatch();
    for (const settings of losses) {
      const direct = await step(encoders[name](), lossOf(settings), batch);
      assert(norm(direct.gradients) > 1e-3);
      for (const chunkSize of [2, 4, 5, 7, 13]) {
        const what = `${JSON.stringify(settings)}, chunks of ${chunkSize}`;
        const chunked = await step(encoders[name](), lossOf(settings), batch, chunkSize);
        assertAlmostEquals(chunked.value, direct.value, 1e-6 * Math.abs(direct.value), what);
        assertSameGradients(chunked.gradients, direct.gradients, what);
        // The head has seen the same.
        for (const [key, values] of direct.state) {
          assert(maxDifference(chunked.state.get(key)!, values) < 1e-6, `${what}: ${key}`);
        }
      }
    }
    tf.dispose([batch.view1, batch.view2]);
  });
}

/** Where chunks begin and end that are nearly equal. */
const chunksOf = { 14: [[0, 14]], 7: [[0, 7], [7, 14]], 5: [[0, 5], [5, 10], [10, 14]] } as const;

testOnBackends(
  "batch norm has the statistics of each view's chunk, and the head those of the batch",
  async () => {
    const batch = newBatch(), loss = lossOf(hscl);
    for (const chunkSize of [7, 5] as const) {
      const encoder = encoders.resnet();
      const variables = encoder.parameters.filter((p) => p.trainable).map(({ variable }) => variable);
      const { value, grads } = tf.variableGrads(() => {
        const [first, second] = [batch.view1, batch.view2].map((view) => {
          const parts = chunksOf[chunkSize].map(([from, to]) =>
            encoder.features(tf.slice(view, [from, 0, 0, 0], [to - from, -1, -1, -1]), true)
          );
          return encoder.project(tf.concat(parts), true);
        });
        return loss(first, second, batch.labels);
      }, variables);
      const expected = await Promise.all(variables.map(({ name }) => grads[name].data())) as Float32Array[];
      const chunked = await step(encoders.resnet(), loss, batch, chunkSize);
      assertAlmostEquals(chunked.value, (await value.data())[0], 1e-5);
      // Batch norm of seven images makes roundings of the loss, which XLA compiles in one of the two, larger.
      assertSameGradients(chunked.gradients, expected, `chunks of ${chunkSize}`, 2e-5);
      const direct = await step(encoders.resnet(), loss, batch);
      assert(
        norm(chunked.gradients.map((array, i) => array.map((x, j) => x - direct.gradients[i][j]))) > 1e-3,
      );
      tf.dispose([value, grads]);
      encoder.dispose();
    }
    tf.dispose([batch.view1, batch.view2]);
  },
);

/** Mean and unbiased variance of each channel of a convolution of some images. */
function channelStatistics(maps: tf.Tensor4D): { means: number[]; variances: number[] } {
  const channels = maps.shape[3], values = maps.dataSync(), rows = values.length / channels;
  const columns = Array.from(
    { length: channels },
    (_, c) => Array.from({ length: rows }, (_, row) => values[row * channels + c]),
  );
  const means = columns.map((column) => column.reduce((sum, x) => sum + x, 0) / rows);
  const variances = columns.map((column, c) =>
    column.reduce((sum, x) => sum + (x - means[c]) ** 2, 0) / (rows - 1)
  );
  return { means, variances };
}

Deno.test("running statistics move once for each view, by the mean of the chunks' statistics", async () => {
  await initBackend({ backend: "wasm" });
  const batch = newBatch(), views = [batch.view1, batch.view2];
  const encoder = encoders.resnet(), start = await stateOf(encoder);
  const filter = encoder.parameters.find(({ name }) => name === "stem/filter")!.variable as tf.Variable<
    tf.Rank.R4
  >;
  const mean = [0, 0], variance = [1, 1], alone = new Map(start);
  for (const view of views) {
    const ofChunks = chunksOf[5].map(([from, to]) =>
      tf.tidy(() => {
        const images = tf.slice(view, [from, 0, 0, 0], [to - from, -1, -1, -1]);
        return { share: (to - from) / items, ...channelStatistics(tf.conv2d(images, filter, 1, "same")) };
      })
    );
    for (const c of [0, 1]) {
      const average = (key: "means" | "variances") =>
        ofChunks.reduce((sum, chunk) => sum + chunk.share * chunk[key][c], 0);
      mean[c] = 0.9 * mean[c] + 0.1 * average("means");
      variance[c] = 0.9 * variance[c] + 0.1 * average("variances");
    }
  }
  // In all layers: the weighted mean of what each chunk alone would have made of them.
  for (const view of views) {
    const moved = new Map([...alone].map(([name, values]) => [name, new Float64Array(values.length)]));
    for (const [from, to] of chunksOf[5]) {
      const other = encoders.resnet();
      for (const { name, variable } of other.parameters) {
        const values = alone.get(name);
        if (values) tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
      }
      tf.tidy(() => other.features(tf.slice(view, [from, 0, 0, 0], [to - from, -1, -1, -1]), true));
      for (const [name, values] of await stateOf(other)) {
        values.forEach((value, i) => moved.get(name)![i] += (to - from) / items * value);
      }
      other.dispose();
    }
    moved.forEach((values, name) => alone.set(name, Float32Array.from(values)));
  }
  const { state } = await step(encoder, lossOf(hscl), batch, 5);
  assert(maxDifference(state.get("stem/norm/running_mean")!, mean) < 1e-6);
  assert(maxDifference(state.get("stem/norm/running_variance")!, variance) < 1e-6);
  let layers = 0;
  for (const [name, values] of state) {
    if (name.startsWith("head/")) continue;
    layers++;
    assert(maxDifference(values, alone.get(name)!) < 1e-6, name);
    assert(maxDifference(values, start.get(name)!) > 1e-4, `${name} stays`);
  }
  assertEquals(layers, 40);
  tf.dispose(views);
});

Deno.test("batch norm of a model of TensorFlow.js' layers moves once for each view, too", async () => {
  await initBackend({ backend: "wasm" });
  const batch = newBatch();
  const { state } = await step(perceptron([tf.layers.batchNormalization()]), lossOf(hscl), batch, 5);
  const mean = new Float64Array(side * side);
  for (const view of [batch.view1, batch.view2]) {
    const values = await view.data();
    mean.forEach((running, pixel) => {
      let sum = 0;
      for (let i = 0; i < items; i++) sum += values[i * mean.length + pixel];
      mean[pixel] = 0.99 * running + 0.01 * sum / items;
    });
  }
  assert(maxDifference(state.get("model/1/moving_mean")!, mean) < 1e-7);
  tf.dispose([batch.view1, batch.view2]);
});

Deno.test("frozen layers stay to the last bit, and their head is trained as without chunks", async () => {
  await initBackend({ backend: "wasm" });
  const batch = newBatch(), layers = () => perceptron([tf.layers.dense({ units: 9 })], false);
  const encoder = layers(), start = await stateOf(encoder);
  const direct = await step(layers(), lossOf(hscl), batch);
  const chunked = await step(encoder, lossOf(hscl), batch, 3);
  assertSameGradients(chunked.gradients, direct.gradients, "head");
  for (const name of ["model/1/kernel", "model/1/bias", "model/2/kernel", "model/2/bias"]) {
    assertEquals(chunked.state.get(name), start.get(name), name);
  }
  tf.dispose([batch.view1, batch.view2]);
});

Deno.test("a loss of one view only is trained in chunks as without them", async () => {
  await initBackend({ backend: "wasm" });
  const batch = newBatch();
  const sum: TrainingLoss = (view1) => tf.sum(tf.mul(view1, tf.range(0, view1.shape[1]))) as tf.Scalar;
  for (const encoder of [encoders.convnet, encoders["layers of a perceptron"]]) {
    const direct = await step(encoder(), sum, batch), chunked = await step(encoder(), sum, batch, 5);
    assertSameGradients(chunked.gradients, direct.gradients, "first view");
  }
  tf.dispose([batch.view1, batch.view2]);
});

testOnBackends(
  "chunks of the batch's size or more are the step without chunks, to the last bit",
  async () => {
    const batch = newBatch();
    for (const encoder of [encoders.convnet, encoders.resnet]) {
      const direct = await step(encoder(), lossOf(hscl), batch);
      for (const chunkSize of [14, 1000]) {
        assertEquals(await step(encoder(), lossOf(hscl), batch, chunkSize), direct);
      }
    }
    tf.dispose([batch.view1, batch.view2]);
  },
);

/** Takes some steps in chunks, which have to learn; how many tensors they leave behind. */
async function leftBehind(name: keyof typeof encoders): Promise<number> {
  const before = tf.memory().numTensors, values: number[] = [], counts: number[] = [];
  const encoder = encoders[name](), batch = newBatch();
  const adam = new Adam({ learningRate: 1e-2, weightDecay: 0 });
  for (let i = 0; i < 4; i++) {
    const loss = trainStep(encoder, lossOf(hscl), adam, batch, { chunkSize: 5 });
    values.push((await loss.data())[0]);
    loss.dispose();
    counts.push(tf.memory().numTensors);
  }
  assertEquals(new Set(counts).size, 1, `${name}: ${counts}`);
  assert(values[3] < values[0], `${name}: ${values}`);
  encoder.dispose();
  adam.dispose();
  tf.dispose([batch.view1, batch.view2]);
  return tf.memory().numTensors - before;
}

testOnBackends("steps in chunks learn, and leave no tensor behind", async () => {
  await leftBehind("convnet"); // with the first update, native makes what it keeps for all
  for (const name of Object.keys(encoders) as (keyof typeof encoders)[]) {
    assertEquals(await leftBehind(name), 0, name);
  }
});

testOnBackends(
  "a step in chunks that fails anywhere leaves no tensor behind, and the next is as if it had not been",
  async () => {
    const loss = lossOf(hscl), batch = newBatch();
    const fresh = await step(encoders.resnet(), loss, batch, 5);
    const encoder = encoders.resnet(), start = tf.memory().numTensors;
    const adam = new Adam({ learningRate: 1e-2, weightDecay: 0 });
    const failing = (call: number): Encoder => {
      let calls = 0;
      return {
        ...encoder,
        features: (images, training) => {
          const features = encoder.features(images, training);
          if (++calls === call) throw new RangeError("full");
          return features;
        },
      };
    };
    const brokenLoss: TrainingLoss = (...args) => {
      loss(...args);
      throw new RangeError("full");
    };
    // Two views of three chunks each pass twice.
    for (
      const [network, step] of [[failing(1), loss], [failing(5), loss], [failing(8), loss], [
        failing(12),
        loss,
      ], [encoder, brokenLoss]] as const
    ) {
      assertThrows(() => trainStep(network, step, adam, batch, { chunkSize: 5 }), RangeError, "full");
      assertEquals(tf.memory().numTensors, start);
    }
    const again = await step(encoder, loss, batch, 5);
    assertEquals([again.value, again.gradients], [fresh.value, fresh.gradients]);
    tf.dispose([batch.view1, batch.view2]);
  },
);

Deno.test("what cannot be taken in chunks is refused before anything is computed", async () => {
  await initBackend({ backend: "wasm" });
  const batch = newBatch(), loss = lossOf(hscl), adam = new Adam({ learningRate: 1e-2, weightDecay: 0 });
  const convnet = encoders.convnet();
  const take = (encoder: Encoder, chunkSize: number) => trainStep(encoder, loss, adam, batch, { chunkSize });
  assertThrows(() => take(convnet, 1), RangeError, "chunk size");
  assertThrows(() => take(convnet, 2.5), TypeError, "chunk size");
  assertThrows(() => trainStep(convnet, loss, adam, batch, { chunk: 4 } as never), TypeError, "chunk");
  for (const layer of [tf.layers.dropout({ rate: 0.5 }), tf.layers.gaussianNoise({ stddev: 1 })]) {
    const inner = tf.sequential({ layers: [tf.layers.dense({ inputShape: [64], units: 5 }), layer] });
    for (const encoder of [perceptron([layer]), perceptron([inner])]) {
      assertThrows(() => take(encoder, 4), TypeError, "an encoder that draws at random");
      take(encoder, items).dispose();
    }
  }
  tf.dispose([batch.view1, batch.view2]);
});
