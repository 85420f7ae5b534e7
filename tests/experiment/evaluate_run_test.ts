// Evaluations of trained runs: what each number is, on which images, and what is refused.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { DataError, type ImageSet, initBackend, loadDataset, nearestClassMean } from "@hscl/hscl";
import { adamProbe, innerClassMean, retrieval } from "@hscl/hscl/evaluate";
import {
  embedImages,
  evaluateRun,
  factsOf,
  measureNames,
  openRun,
  runExperiment,
  type RunRecord,
  runsOf,
} from "@hscl/hscl/experiment";

const sizes = { trainImages: 60, testImages: 30, height: 8, width: 8 };

async function trained(): Promise<{ run: RunRecord; data: Awaited<ReturnType<typeof loadDataset>> }> {
  const { backend } = await initBackend({ backend: "cpu" });
  const data = await loadDataset("synthetic", sizes);
  const plan = {
    backend,
    data: factsOf(data),
    network: "convnet",
    seeds: 1,
    epochs: 2,
    batchSize: 20,
  } as const;
  const [settings] = runsOf({ ...plan, temperature: 0.5 }, [{ name: "scl" }]);
  const folder = await Deno.makeTempDir();
  return { run: await runExperiment(settings, { folder, data }), data };
}

Deno.test("an evaluation: test images, training images, other images", async (t) => {
  const { run, data } = await trained(), last = run.metrics.at(-1)!;
  const onTest = await evaluateRun(run, { data });

  await t.step("on the test images it is what the training has measured, and more", async () => {
    const { scores, values, labels, images, on, k, converged } = onTest;
    assertEquals([on, images, k, converged], ["test", 30, run.settings.evaluation.k, true]);
    assertEquals(labels, data.test.labels);
    assertEquals(
      [scores.knnTop1.value, scores.knnTop5.value, scores.embeddingMean.value],
      [last.top1, last.top5, last.classMean],
    );
    const { embeddings, features } = await embedImages(run, data.test, data.shape);
    const learned = await embedImages(run, data.train, data.shape);
    const near = await retrieval({ features: embeddings, labels: data.test.labels }, { dim: 64 });
    assertEquals(
      [scores.recallAt1.value, scores.recallAt5.value, scores.mapAtR.value],
      [...near.recallAt, near.mapAtR],
    );
    const dim = features.length / 30;
    const { top1 } = nearestClassMean(
      { features: learned.features, labels: data.train.labels },
      { features, labels: data.test.labels },
      { dim, classes: data.classes.length },
    );
    assertEquals(scores.featureMean.value, top1);
    const inner = innerClassMean(
      { features: learned.embeddings, labels: data.train.labels },
      { features: embeddings, labels: data.test.labels },
      { dim: 64, classes: data.classes.length },
    );
    assertEquals([scores.innerTop1.value, scores.innerTop5.value], [inner.top1, inner.top5]);
    assertAlmostEquals(onTest.logLikelihood.mean, inner.logLikelihood, 1e-12);
    for (const name of measureNames) {
      const { value, low, high, count } = scores[name], own = values[name];
      assertEquals([own.length, count], [30, 30], name);
      assertAlmostEquals(own.reduce((sum, each) => sum + each, 0) / 30, value, 1e-12);
      assert(low >= 0 && low <= value && value <= high && high <= 1 && low < high, name);
    }
  });

  await t.step("the probe can be trained with Adam, and nothing else changes", async () => {
    const probe = { epochs: 3, batchSize: 16, seed: 1 };
    const { scores, converged, predictions, values, ...rest } = await evaluateRun(run, { data, probe });
    assertEquals([rest.probe, converged], [probe, undefined]);
    const learned = await embedImages(run, data.train, data.shape);
    const found = await embedImages(run, data.test, data.shape);
    const wanted = await adamProbe(
      { features: learned.features, labels: data.train.labels },
      { features: found.features, labels: data.test.labels },
      { dim: found.features.length / 30, classes: data.classes.length, ...probe },
    );
    assertEquals([scores.linearTop1.value, predictions.linear], [wanted.top1, wanted.predictions]);
    assertEquals(values.knnTop1, onTest.values.knnTop1);
  });

  await t.step("on the training images none is its own neighbour", async () => {
    // Each alone is its own nearest neighbour, which would always be right.
    const { scores, on, images } = await evaluateRun(run, { data, on: "train", k: 1 });
    assertEquals([on, images], ["train", 60]);
    assert(scores.knnTop1.value < 1);
    const asOthers = await evaluateRun(run, {
      data,
      on: { name: "copies", set: data.train, classes: data.classes },
      k: 1,
    });
    assertEquals(asOthers.scores.knnTop1.value, 1);
    assertEquals(asOthers.scores.mapAtR, scores.mapAtR);
  });

  await t.step("on other images, classes go by name", async () => {
    const classes = data.classes.toReversed(), last = classes.length - 1;
    const set: ImageSet = { ...data.test, labels: data.test.labels.map((label) => last - label) };
    const other = await evaluateRun(run, { data, on: { name: "mine", set, classes } });
    assertEquals(other, { ...onTest, on: "mine" });
    // A class without an image may be called anything.
    const more = await evaluateRun(run, {
      data,
      on: { name: "mine", set, classes: [...classes, "unseen"] },
    });
    assertEquals(more.scores, onTest.scores);
  });

  await t.step("a run that was opened finds its images by name", async () => {
    const found = await evaluateRun(await openRun(run.folder));
    assertEquals(found, onTest);
  });

  await t.step("the only image of its class asks nothing", async () => {
    const one = data.test.labels.indexOf(0), length = 64 * data.shape.channels;
    const others = [...data.test.labels.keys()].filter((i) => data.test.labels[i] === 1).slice(0, 3);
    const chosen = [one, ...others];
    const set = {
      images: Uint8Array.from(
        chosen.flatMap((i) => [...data.test.images.subarray(i * length, (i + 1) * length)]),
      ),
      labels: Int32Array.from(chosen, (i) => data.test.labels[i]),
      count: chosen.length,
    };
    const { scores, values } = await evaluateRun(run, {
      data,
      on: { name: "few", set, classes: data.classes },
    });
    assertEquals([scores.mapAtR.count, scores.recallAt1.count, scores.knnTop1.count], [
      others.length,
      others.length,
      chosen.length,
    ]);
    assert(Number.isNaN(values.mapAtR[0]) && Number.isNaN(values.recallAt5[0]));
  });

  await t.step("what does not belong to the run is refused in words", async () => {
    const rejects = async (
      options: object,
      message: string,
      type: new (message: string) => Error = DataError,
    ) => void await assertRejects(() => evaluateRun(run, options), type, message);
    await rejects(
      { data: await loadDataset("synthetic", { ...sizes, seed: 1 }) },
      `Cannot evaluate ${run.folder} as the images must be those of the settings, synthetic of `,
    );
    const unnamed = {
      ...run,
      settings: { ...run.settings, dataset: { ...run.settings.dataset, name: "mine" } },
    };
    await assertRejects(() => evaluateRun(unnamed), DataError, "or given as data: received mine");
    const others = (change: object) => ({ name: "mine", set: data.test, classes: data.classes, ...change });
    await rejects(
      { data, on: others({ classes: data.classes.map((name) => `no ${name}`) }) },
      "on mine as its classes must be among those of the run",
    );
    const none = { images: new Uint8Array(), labels: new Int32Array(), count: 0 };
    await rejects({ data, on: others({ set: none }) }, "on mine as there must be images: received none");
    await rejects({ data, on: "validation" }, "must be one of test, train", RangeError);
    await rejects({ data, probe: "sgd" }, "Cannot use probe", RangeError);
    await rejects({ data, probe: { epochs: 0 } }, "epochs of the probe", RangeError);
    await rejects({ data, k: 0 }, "Cannot use k", RangeError);
    await rejects({ data, k: 61 }, "at most 60", RangeError);
    await rejects({ data, k: 60, on: "train" }, "at most 59", RangeError);
    await rejects({ data, neighbours: 3 }, 'received "neighbours"', TypeError);
    await rejects({ data, signal: AbortSignal.abort(new DataError("enough")) }, "enough");
    await Deno.truncate(`${run.folder}/checkpoint/weights.bin`, 8);
    await rejects({ data }, "weights.bin");
  });
  await Deno.remove(run.folder, { recursive: true });
});
