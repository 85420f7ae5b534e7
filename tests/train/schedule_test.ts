import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  convnet,
  loadDataset,
  lossFromSettings,
  type LossSettings,
  pipelineFor,
  Random,
  trainContrastive,
} from "@hscl/hscl";
import type { Schedule, TrainingProgress } from "@hscl/hscl/hardening";
import type { TrainingLoss } from "@hscl/hscl/train";
import { hardeningFromSettings } from "@hscl/hscl/hardening";
import { testOnBackends } from "../backends.ts";

const settings = (beta: Schedule): LossSettings => ({
  name: "hscl",
  hardening: { name: "exponential", parameters: { beta } },
});
const down: Schedule = { kind: "linear", from: 2, to: 0 };

async function train(loss: TrainingLoss, epochs: number): Promise<number[]> {
  const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
  const head = { hidden: 8, output: 4 };
  const encoder = convnet({ channels: data.shape.channels, widths: [4], strides: [2], head }, new Random(0));
  const losses: number[] = [];
  const progress = trainContrastive({
    encoder,
    loss,
    set: data.train,
    shape: data.shape,
    augmentation: pipelineFor(data).train,
    epochs,
    batchSize: 10,
    optimizer: { learningRate: 1e-3, weightDecay: 0 },
    random: new Random(0),
  });
  for await (const { loss } of progress) losses.push(loss);
  encoder.dispose();
  return losses;
}

testOnBackends("a scheduled parameter takes its value of the epoch", async () => {
  const view1 = tf.randomNormal<tf.Rank.R2>([6, 4], 0, 1, "float32", 1);
  const view2 = tf.randomNormal<tf.Rank.R2>([6, 4], 0, 1, "float32", 2);
  const labels = Int32Array.of(0, 0, 1, 1, 2, 2), scheduled = lossFromSettings(settings(down));
  for (const [epoch, beta] of [[1, 2], [2, 1], [3, 0]]) {
    const [value, expected] = await Promise.all([
      scheduled(view1, view2, labels, { epoch, epochs: 3 }).data(),
      lossFromSettings(settings(beta))(view1, view2, labels).data(),
    ]);
    assertEquals(value, expected);
  }
});

testOnBackends(
  "training tells the loss each epoch, so that a schedule changes later epochs only",
  async () => {
    const seen: TrainingProgress[] = [];
    const plain = lossFromSettings({ name: "ucl" });
    await train((view1, view2, labels, progress) => {
      seen.push(progress!);
      return plain(view1, view2, labels);
    }, 2);
    assertEquals(seen.map(({ epoch, epochs }) => [epoch, epochs]), [[1, 2], [1, 2], [2, 2], [2, 2]]);

    const constant = await train(lossFromSettings(settings(2)), 3);
    const scheduled = await train(lossFromSettings(settings(down)), 3);
    assertEquals(scheduled[0], constant[0]);
    assertNotEquals(scheduled[1], constant[1]);
    assertEquals(await train(lossFromSettings(settings({ kind: "linear", from: 2, to: 2 })), 3), constant);
  },
);

Deno.test("a schedule without an epoch, or with an end out of range, is refused", () => {
  const { hardening } = settings(down);
  assertThrows(() => hardeningFromSettings(hardening!), TypeError, "beta follows a schedule");
  assertThrows(
    () => lossFromSettings(settings({ kind: "linear", from: 1, to: -1 })),
    RangeError,
    "received -1",
  );
  assertThrows(
    () => lossFromSettings(settings({ kind: "linear", from: -1, to: 1 })),
    RangeError,
    "received -1",
  );
  const once: Schedule = { kind: "stepped", from: 1, to: 0, steps: 1 };
  assertThrows(() => lossFromSettings(settings(once)), RangeError, "steps");
  assertThrows(() => lossFromSettings(settings(undefined as unknown as number)), TypeError, "beta");
});
