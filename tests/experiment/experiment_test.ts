// From settings to recorded runs, and what can be read of them.
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { DataError, exponential, initBackend, linearProbe, loadDataset } from "@hscl/hscl";
import {
  DamagedRunError,
  datasetFacts,
  embedImages,
  factsOf,
  listRuns,
  lossSettings,
  openRun,
  type Plan,
  readHistory,
  runExperiment,
  runHash,
  runsOf,
  writeManifest,
} from "@hscl/hscl/experiment";
import { basename, relative } from "node:path";
import { lossNames, paperLosses } from "@hscl/hscl/losses";
import type { LossSettings } from "@hscl/hscl/train";
import { weightStatistics } from "@hscl/hscl/samplers";
import { SettingsError } from "../../lib/core/settings_error.ts";
import { hardeningsOf } from "../../lib/experiment/hardening_flags.ts";
import { comparedLosses, type ComparisonFlags, comparisonFlags } from "../../lib/experiment/loss_flags.ts";
import { parseFlags } from "../../scripts/cli/flags.ts";
import { data, plan as tiny } from "./tiny.ts";

await initBackend({ backend: "cpu" });
const plan: Plan = { ...tiny, epochs: 2 };
const beta1 = { name: "exponential", parameters: { beta: 1 } } as const;
const settingsOf = (...losses: LossSettings[]) => runsOf(plan, losses);

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("every loss of the table, and each option of the command line, trains and is recorded", async () => {
  await inFolder(async (folder) => {
    const losses = [
      ...lossNames.map((name) => lossSettings(name, 0.5, beta1)),
      lossSettings("hscl", 0.5, beta1, { sampledNegatives: 5 }),
      lossSettings("ucl", 0.5, undefined, { tauPlus: 0.05 }),
      lossSettings("hucl", 0.5, beta1, { stopWeightGradient: true }),
    ];
    const found = new Set<string>();
    for (const settings of settingsOf(...losses)) {
      const { folder: own, metrics } = await runExperiment(settings, { folder, data });
      assertEquals(own, `${folder}/${runHash(settings)}`);
      assert(metrics.length === 2 && metrics.every(({ loss }) => Number.isFinite(loss) && loss > 0));
      found.add(metrics.map(({ loss }) => loss).join());
    }
    assertEquals(found.size, losses.length); // each is another training
  });
});

Deno.test("the same settings again find the run and train nothing; force trains the same numbers once more", async () => {
  await inFolder(async (folder) => {
    const [settings] = settingsOf({ name: "scl" }), epochs: number[] = [];
    const onEpoch = ({ epoch }: { epoch: number }) => void epochs.push(epoch);
    const first = await runExperiment(settings, { folder, data, onEpoch });
    assertEquals(await runExperiment(settings, { folder, onEpoch }), first);
    assertEquals(epochs, [1, 2]);
    const again = await runExperiment(settings, { folder, data, onEpoch, force: true });
    assertEquals(epochs, [1, 2, 1, 2]);
    assertEquals(
      again.metrics.map(({ loss, top1 }) => [loss, top1]),
      first.metrics.map(({ loss, top1 }) => [loss, top1]),
    );
  });
});

Deno.test("sampled negatives come from the seed's stream: the same seed the same run, another seed another", async () => {
  await inFolder(async (folder) => {
    const loss = { name: "ucl", sampledNegatives: 3 } as const;
    const losses = async (seed: number) => {
      const { metrics } = await runExperiment({ ...settingsOf(loss)[0], seed }, {
        folder,
        data,
        force: true,
      });
      return metrics.map((each) => each.loss);
    };
    const first = await losses(0);
    assertEquals(await losses(0), first);
    assertNotEquals(await losses(1), first);
  });
});

Deno.test("other images than those of the settings, and another augmentation, are refused before anything is written", async () => {
  await inFolder(async (folder) => {
    const [settings] = settingsOf({ name: "scl" });
    const other = await loadDataset("synthetic", {
      trainImages: 24,
      testImages: 16,
      height: 8,
      width: 8,
      seed: 1,
    });
    await assertRejects(
      () => runExperiment(settings, { folder, data: other }),
      DataError,
      "must be those of the settings",
    );
    const moved = { ...settings.augmentation, statistics: { mean: [0], std: [1] } };
    await assertRejects(
      () => runExperiment({ ...settings, augmentation: moved }, { folder, data }),
      DataError,
      "augmentation of the settings must be that of synthetic",
    );
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("every parameter of the augmentation is part of a run's name", () => {
  const [settings] = settingsOf({ name: "scl" }), { augmentation } = settings;
  assertEquals(augmentation.views[0], "randomResizedCrop(scale=[0.4, 1], ratio=[0.75, 1.3333333333333333])");
  const others = [
    {
      ...augmentation,
      views: augmentation.views.with(
        0,
        "randomResizedCrop(scale=[0.5, 1], ratio=[0.75, 1.3333333333333333])",
      ),
    },
    { ...augmentation, statistics: { ...augmentation.statistics, mean: [0.1] } },
  ].map((changed) => runHash({ ...settings, augmentation: changed }));
  assertEquals(new Set([runHash(settings), ...others]).size, 3);
});

Deno.test("runs are listed and opened by folder; damaged and older ones are told apart", async () => {
  await inFolder(async (folder) => {
    const trained = [];
    for (const settings of settingsOf({ name: "scl" }, { name: "ucl" })) {
      trained.push(await runExperiment(settings, { folder, data }));
    }
    await Deno.writeTextFile(`${folder}/note.txt`, "mine");
    await Deno.mkdir(`${folder}/0123456789abcdef`);
    const byFolder = trained.toSorted((a, b) => a.folder < b.folder ? -1 : 1);
    const listed = await listRuns(folder);
    assertEquals(listed.runs, byFolder);
    assertEquals(listed.damaged.map(({ file }) => file), ["manifest.json"]);
    const { shape, classes, encoder: _, embed: __, ...record } = await openRun(`${trained[0].folder}/`);
    assertEquals([record, shape, classes], [trained[0], data.shape, data.classes]);
    await Deno.rename(trained[1].folder, `${folder}/fedcba9876543210`);
    await assertRejects(
      () => openRun(`${folder}/fedcba9876543210`),
      DamagedRunError,
      "settings that the folder is named by",
    );
    assertEquals((await listRuns(folder)).runs, [trained[0]]);
  });
});

Deno.test("a run is opened by any path, and where it was moved, but not by another name", async () => {
  await inFolder(async (folder) => {
    const { folder: trained } = await runExperiment(settingsOf({ name: "scl" })[0], { folder, data });
    const name = basename(trained), here = Deno.cwd();
    for (
      const path of [`${folder}/./${name}/.`, `${trained}//`, `${folder}/../${basename(folder)}/${name}/./`]
    ) {
      assertEquals((await openRun(path)).settings.seed, 0);
    }
    assertEquals((await openRun(relative(here, trained))).shape, data.shape);
    await Deno.mkdir(`${folder}/elsewhere`);
    await Deno.rename(trained, `${folder}/elsewhere/${name}`);
    await Deno.symlink(`${folder}/elsewhere/${name}`, `${folder}/best`);
    for (const path of [`${folder}/elsewhere/${name}`, `${folder}/best`]) {
      const { folder: found, embed } = await openRun(path);
      assertEquals(found, path);
      assertEquals(
        (await embed(data.test)).embeddings,
        (await readHistory(await openRun(path))).at(-1)!.embeddings,
      );
    }
  });
});

Deno.test("a run of an older version says so", async () => {
  await inFolder(async (folder) => {
    const [settings] = settingsOf({ name: "scl" }),
      { folder: trained } = await runExperiment(settings, { folder, data });
    const old = { ...settings, format: 7 }, moved = `${folder}/${runHash(old as never)}`;
    await Deno.rename(trained, moved);
    await Deno.writeTextFile(`${moved}/config.json`, JSON.stringify(old));
    await writeManifest(moved);
    const { message } = await assertRejects(() => openRun(moved), DamagedRunError);
    assertEquals(
      message,
      `Cannot read run ${moved} as config.json must have format 8, that of this version: received 7 (train it again)`,
    );
  });
});

Deno.test("the encoder of a run makes of the test images what the run has kept, from raw pixels", async () => {
  await inFolder(async (folder) => {
    const run = await runExperiment(settingsOf({ name: "scl" })[0], { folder, data });
    const { embeddings, features } = await embedImages(run, data.test, data.shape);
    assertEquals(embeddings, (await readHistory(run)).at(-1)!.embeddings);
    const { features: learned } = await embedImages(run, data.train, data.shape);
    const sizes = { dim: features.length / data.test.count, classes: data.classes.length };
    const { top1 } = await linearProbe(
      { features: learned, labels: data.train.labels },
      { features, labels: data.test.labels },
      sizes,
    );
    assert(top1 > 0 && top1 <= 1);
  });
});

Deno.test("facts of a data set are those of its images, and are found again until the options change", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/data.json`, options = { trainImages: 24, testImages: 16, height: 8, width: 8 };
    const { facts, keep } = await datasetFacts("synthetic", options, file);
    assertEquals(facts, factsOf(data));
    await keep();
    const [[key]] = Object.entries(JSON.parse(await Deno.readTextFile(file)));
    await Deno.writeTextFile(file, JSON.stringify({ [key]: { ...facts, digest: "known" }, mine: 1 }));
    assertEquals((await datasetFacts("synthetic", options, file)).facts.digest, "known");
    const other = await datasetFacts("synthetic", { ...options, trainImages: 25 }, file);
    assertEquals(other.facts.trainImages, 25);
    await other.keep();
    assertEquals(Object.keys(JSON.parse(await Deno.readTextFile(file))).length, 3);
    const damaged = [
      { ...facts, statistics: { mean: [0.5], std: "x" } },
      { ...facts, statistics: { mean: [0.5], std: [0] } },
      { ...facts, shape: { channels: 1 } },
      { ...facts, classes: [1, null] },
      { ...facts, trainImages: -1 },
    ].map((facts) => JSON.stringify({ [key]: facts }));
    for (const broken of ["{", "[]", `{"${key}": {"name": "synthetic"}}`, "null", ...damaged]) {
      await Deno.writeTextFile(file, broken);
      assertEquals((await datasetFacts("synthetic", options, file)).facts, facts, broken);
    }
  });
});

const typed = (...args: string[]) =>
  parseFlags({ name: "compare", summary: "", flags: comparisonFlags }, args) as ComparisonFlags;

Deno.test("flags choose losses, their hardening and what is done with the negatives", () => {
  assertEquals(comparedLosses(typed(), 0.5), [
    { name: "ucl", temperature: 0.5 },
    { name: "scl", temperature: 0.5 },
    { name: "hucl", temperature: 0.5, hardening: beta1 },
    { name: "hscl", temperature: 0.5, hardening: beta1 },
  ]);
  const all = typed(
    "--losses=hscl,scl",
    "--hardening=logistic",
    "--tau=0.2",
    "--negatives=9",
    "--tau-plus=0.1",
    "--stop-weight-gradient",
  );
  const options = { temperature: 0.1, sampledNegatives: 9, tauPlus: 0.1 };
  assertEquals(comparedLosses(all, 0.1), [
    { name: "scl", ...options },
    {
      name: "hscl",
      ...options,
      stopWeightGradient: true,
      hardening: { name: "logistic", parameters: { tau: 0.2, width: 0.1 } },
    },
  ]);
  for (const flag of ["--negatives=9", "--tau-plus=0.1"]) {
    const refused = () => comparedLosses(typed("--losses=scl,supCon", flag), 0.5);
    assertThrows(refused, SettingsError, `${flag.split("=")[0]} must be an option of every loss: received`);
  }
  assertThrows(
    () => comparedLosses(typed("--power=2"), 0.5),
    SettingsError,
    "--power is no parameter of --hardening exponential",
  );
  assertEquals(paperLosses, ["ucl", "scl", "hucl", "hscl"]);
});

Deno.test("several values of a parameter are several hardening functions, each with each of another's", () => {
  const given = { hardening: "logistic", tau: [0, 0.5], width: [0.1, 0.2] } as const;
  assertEquals(hardeningsOf(given, "numbers").map(({ parameters: { tau, width } }) => [tau, width]), [
    [0, 0.1],
    [0, 0.2],
    [0.5, 0.1],
    [0.5, 0.2],
  ]);
  assertEquals(
    hardeningsOf({ hardening: "polynomial" }, "numbers").map(({ parameters }) => parameters.power),
    [1, 2, 5],
  );
  assertEquals(
    hardeningsOf({ hardening: "polynomial" }, "number").map(({ parameters }) => parameters.power),
    [2],
  );
});

Deno.test("weights of negatives: by hand, for each distribution", () => {
  // On a circle; the anchor is the first, of class 0.
  const embeddings = [1, 0, 0, 1, -1, 0, 0.6, 0.8], labels = [0, 1, 1, 0], anchors = [0];
  const all = { embeddings, dim: 2, labels, anchors, temperature: 0.5, hardening: exponential(1) };
  const weights = [0, -1, 0.6].map((u) => Math.exp(2 * u)), [w1, w2, w3] = weights, sum = w1 + w2 + w3;
  const expected = {
    ucl: [3, 1 / 3],
    scl: [2, 0],
    hucl: [sum ** 2 / (w1 ** 2 + w2 ** 2 + w3 ** 2), w3 / sum],
    hscl: [(w1 + w2) ** 2 / (w1 ** 2 + w2 ** 2), 0],
  };
  for (const kind of paperLosses) {
    const { effectiveNegatives, falseNegatives } = weightStatistics({ ...all, kind });
    assertAlmostEquals(effectiveNegatives, expected[kind][0], 1e-12, kind);
    assertAlmostEquals(falseNegatives, expected[kind][1], 1e-12, kind);
  }
  assertThrows(() => weightStatistics({ ...all, kind: "ucl", anchors: [4] }), RangeError, "an anchor");
});

Deno.test("runsOf: the temperature of the plan is that of losses without one, as on the command line", () => {
  const plan = {
    backend: "cpu",
    data: factsOf(data),
    network: "convnet",
    seeds: 1,
    epochs: 1,
    batchSize: 10,
    temperature: 0.2,
  } as const;
  const temperatures = runsOf(plan, [{ name: "scl" }, { name: "scl", temperature: 0.7 }])
    .map(({ loss }) => (loss as { temperature?: number }).temperature);
  assertEquals(temperatures, [0.2, 0.7]);
});
