// The rows that the loss sees are normalised once: by the encoder.
import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import {
  convnet,
  initBackend,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
  trainContrastive,
} from "@hscl/hscl";
import type { TrainingLoss } from "@hscl/hscl/train";

const view1 = tf.tensor2d([[2, 0], [0.6, 0.8], [0, 3]]), view2 = tf.tensor2d([[1, 1], [1, 0], [-1, 2]]);
const labels = Int32Array.of(0, 0, 1), step = { epoch: 1, epochs: 1 };

Deno.test("a loss from settings normalises rows unless they are known to be of unit norm, or settings say so", async () => {
  await initBackend({ backend: "cpu" });
  const unit = ([1, 2] as const).map((n) =>
    tf.div([view1, view2][n - 1], tf.norm([view1, view2][n - 1], 2, 1, true))
  );
  const value = async (loss: TrainingLoss, rows: tf.Tensor[], unitRows?: boolean) =>
    (await loss(rows[0] as tf.Tensor2D, rows[1] as tf.Tensor2D, labels, { ...step, unitRows }).data())[0];
  for (const name of ["ucl", "scl", "supCon"] as const) {
    const loss = lossFromSettings({ name }), known = await value(loss, [view1, view2]);
    assertAlmostEquals(await value(loss, unit, true), known, 1e-6);
    assertNotEquals(await value(loss, [view1, view2], true), known);
    assertEquals(await value(lossFromSettings({ name, normalize: true }), [view1, view2], true), known);
  }
});

/** How many square roots a loss takes in each step of a training: every normalisation takes one. */
async function squareRoots(loss: TrainingLoss): Promise<number[]> {
  const data = await loadDataset("synthetic", { trainImages: 8, testImages: 4, height: 8, width: 8 });
  const options = { channels: 1, widths: [4], strides: [2], head: { hidden: 4, output: 3 } };
  const counts: number[] = [], { state } = tf.engine();
  const counted: TrainingLoss = (...given) => {
    const before = state.activeProfile.kernels.length;
    state.profiling = true;
    const value = loss(...given);
    state.profiling = false;
    counts.push(state.activeProfile.kernels.slice(before).filter(({ name }) => name === "Sqrt").length);
    return value;
  };
  const epochs = trainContrastive({
    encoder: convnet(options, new Random(0)),
    loss: counted,
    set: data.train,
    shape: data.shape,
    augmentation: pipelineFor(data).train,
    epochs: 1,
    batchSize: 4,
    optimizer: { learningRate: 1e-3, weightDecay: 0 },
    random: new Random(0),
  });
  for await (const _ of epochs);
  return counts;
}

Deno.test("in a training step the embeddings are normalised once", async () => {
  await initBackend({ backend: "cpu" });
  assertEquals(await squareRoots(lossFromSettings({ name: "ucl" })), [0, 0]);
  assertEquals(await squareRoots(lossFromSettings({ name: "ucl", normalize: true })), [1, 1]);
});
