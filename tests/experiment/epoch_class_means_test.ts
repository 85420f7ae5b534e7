// What an epoch says of the class means of its training images.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { initBackend, loadDataset } from "@hscl/hscl";
import { embedImages, factsOf, runExperiment, runsOf } from "@hscl/hscl/experiment";
import { innerClassMean } from "@hscl/hscl/evaluate";
import { collapseGeometry } from "@hscl/hscl/theory";
import { epochClassMeans } from "../../lib/experiment/epoch_class_means.ts";

const of = (values: number[], labels: number[]) => ({
  embeddings: Float32Array.from(values),
  labels: Int32Array.from(labels),
});

Deno.test("means are of the training images, accuracies of both, worked out by hand", () => {
  // Means (½, 0) and (0, 1): the second training image of class 0 is nearer to the other, as is one test image.
  const train = of([1, 0, 0, 0.25, 0, 1], [0, 0, 1]), test = of([1, 0.4, 0.1, 1], [0, 0]);
  const { innerTop1, innerTrainTop1, directions, zeroSum, unitNorm, equalInnerProducts } = epochClassMeans(
    train,
    test,
    { dim: 2, classes: 3 },
  );
  assertEquals(innerTop1, 0.5);
  assertAlmostEquals(innerTrainTop1!, 2 / 3, 1e-12);
  assertEquals(directions, 1);
  assertAlmostEquals(zeroSum!, Math.hypot(0.5, 1.125) / 2, 1e-12);
  assertAlmostEquals(unitNorm!, (1 - Math.hypot(0.5, 0.125)) / 2, 1e-12);
  assertAlmostEquals(equalInnerProducts!, 1 + 0.125 / Math.hypot(0.5, 0.125), 1e-12);
});

Deno.test("what one class leaves open is absent, and points without a direction are no fault", () => {
  const zeros = of([0, 0, 0, 0], [1, 1]);
  assertEquals(Object.keys(epochClassMeans(zeros, zeros, { dim: 2, classes: 2 })), [
    "innerTop1",
    "innerTrainTop1",
    "directions",
    "zeroSum",
    "unitNorm",
  ]);
});

Deno.test("at most 4,096 training images are classified, spread over all", () => {
  // Every other one of 8,192 is classified, all of which are right.
  const count = 8192, labels = Array.from({ length: count }, (_, i) => Math.floor(i / 2) % 2);
  const values = labels.flatMap((label, i) =>
    i % 2 === 0 ? [1 - label, label] : [label, 1 - label].map((x) => x / 2)
  );
  const { innerTrainTop1 } = epochClassMeans(of(values, labels), of([1, 0], [0]), { dim: 2, classes: 2 });
  assertEquals(innerTrainTop1, 1);
});

Deno.test("every epoch of a run says how its class means lie", async () => {
  const { backend } = await initBackend({ backend: "cpu" });
  const data = await loadDataset("synthetic", { trainImages: 20, testImages: 12, height: 8, width: 8 });
  const sizes = { seeds: 1, epochs: 2, batchSize: 10, temperature: 1 };
  const plan = { backend, data: factsOf(data), network: "convnet", ...sizes, embedding: "ball" } as const;
  const [settings] = runsOf(plan, [{ name: "scl" }]), folder = await Deno.makeTempDir();
  const run = await runExperiment(settings, { folder, data });
  const [train, test] = [
    await embedImages(run, data.train, data.shape),
    await embedImages(run, data.test, data.shape),
  ].map(({ embeddings }) => embeddings);
  await Deno.remove(folder, { recursive: true });
  const dim = train.length / 20, asked = { dim, classes: data.classes.length }, last = run.metrics[1];
  const side = (features: Float32Array, labels: Int32Array) => ({ features, labels });
  const training = side(train, data.train.labels);
  assertEquals(
    [last.innerTop1, last.innerTrainTop1],
    [
      innerClassMean(training, side(test, data.test.labels), asked).top1,
      innerClassMean(training, training, asked).top1,
    ],
  );
  const { directions, unitNorm } = collapseGeometry(train, dim, data.train.labels, { normalize: false });
  assertEquals([last.directions, last.unitNorm], [directions, unitNorm]);
  assert(run.metrics.every(({ zeroSum, equalInnerProducts }) => zeroSum! >= 0 && equalInnerProducts! >= 0));
});
