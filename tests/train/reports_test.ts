// What a training tells while it runs, and when it breaks.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { convnet, initBackend, Random, trainContrastive } from "@hscl/hscl";
import type { Transform } from "@hscl/hscl/augment";
import { type EpochResult, NonFiniteLossError, type StepProgress, type TrainingLoss } from "@hscl/hscl/train";

const shape = { height: 4, width: 4, channels: 1 }, pixels = 16;
// Image i is of brightness 51·i, labels are 7, 3, 7, 3, 7.
const set = {
  images: Uint8Array.from({ length: 5 * pixels }, (_, i) => 51 * Math.floor(i / pixels)),
  labels: Int32Array.of(7, 3, 7, 3, 7),
  count: 5,
};
const plain: Transform = { name: "plain", apply: () => {} };

async function* training(loss: TrainingLoss, more: Partial<Parameters<typeof trainContrastive>[0]> = {}) {
  await initBackend({ backend: "cpu" });
  const encoder = convnet(
    { channels: 1, widths: [2], strides: [2], head: { hidden: 2, output: 2 } },
    new Random(0),
  );
  try {
    yield* trainContrastive({
      encoder,
      loss,
      set,
      shape,
      augmentation: plain,
      epochs: 2,
      batchSize: 2,
      optimizer: { learningRate: 1e-3, weightDecay: 0 },
      random: new Random(0),
      ...more,
    });
  } finally {
    encoder.dispose();
  }
}

const constant = (value: () => number): TrainingLoss => (view1) =>
  tf.add(tf.mul(tf.sum(view1), 0), value()) as tf.Scalar;

Deno.test("epochs and steps count from 1; an epoch's loss is the mean over its steps, its speed images by seconds", async () => {
  let calls = 0;
  const steps: StepProgress[] = [], epochs: EpochResult[] = [];
  for await (const epoch of training(constant(() => ++calls ** 2), { onStep: (step) => steps.push(step) })) {
    epochs.push(epoch);
  }
  assertEquals(steps.map(({ epoch, step, stepsPerEpoch, loss }) => [epoch, step, stepsPerEpoch, loss]), [
    [1, 1, 2, 1],
    [1, 2, 2, 4],
    [2, 1, 2, 9],
    [2, 2, 2, 16],
  ]);
  assertEquals(epochs.map(({ epoch, loss }) => [epoch, loss]), [[1, 2.5], [2, 12.5]]);
  for (const { seconds, imagesPerSecond } of epochs) assertAlmostEquals(seconds * imagesPerSecond, 4, 1e-9);
  // The last step of an epoch has the same images in less time.
  epochs.forEach(({ imagesPerSecond }, e) => assert(steps[2 * e + 1].imagesPerSecond >= imagesPerSecond));
});

Deno.test("a batch may hold two images or all of them, not one and not more", async () => {
  for (const batchSize of [2, 5]) {
    let steps = 0;
    for await (const _ of training(constant(() => 1), { batchSize, epochs: 1, onStep: () => steps++ }));
    assertEquals(steps, Math.floor(5 / batchSize));
  }
  for (const batchSize of [1, 6]) {
    await assertRejects(() => training(constant(() => 1), { batchSize }).next(), RangeError, "batch size");
  }
});

Deno.test("every epoch has another order, every image two different views", async () => {
  const orders: string[] = [], views: number[] = [];
  const noise: Transform = {
    name: "noise",
    apply: (image, _shape, random) => image.fill(views[views.push(random.uniform()) - 1]),
  };
  const watching: TrainingLoss = (view1, _view2, labels) => {
    orders.push(labels.join());
    return tf.mul(tf.sum(view1), 0) as tf.Scalar;
  };
  for await (const _ of training(watching, { batchSize: 5, epochs: 6, augmentation: noise }));
  assert(new Set(orders).size > 1, orders.join(" "));
  assertEquals([views.length, new Set(views).size], [60, 60]);
});

Deno.test("timers run while an epoch goes on", async () => {
  let ticks = 0, ticksAtEnd = 0;
  const timer = setInterval(() => ticks++, 1);
  const slow = constant(() => {
    const end = performance.now() + 60;
    while (performance.now() < end);
    return 1;
  });
  for await (const _ of training(slow, { epochs: 1, onStep: () => ticksAtEnd = ticks }));
  clearInterval(timer);
  assert(ticksAtEnd > 0);
});

Deno.test("a loss that is not finite is told with the pixels of both views and the classes of the batch", async () => {
  // The second view has the first one's pixels but for two that are broken.
  let calls = 0;
  const breaking: Transform = {
    name: "breaking",
    apply: (image) => {
      image[0] = -0.25;
      if (++calls > 5) [image[1], image[2]] = [NaN, Infinity];
    },
  };
  const { message, batch } = await assertRejects(
    () => training(constant(() => NaN), { batchSize: 5, augmentation: breaking }).next(),
    NonFiniteLossError,
  ) as NonFiniteLossError;
  // Brightness 0, 0.2, 0.4, 0.6, 0.8, and a darker pixel in each image.
  const mean = (left: number) => ((2 * left - 1.25) / (5 * (left + 1))).toFixed(3);
  assertEquals(
    batch,
    `view 1: pixels -0.250 … 0.800, mean ${mean(15)}, 0 not finite; ` +
      `view 2: pixels -0.250 … 0.800, mean ${mean(13)}, 10 not finite; items per class {3: 2, 7: 3}`,
  );
  assert(message.includes("received NaN at epoch 1, step 1; view 1"), message);
  // With one number left in each view, and with none.
  for (
    const [kept, pixels, left] of [[0.5, "0.500 … 0.500, mean 0.500", 31], [NaN, "mean 0.000", 32]] as const
  ) {
    let images = 0;
    const dark: Transform = {
      name: "dark",
      apply: (image) => {
        image.fill(NaN);
        if (images++ % 2 === 0) image[3] = kept;
      },
    };
    const { batch } = await assertRejects(
      () => training(constant(() => NaN), { augmentation: dark }).next(),
      NonFiniteLossError,
    ) as NonFiniteLossError;
    assertEquals(batch.split(`${pixels}, ${left} not finite`).length, 3, batch);
  }
});
