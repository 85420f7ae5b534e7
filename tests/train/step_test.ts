import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Adam, convnet, type Encoder, lossFromSettings, Random, resnet, trainStep } from "@hscl/hscl";
import { maxDifference, testOnBackends } from "../backends.ts";

const head = { hidden: 8, output: 4 };
const encoders: Record<string, () => Encoder> = {
  convnet: () => convnet({ channels: 1, widths: [4, 8], strides: [1, 2], head }, new Random(1)),
  resnet: () => resnet({ depth: 18, channels: 1, width: 2, head }, new Random(1)),
};

/** Three steps: their losses, and how many images passed the encoder at a time. */
async function trained(
  encoder: Encoder,
): Promise<{ losses: number[]; passed: number[] }> {
  const view = (seed: number) => tf.randomNormal<tf.Rank.R4>([6, 8, 8, 1], 0, 1, "float32", seed);
  const batch = { view1: view(3), view2: view(4), labels: Int32Array.of(0, 0, 1, 1, 2, 2) };
  const loss = lossFromSettings({
    name: "hscl",
    hardening: { name: "exponential", parameters: { beta: 1 } },
  });
  const optimizer = new Adam({ learningRate: 1e-2, weightDecay: 0 }),
    losses: number[] = [],
    passed: number[] = [];
  const watched: Encoder = {
    ...encoder,
    features: (images, training) => {
      passed.push(images.shape[0]);
      return encoder.features(images, training);
    },
  };
  for (let i = 0; i < 3; i++) {
    const value = trainStep(watched, loss, optimizer, batch);
    losses.push((await value.data())[0]);
    value.dispose();
  }
  tf.dispose([batch.view1, batch.view2]);
  optimizer.dispose();
  encoder.dispose();
  return { losses, passed };
}

testOnBackends("both views in one pass give the step of one after the other", async () => {
  const together = await trained(encoders.convnet());
  const apart = await trained({ ...encoders.convnet(), itemwise: false });
  assertEquals([together.passed, apart.passed], [[12, 12, 12], [6, 6, 6, 6, 6, 6]]);
  assert(maxDifference(together.losses, apart.losses) < 1e-4, `${together.losses} and ${apart.losses}`);
  assert(together.losses[2] < together.losses[0]);
});

testOnBackends("batch norm sees each view on its own", async () => {
  assertEquals((await trained(encoders.resnet())).passed, Array(6).fill(6));
});

testOnBackends(
  "a step that fails leaves no tensor behind, and the next one is as if it had not been",
  async () => {
    const encoder = encoders.convnet(), optimizer = new Adam({ learningRate: 1e-2, weightDecay: 0 });
    const view = tf.randomNormal<tf.Rank.R4>([4, 8, 8, 1], 0, 1, "float32", 5);
    const batch = { view1: view, view2: view, labels: Int32Array.of(0, 0, 1, 1) };
    const loss = lossFromSettings({ name: "scl" }), before = tf.memory().numTensors;
    assertThrows(
      () =>
        trainStep(
          encoder,
          (a, b, labels) => {
            loss(a, b, labels);
            throw new RangeError("full");
          },
          optimizer,
          batch,
        ),
      RangeError,
      "full",
    );
    assertEquals(tf.memory().numTensors, before);
    const [value] = await trainStep(encoder, loss, optimizer, batch).data();
    const [fresh] = await trainStep(encoders.convnet(), loss, optimizer, batch).data();
    assertEquals(value, fresh);
  },
);
