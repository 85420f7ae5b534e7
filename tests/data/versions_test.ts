import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { loadDataset } from "@hscl/hscl";
import {
  datasetVersion,
  type ImageDataset,
  syntheticImages,
  trainingImages,
  validationSplit,
} from "@hscl/hscl/data";
import { datasetLabel, factsOf, runHash, runsOf } from "@hscl/hscl/experiment";
import { optionsOf } from "../../lib/data/load_dataset.ts";
import { runData } from "../../lib/experiment/run_data.ts";

const classes = 4, size = 8 * 8;
const data = syntheticImages({ classes, trainImages: 400, testImages: 8, height: 8, width: 8 });
const counts = (labels: Int32Array) =>
  Array.from({ length: classes }, (_, own) => labels.filter((label) => label === own).length);
/** Each training image as text, to tell where it came from. */
const imagesOf = ({ train }: ImageDataset) =>
  Array.from({ length: train.count }, (_, i) => train.images.subarray(i * size, (i + 1) * size).join());

Deno.test("imbalance r: class c keeps n·r^(−c/(C−1)) of its images, with their labels", () => {
  for (
    const [imbalance, expected] of [[8, [100, 50, 25, 12]], [100, [100, 21, 4, 1]], [1e6, [
      100,
      1,
      1,
      1,
    ]]] as const
  ) {
    const version = datasetVersion(data, { imbalance });
    assertEquals(counts(version.train.labels), [...expected]);
    assertEquals(version.test, data.test);
    assertEquals(version.statistics, data.statistics);
    const before = imagesOf(data);
    imagesOf(version).forEach((image, i) =>
      assertEquals(data.train.labels[before.indexOf(image)], version.train.labels[i])
    );
  }
  // Where the power comes to just below a whole number.
  const large = syntheticImages({ classes: 10, trainImages: 50_000, testImages: 10, height: 8, width: 8 });
  const { train } = datasetVersion(large, { imbalance: 100 });
  assertEquals(train.labels.filter((label) => label === 9).length, 50);
});

Deno.test("imbalance: what a large one keeps a smaller one keeps, and another seed keeps others", () => {
  const [some, few, other] = [{ imbalance: 4 }, { imbalance: 50 }, { imbalance: 4, versionSeed: 1 }].map((
    options,
  ) => datasetVersion(data, options));
  const kept = new Set(imagesOf(some));
  assert(imagesOf(few).every((image) => kept.has(image)));
  assert(imagesOf(other).some((image) => !kept.has(image)));
  assertEquals(datasetVersion(data, { imbalance: 4 }).digest, some.digest);
  assertEquals(new Set([data, some, few, other].map(({ digest }) => digest)).size, 4);
});

Deno.test("label noise: exactly the share is learnt from with another label, each as often; the right ones stay", () => {
  const version = datasetVersion(data, { labelNoise: 0.3 }), { train } = version;
  assertEquals([train.labels, train.images], [data.train.labels, data.train.images]);
  assertEquals(version.test, data.test);
  const wrong = [...train.labels.keys()].filter((i) => train.learntLabels![i] !== train.labels[i]);
  assertEquals(wrong.length, 120);
  assertEquals(trainingImages(version).labels, train.learntLabels);
  assertEquals(trainingImages(data).labels, data.train.labels);
  // More noise leaves what less has changed as it was changed.
  const more = datasetVersion(data, { labelNoise: 0.6 }).train.learntLabels!;
  wrong.forEach((i) => assertEquals(more[i], train.learntLabels![i]));
  assertNotEquals(
    datasetVersion(data, { labelNoise: 0.3, versionSeed: 1 }).train.learntLabels,
    train.learntLabels,
  );
  assertNotEquals(version.digest, data.digest);
  const steps = new Map<number, number>();
  const many = syntheticImages({ classes, trainImages: 6000, testImages: 4, height: 8, width: 8 });
  const noisy = datasetVersion(many, { labelNoise: 0.5 }).train;
  noisy.labels.forEach((label, i) => {
    const step = (noisy.learntLabels![i] - label + classes) % classes;
    steps.set(step, (steps.get(step) ?? 0) + 1);
  });
  assertEquals(steps.get(0), 3000);
  // Three cells of 1000 expected: chi-square of two degrees of freedom beyond 13.8 has a probability of 0.001.
  const chiSquare = [1, 2, 3].reduce((sum, step) => sum + (steps.get(step)! - 1000) ** 2 / 1000, 0);
  assert(chiSquare < 13.8, `${chiSquare}`);
});

Deno.test("versions go through validation splits and limited sets image by image", () => {
  const version = datasetVersion(data, { imbalance: 2, labelNoise: 0.5 });
  const before = imagesOf(version), { train } = validationSplit(version);
  imagesOf({ ...version, train }).forEach((image, i) => {
    assertEquals(train.learntLabels![i], version.train.learntLabels![before.indexOf(image)]);
  });
});

Deno.test("versions are named by the settings of runs, which find their images again; what changes nothing is not named", async () => {
  const options = { classes, trainImages: 40, testImages: 8, imbalance: 5, labelNoise: 0.25, versionSeed: 3 };
  const version = await loadDataset("synthetic", options),
    plain = await loadDataset("synthetic", {
      ...options,
      imbalance: 1,
      labelNoise: 0,
      versionSeed: undefined,
    });
  assertEquals("options" in plain, false);
  assertEquals("learntLabels" in plain.train, false);
  const sizes = {
    backend: "cpu",
    network: "convnet",
    seeds: 1,
    epochs: 1,
    batchSize: 4,
    temperature: 0.5,
  } as const;
  const [one, other] = [plain, version].map((data) =>
    runsOf({ ...sizes, data: factsOf(data) }, [{ name: "scl" }])[0]
  );
  assertEquals("options" in one.dataset, false);
  assertEquals(other.dataset.options, { trainImages: 40, imbalance: 5, labelNoise: 0.25, versionSeed: 3 });
  assertEquals(other.dataset.trainImages < 40, true);
  assertNotEquals(runHash(one), runHash(other));
  assertEquals(
    datasetLabel(other.dataset),
    "synthetic images, imbalance 5, label noise 0.25, version seed 3",
  );
  assertEquals(optionsOf("mnist", { imbalance: 2, overlap: 1 }), { imbalance: 2 });
  const mnist = await loadDataset("mnist", {
    trainImages: 100,
    testImages: 10,
    imbalance: 10,
    labelNoise: 0.1,
  });
  const [run] = runsOf({ ...sizes, data: factsOf(mnist) }, [{ name: "ucl" }]);
  assertEquals((await runData(run, {}, "test")).digest, mnist.digest);
});

Deno.test("versions refuse what is out of range, and one class", async () => {
  assertThrows(
    () => datasetVersion(data, { imbalance: 0.5 }),
    RangeError,
    "Cannot use imbalance as it must be at least 1",
  );
  assertThrows(
    () => datasetVersion(data, { labelNoise: 1 }),
    RangeError,
    "labelNoise as it must be at least 0 and below 1",
  );
  assertThrows(() => datasetVersion(data, { labelNoise: NaN }), TypeError, "labelNoise");
  assertThrows(() => datasetVersion(data, { versionSeed: 0.5 }), TypeError, "versionSeed");
  assertThrows(() => datasetVersion(data, { noise: 1 } as never), TypeError, 'received "noise"');
  const one = syntheticImages({ classes: 1, trainImages: 4, testImages: 2, height: 8, width: 8 });
  assertThrows(
    () => datasetVersion(one, { labelNoise: 0.5 }),
    RangeError,
    "must have two classes or more: received 1",
  );
  await assertRejects(() => loadDataset("mnist", { imbalance: -1 }), RangeError, "imbalance");
});
