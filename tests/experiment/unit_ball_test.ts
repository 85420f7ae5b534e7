// Runs whose embeddings are in the unit ball, and of other lengths.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { convnet, initBackend, lossFromSettings, pipelineFor, Random, trainContrastive } from "@hscl/hscl";
import { type Plan, readHistory, runExperiment, runHash, runPlanText, runsOf } from "@hscl/hscl/experiment";
import type { TrainingLoss } from "@hscl/hscl/train";
import { naiveContrastive } from "../reference/naive_contrastive.ts";
import { data, plan } from "./tiny.ts";

const settingsOf = (change: Partial<Plan>) => runsOf({ ...plan, ...change }, [{ name: "scl" }])[0];

Deno.test("the length of an embedding and its space are settings of a run where they are not as usual", () => {
  const usual = settingsOf({}), { output } = usual.encoder.head;
  assertEquals(settingsOf({ headDim: output, embedding: "sphere" }), usual);
  const other = settingsOf({ headDim: 9, embedding: "ball" });
  assertEquals(other.encoder.head, { ...usual.encoder.head, output: 9, embedding: "ball" });
  const hashes = [usual, other, settingsOf({ headDim: 9 }), settingsOf({ embedding: "ball" })].map(runHash);
  assertEquals(new Set(hashes).size, 4);
  assertThrows(() => settingsOf({ headDim: 0 }), RangeError, "head-dim");
  assertThrows(() => settingsOf({ embedding: "cube" as "ball" }), RangeError, "embedding");
  const normalized = { ...other, loss: { ...other.loss, normalize: true } } as typeof other;
  assertThrows(
    () => runPlanText({ dataset: { name: "synthetic", options: {} }, runs: [normalized] }),
    Error,
    "must not normalize its rows",
  );
});

Deno.test("in the unit ball a loss compares rows as they are", async () => {
  await initBackend({ backend: "cpu" });
  const options = {
    channels: 1,
    widths: [4],
    strides: [2],
    head: { hidden: 4, output: 3, embedding: "ball" },
  } as const;
  const encoder = convnet({ ...options, widths: [4], strides: [2] }, new Random(0));
  const scl = lossFromSettings({ name: "scl", temperature: 0.5 }), seen: [number, number, number][] = [];
  const watched: TrainingLoss = (view1, view2, labels, step) => {
    const value = scl(view1, view2, labels, step);
    const norms = tf.norm(tf.concat([view1, view2]), 2, 1).arraySync() as number[];
    const rows = [view1, view2].map((view) => view.arraySync());
    const exact = naiveContrastive(rows, {
      temperature: 0.5,
      positives: "label",
      negatives: "different-label",
      labels: [...labels],
      normalize: false,
    });
    seen.push([value.dataSync()[0], exact, Math.min(...norms)]);
    return value;
  };
  const epochs = trainContrastive({
    encoder,
    loss: watched,
    set: data.train,
    shape: data.shape,
    augmentation: pipelineFor(data).train,
    epochs: 1,
    batchSize: 8,
    optimizer: { learningRate: 1e-3, weightDecay: 0 },
    random: new Random(0),
  });
  for await (const _ of epochs);
  for (const [value, exact] of seen) assertAlmostEquals(value, exact, 1e-5);
  assert(seen.some(([, , least]) => least < 0.9), "all rows are of unit norm, which shows nothing");
});

Deno.test("a run in the unit ball is trained, evaluated and continued", async () => {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir(),
    settings = settingsOf({ headDim: 2, embedding: "ball", epochs: 1 });
  const run = await runExperiment(settings, { folder, data });
  assert(run.metrics.every(({ top1, classMean }) => top1 >= 0 && classMean >= 0));
  const [start] = await readHistory(run);
  assertEquals(start.dim, 2);
  const norms = Array.from(
    { length: start.labels.length },
    (_, i) => Math.hypot(...start.embeddings.subarray(2 * i, 2 * i + 2)),
  );
  assert(Math.max(...norms) <= 1 + 1e-6);
  assertNotEquals(Math.min(...norms), 1);
  const longer = await runExperiment({ ...settings, epochs: 2 }, { folder, data });
  assertEquals(longer.metrics.slice(0, 1), run.metrics);
  await Deno.remove(folder, { recursive: true });
});
