// What the functions of the room make of something else than they take: an error in words, and nothing written.
import { openEmbeddings, readLabels } from "@hscl/hscl/files";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { exponential, initBackend, loadDataset } from "@hscl/hscl";
import * as experiment from "@hscl/hscl/experiment";
import { runExperiment, type RunOptions, type RunSettings, runsOf } from "@hscl/hscl/experiment";
import { data, plan } from "./tiny.ts";

const inWords = /^Cannot (use|train|build|read|compute)\b.* as .* must .*: received /;

await initBackend({ backend: "cpu" });
const other = await loadDataset("synthetic", { trainImages: 24, testImages: 16, height: 12, width: 12 });
const [settings] = runsOf(plan, [{ name: "ucl" }]);

const wrongSettings: Record<string, unknown> = {
  "an older format": { format: 4 },
  "a backend that does not run": { backend: "wasm" },
  "a setting that there is not": { epoch: 3 },
  "an unknown loss": { loss: { name: "triplet" } },
  "no loss": { loss: undefined },
  "a loss without its hardening": { loss: { name: "hscl" } },
  "a loss whose hardening is null": { loss: { name: "hscl", hardening: null } },
  "a hardening without parameters": { loss: { name: "hscl", hardening: { name: "exponential" } } },
  "an unknown network": { encoder: { name: "vit" } },
  "a network for colours": { encoder: { ...settings.encoder, channels: 3 } },
  "no optimizer": { optimizer: undefined },
  "a learning rate of NaN": { optimizer: { learningRate: NaN, weightDecay: 0 } },
  "no epochs": { epochs: 0 },
  "NaN epochs": { epochs: NaN },
  "a batch beyond the images": { batchSize: 25 },
  "a batch of one": { batchSize: 1 },
  "a chunk of one": { chunkSize: 1 },
  "a chunk as large as the batch": { chunkSize: 12 },
  "half a seed": { seed: 0.5 },
  "no evaluation": { evaluation: undefined },
  "no neighbours": { evaluation: { k: 0, temperature: 0.5 } },
  "no data set": { dataset: undefined },
  "no augmentation": { augmentation: undefined },
};

const wrongOptions: Record<string, unknown> = {
  "images of another shape": { data: other },
  "no images": { data: {} },
  "a number for a folder": { folder: 5 },
  "a file for a folder": { folder: new URL(import.meta.url).pathname },
  "no signal": { signal: 3 },
  "no function": { onEpoch: 3 },
  "an unknown option": { signl: undefined },
};

async function refused(changed: unknown, options: unknown): Promise<void> {
  const folder = await Deno.makeTempDir();
  const whole = { folder, data, ...options as object } as RunOptions;
  const error = await assertRejects(() => runExperiment(changed as RunSettings, whole), Error);
  assertMatch(error.message, inWords);
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
}

for (const [name, change] of Object.entries(wrongSettings)) {
  Deno.test(`settings of a run with ${name} are refused`, () =>
    refused({ ...settings, ...change as object }, {}));
}

for (const [name, change] of Object.entries(wrongOptions)) {
  Deno.test(`options of a run with ${name} are refused`, () => refused(settings, change));
}

Deno.test("settings of a run that are none are refused", async () => {
  for (const none of [undefined, null, 5, "ucl", {}]) await refused(none, {});
});

Deno.test("an aborted signal stops a run before anything is written", async () => {
  const folder = await Deno.makeTempDir(), reason = new Error("enough");
  const error = await assertRejects(
    () => runExperiment(settings, { folder, data, signal: AbortSignal.abort(reason) }),
    Error,
  );
  assertEquals(error, reason);
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});

// Each with one argument that is not what it must be.
const calls: Record<string, (given: never) => unknown> = {
  contextOf: experiment.contextOf,
  datasetLabel: experiment.datasetLabel,
  effectiveNegatives: (given) => experiment.effectiveNegatives(given, exponential(1), 0.5),
  embedImages: (given) => experiment.embedImages(given, data.test, data.shape),
  factsOf: experiment.factsOf,
  historyStatistics: (given) => experiment.historyStatistics(given, [exponential(1)]),
  listRuns: experiment.listRuns,
  lossSettings: (given) => experiment.lossSettings(given, 0.5),
  negativeCosines: (given) => experiment.negativeCosines(given, 8),
  openEmbeddings,
  openRun: experiment.openRun,
  presetOf: experiment.presetOf,
  readHistory: experiment.readHistory,
  readLabels: (given) => readLabels(given, 2),
  runHash: experiment.runHash,
  runLabel: experiment.runLabel,
  runsOf: (given) => experiment.runsOf(given, [{ name: "ucl" }]),
  "runsOf losses": (given) => experiment.runsOf(plan, given),
  trainedEncoder: experiment.trainedEncoder,
};

for (const [name, call] of Object.entries(calls)) {
  Deno.test(`${name} refuses what it does not take, in words`, async () => {
    for (const given of [undefined, null, 5]) {
      const error = await assertRejects(async () => await call(given as never), Error);
      assertMatch(error.message, inWords);
    }
  });
}
