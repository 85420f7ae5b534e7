// Kinds of views: a single one, and a view of another image of the class as the second.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type Adam,
  convnet,
  type Encoder,
  initBackend,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
  trainContrastive,
  trainStep,
} from "@hscl/hscl";
import { loadSnapshot, saveSnapshot, type TrainingState, type ViewKind } from "@hscl/hscl/train";
import { ViewMaker } from "../../lib/train/views.ts";
import { maxDifference, testOnBackends } from "../backends.ts";

const data = await loadDataset("synthetic", { height: 8, width: 8, trainImages: 40, testImages: 10 });
const head = { hidden: 8, output: 4 }, kinds: ViewKind[] = ["single", "same-class"];
const newEncoder = () => convnet({ channels: 1, widths: [4, 8], strides: [2, 2], head }, new Random(3));
const hscl = () =>
  lossFromSettings({
    name: "hscl",
    hardening: { name: "exponential", parameters: { beta: 1 } },
    sampledNegatives: 4,
  });
const options = (encoder: Encoder, views: ViewKind) => ({
  encoder,
  loss: hscl(),
  set: data.train,
  shape: data.shape,
  augmentation: pipelineFor(data).train,
  views,
  epochs: 2,
  batchSize: 13,
  optimizer: { learningRate: 1e-3, weightDecay: 1e-6 },
  random: new Random(1),
});
const bytesOf = async ({ parameters }: Encoder) =>
  await Promise.all(parameters.map(async ({ variable }) => [...await variable.data()].join()));

Deno.test("the second view is of another image of the class, each as likely; of the same one if there is no other", () => {
  // Image i has the pixel i.
  const labels = Int32Array.of(0, 1, 0, 0, 2, 1, 0), count = labels.length;
  const set = { images: Uint8Array.from(labels, (_, i) => i), labels, count },
    items = Int32Array.of(2, 4, 5, 0);
  const shape = { height: 1, width: 1, channels: 1 }, still = { name: "still", apply: () => {} };
  const maker = new ViewMaker("same-class", set, shape, still), seen = new Map<number, number>();
  for (let step = 0; step < 3000; step++) {
    const { view1, view2 } = maker.views(items, new Random(0), new Random(step));
    assertEquals([...view1].map((x) => Math.round(255 * x)), [...items]);
    const others = [...view2!].map((x) => Math.round(255 * x));
    assertEquals([others[1], others[2]], [4, 1]);
    assert(others[3] !== 0 && labels[others[3]] === 0);
    seen.set(others[0], (seen.get(others[0]) ?? 0) + 1);
  }
  assertEquals([...seen.keys()].sort(), [0, 3, 6]);
  // 1,000 each, with a standard deviation of 26.
  for (const times of seen.values()) assert(Math.abs(times - 1000) < 130, `${times} of 3000`);
  assertEquals(
    new ViewMaker("single", set, shape, still).views(items, new Random(0), new Random(0)).view2,
    undefined,
  );
});

testOnBackends("the gradient of single views in chunks is that of the batch", async () => {
  const view1 = tf.randomNormal<tf.Rank.R4>([14, 8, 8, 1], 0.2, 1, "float32", 3);
  const batch = { view1, labels: Int32Array.from({ length: 14 }, (_, i) => i % 5) };
  const scl = lossFromSettings({ name: "scl" });
  const step = async (chunkSize?: number) => {
    const encoder = newEncoder(), kept: tf.Tensor[] = [];
    const update = (variables: tf.Variable[], gradients: Record<string, tf.Tensor>) =>
      kept.push(...variables.map(({ name }) => tf.keep(tf.clone(gradients[name]))));
    const loss = trainStep(encoder, scl, { update } as unknown as Adam, batch, { chunkSize });
    const numbers = [
      (await loss.data())[0],
      ...(await Promise.all(kept.map((each) => each.data()))).flatMap((x) => [...x]),
    ];
    tf.dispose([loss, ...kept]);
    encoder.dispose();
    return numbers;
  };
  const direct = await step();
  assert(Math.max(...direct.slice(1).map(Math.abs)) > 1e-2);
  for (const size of [3, 5, 13]) assert(maxDifference(await step(size), direct) < 2e-6, `chunks of ${size}`);
  view1.dispose();
});

for (const views of kinds) {
  testOnBackends(
    `${views}: a training goes on to the same bits, and in chunks comes to nearly the same`,
    async () => {
      const folder = await Deno.makeTempDir(), encoder = newEncoder(), losses: number[] = [];
      const keep = async (state: TrainingState) => {
        if (state.epoch === 2 && state.step === 1) await saveSnapshot(encoder, state, folder);
      };
      const keeper = { due: () => true, keep };
      for await (const { loss } of trainContrastive({ ...options(encoder, views), keeper })) {
        losses.push(loss);
      }
      const other = newEncoder(), from = await loadSnapshot(other, folder), rest: number[] = [];
      for await (const { loss } of trainContrastive({ ...options(other, views), from })) rest.push(loss);
      assertEquals(rest, losses.slice(1));
      assertEquals(await bytesOf(other), await bytesOf(encoder));
      // Of all negatives, as rounding may change a draw; Adam then makes more of it from step to step.
      const loss = lossFromSettings({ name: "scl" });
      const [whole, chunked] = await Promise.all([undefined, 5].map(async (chunkSize) => {
        const again = newEncoder(), losses: number[] = [];
        for await (const epoch of trainContrastive({ ...options(again, views), loss, chunkSize })) {
          losses.push(epoch.loss);
        }
        again.dispose();
        return losses;
      }));
      assertAlmostEquals(chunked[0], whole[0], 1e-4);
      [encoder, other].forEach((each) => each.dispose());
      await Deno.remove(folder, { recursive: true });
    },
  );
}

Deno.test("single views are refused of a loss whose positives are other views", async () => {
  await initBackend({ backend: "cpu" });
  const encoder = newEncoder();
  for (
    const loss of [lossFromSettings({ name: "ucl" }), lossFromSettings({ name: "scl", positives: "view" })]
  ) {
    await assertRejects(
      () => trainContrastive({ ...options(encoder, "single"), loss }).next(),
      TypeError,
      "Cannot train on single views",
    );
    const view1 = tf.zeros<tf.Rank.R4>([4, 8, 8, 1]), batch = { view1, labels: Int32Array.of(0, 0, 1, 1) };
    assertThrows(() => trainStep(encoder, loss, {} as Adam, batch), TypeError, "single view");
  }
  await assertRejects(
    () => trainContrastive({ ...options(encoder, "three" as ViewKind) }).next(),
    RangeError,
    "views",
  );
});
