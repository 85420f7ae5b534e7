import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { parse } from "npyjs";
import { convnet, initBackend, loadCheckpoint, Random } from "@hscl/hscl";
import { readHistory, readRun, runHash, type RunRecord, type RunSettings } from "@hscl/hscl/experiment";
import { RunWriter } from "../../lib/experiment/run_writer.ts";
import { claimSoon, images, stateAfter } from "./write_runs.ts";

const convnetOptions = { channels: 1, widths: [3], strides: [2], head: { hidden: 4, output: 2 } };
const settings: RunSettings = {
  format: 8,
  backend: "cpu",
  dataset: { name: "synthetic", digest: "abc", trainImages: 10, testImages: 4 },
  augmentation: { name: "digits", views: ["crop"], statistics: { mean: [0.1], std: [0.3] } },
  encoder: { name: "convnet", ...convnetOptions },
  loss: { name: "hscl", temperature: 0.5, hardening: { name: "exponential", parameters: { beta: 1 } } },
  optimizer: { learningRate: 1e-3, weightDecay: 1e-6 },
  epochs: 1,
  batchSize: 5,
  seed: 0,
  evaluation: { k: 200, temperature: 0.5 },
};
const metrics = { epoch: 1, loss: 2.5, top1: 0.5, top5: 1, classMean: 0.4 };
const time = { epoch: 1, seconds: 1, imagesPerSecond: 10 };
const startWriter = async (folder: string) =>
  await RunWriter.start(await claimSoon(folder, settings), settings, images);

Deno.test("the hash ignores the order of keys and sees every value", () => {
  const reordered = Object.fromEntries(Object.entries(settings).reverse()) as unknown as RunSettings;
  assertEquals(runHash(reordered), runHash(settings));
  assertEquals(/^[0-9a-f]{16}$/.test(runHash(settings)), true);
  const learningRate = { kind: "cosine", from: 1e-3, to: 0 } as const;
  const other: RunSettings[] = [
    { ...settings, seed: 1 },
    { ...settings, loss: { ...settings.loss, temperature: 0.4 } as RunSettings["loss"] },
    { ...settings, optimizer: { learningRate, weightDecay: 1e-6 } },
  ];
  assertEquals(new Set([settings, ...other].map(runHash)).size, 4);
});

Deno.test("more epochs are the same run, unless a schedule depends on them", () => {
  const beta = { kind: "linear", from: 0, to: 2 } as const;
  const learningRate = { kind: "cosine", from: 1e-3, to: 0 } as const;
  const same = (one: RunSettings) => runHash(one) === runHash({ ...one, epochs: one.epochs + 1 });
  assert(same(settings));
  assert(!same({ ...settings, optimizer: { learningRate, weightDecay: 1e-6 } }));
  const hardening = { name: "exponential", parameters: { beta } } as const;
  assert(!same({ ...settings, loss: { name: "hscl", temperature: 0.5, hardening } }));
});

Deno.test("a run exists only once it is finished, and reads back as written", async () => {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir();
  const encoder = convnet(convnetOptions, new Random(0));
  const writer = await startWriter(folder);
  writer.append(metrics, time);
  await writer.snapshot(encoder, await stateAfter(1, encoder));
  assertEquals(await readRun(folder, settings), undefined);
  const run = await writer.finish(Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1), Int32Array.of(3, 1, 2, 0));
  await writer.close();
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), [runHash(settings)]);
  const record = { folder: run, settings, metrics: [metrics], times: [time], trained: 1 };
  assertEquals(await readRun(folder, settings), record);
  assertEquals(await readRun(folder, { ...settings, epochs: 2 }), undefined);
  assertEquals(JSON.parse(await Deno.readTextFile(join(run, "config.json"))), settings);
  const embeddings = parse((await Deno.readFile(join(run, "embeddings.npy"))).buffer);
  assertEquals([embeddings.shape, embeddings.dtype, Array.from(embeddings.data as Float32Array)], [
    [4, 2],
    "f4",
    [1, 0, 0, 1, 1, 0, 0, 1],
  ]);
  const labels = parse((await Deno.readFile(join(run, "labels.npy"))).buffer);
  assertEquals([labels.shape, Array.from(labels.data as Int32Array)], [[4], [3, 1, 2, 0]]);

  const other = convnet(convnetOptions, new Random(1));
  const values = async (e: typeof encoder) =>
    (await Promise.all(e.parameters.map(({ variable }) => variable.data()))).map((x) => Array.from(x));
  assertNotEquals(await values(other), await values(encoder));
  await loadCheckpoint(other, join(run, "checkpoint"));
  assertEquals(await values(other), await values(encoder));
  const wider = convnet({ ...convnetOptions, widths: [5] }, new Random(1));
  await assertRejects(
    () => loadCheckpoint(wider, join(run, "checkpoint")),
    RangeError,
    "conv1/filter must have shape [3,3,1,5]",
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the history of a run gives the embeddings of evenly spaced test images in the order of the epochs", async () => {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir();
  const encoder = convnet(convnetOptions, new Random(0));
  const labels = Int32Array.from({ length: 5120 }, (_, i) => i % 7);
  const writer = await startWriter(folder);
  // Not in the order in which names are sorted.
  for (const epoch of [2, 10, 0]) {
    const embeddings = Float32Array.from({ length: 10240 }, (_, i) => i + epoch);
    await writer.keep({ epoch, embeddings, dim: 2, labels });
  }
  writer.append(metrics, time);
  await writer.snapshot(encoder, await stateAfter(1, encoder));
  const run = await writer.finish(new Float32Array(10240), labels);
  await writer.close();
  const history = await readHistory({ folder: run, settings: { ...settings, epochs: 10 } } as RunRecord);
  assertEquals(history.map(({ epoch }) => epoch), [0, 2, 10]);
  // Of a run that was trained longer, what was there then.
  assertEquals((await readHistory((await readRun(folder, settings))!)).map(({ epoch }) => epoch), [0]);
  for (const { epoch, embeddings, dim, labels: kept } of history) {
    assertEquals([kept.length, dim, embeddings.length], [2048, 2, 4096]);
    // Row 1 of the history is test image 2 (⌊5120/2048⌋), the last one 5117.
    assertEquals([...embeddings.subarray(2, 4), embeddings[4094]], [4 + epoch, 5 + epoch, 10234 + epoch]);
    assertEquals([kept[1], kept[2047]], [2, 5117 % 7]);
  }
  encoder.dispose();
  await Deno.remove(folder, { recursive: true });
});
