// What a training says of how its embeddings lie, and when it says that they have collapsed.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ImageDataset, initBackend, loadDataset } from "@hscl/hscl";
import { factsOf, readTestEmbeddings, runExperiment, type RunMetrics, runsOf } from "@hscl/hscl/experiment";
import { representationGeometry } from "@hscl/hscl/theory";
import { collapseMessage, epochGeometry } from "../../lib/experiment/epoch_geometry.ts";

const point = { meanCosine: 0.995, effectiveRank: 1.2 }, line = { meanCosine: 0.3, effectiveRank: 1.9 };
const well = { meanCosine: 0.99, effectiveRank: 2 };

Deno.test("a collapse is told of when it has lasted for two epochs, and once", () => {
  assertEquals(collapseMessage([point], 10), undefined);
  assertEquals(collapseMessage([well, point], 10), undefined);
  assertEquals(collapseMessage([point, well], 10), undefined);
  assertEquals(
    collapseMessage([well, point, point], 10),
    "The embeddings have collapsed to a point: their mean cosine is 0.9950, in epoch 3 as in the one before",
  );
  assertEquals(collapseMessage([point, point, point], 10), undefined);
  // Out of it, and in again.
  assert(collapseMessage([point, point, well, line, line], 10) !== undefined);
});

Deno.test("embeddings that come apart have not collapsed yet", () => {
  const start = { meanCosine: 0.998, effectiveRank: 1.1 };
  assertEquals(collapseMessage([start, { ...start, meanCosine: 0.996 }], 10), undefined);
  assertEquals(collapseMessage([start, { ...start, effectiveRank: 1.15 }], 10), undefined);
  assert(collapseMessage([start, { meanCosine: 0.9975, effectiveRank: 1.11 }], 10) !== undefined);
});

Deno.test("few directions are a collapse only where classes need more", () => {
  assertMatch(
    collapseMessage([line, line], 4)!,
    /^The embeddings have collapsed to a line: .* rank is 1\.90, /,
  );
  assertEquals(collapseMessage([line, line], 3), undefined);
  // Just above and below.
  assertEquals(collapseMessage([well, well], 10), undefined);
});

Deno.test("nothing is told of what older runs do not say", () => {
  assertEquals(collapseMessage([{}, {}], 10), undefined);
  assertEquals(collapseMessage([{}, point], 10), undefined);
});

Deno.test("at most 512 images are looked at, spread over all, and what is not known is absent", () => {
  // Of 1024 images every other one is a point, the rest go around the circle.
  const labels = new Int32Array(1024);
  const rows = Float32Array.from({ length: 2048 }, (_, i) => {
    const image = Math.floor(i / 2), angle = image % 2 === 0 ? 0 : image;
    return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
  const { meanCosine, effectiveRank } = epochGeometry(rows, 2, labels);
  assertEquals([meanCosine!.toFixed(6), effectiveRank!.toFixed(6)], ["1.000000", "1.000000"]);
  assertEquals(Object.keys(epochGeometry(Float32Array.of(1, 0), 2, Int32Array.of(3))), ["effectiveRank"]);
});

/** Trains two epochs on images that all look alike, or not. */
async function trained(change: (data: ImageDataset) => ImageDataset) {
  const { backend } = await initBackend({ backend: "cpu" });
  const data = change(
    await loadDataset("synthetic", { trainImages: 20, testImages: 12, height: 8, width: 8 }),
  );
  const sizes = { seeds: 1, epochs: 3, batchSize: 10, temperature: 0.5 };
  const [settings] = runsOf({ backend, data: factsOf(data), network: "convnet", ...sizes }, [{
    name: "scl",
  }]);
  const folder = await Deno.makeTempDir(), told: string[] = [], seen: RunMetrics[] = [];
  const run = await runExperiment(settings, {
    folder,
    data,
    onWarning: (message) => void told.push(message),
    onEpoch: (metrics) => void seen.push(metrics),
  });
  const last = await readTestEmbeddings(run);
  await Deno.remove(folder, { recursive: true });
  return { run, told, seen, last };
}

Deno.test("every epoch of a run says how the test images lie", async () => {
  const { run: { metrics }, told, seen, last: { embeddings, dim, labels } } = await trained((data) => data);
  assertEquals(metrics, seen);
  const { alignment, uniformity, effectiveRank, meanCosine } = metrics.at(-1)!;
  assertEquals(
    { alignment, uniformity, effectiveRank, meanCosine },
    representationGeometry(embeddings, dim, labels),
  );
  assert(metrics.every((each) => each.effectiveRank! >= 1));
  assertEquals(told, []);
});

Deno.test("a training on images that all look alike is told to have collapsed", async () => {
  const { told } = await trained((data) => {
    for (const set of [data.train, data.test]) set.images.fill(128);
    return { ...data, digest: "alike" };
  });
  assertEquals(told, [
    "The embeddings have collapsed to a point: their mean cosine is 1.0000, in epoch 2 as in the one before",
  ]);
});
