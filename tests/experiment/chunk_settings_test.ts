// Runs in chunks: settings of their own only where the numbers are.
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { initBackend } from "@hscl/hscl";
import { costWarnings, type Plan, runExperiment, runHash, runsOf } from "@hscl/hscl/experiment";
import { data, plan } from "./tiny.ts";

await initBackend({ backend: "cpu" });
const settingsOf = (change: Partial<Plan>) => runsOf({ ...plan, ...change }, [{ name: "scl" }])[0];

Deno.test("chunks are among the settings of a run where they are smaller than its batches", () => {
  const direct = settingsOf({});
  assert(!("chunkSize" in direct));
  assertEquals(settingsOf({ chunkSize: 6 }).chunkSize, 6);
  assertNotEquals(runHash(settingsOf({ chunkSize: 6 })), runHash(direct));
  for (const chunkSize of [12, 13, 1000]) assertEquals(settingsOf({ chunkSize }), direct);
  // Seven at most of twelve are six and six.
  assertEquals(settingsOf({ chunkSize: 7 }), settingsOf({ chunkSize: 6 }));
  for (const chunkSize of [0, 1]) assertThrows(() => settingsOf({ chunkSize }), RangeError, "chunk size");
});

Deno.test("a run in chunks is trained in chunks, and found again", async () => {
  const folder = await Deno.makeTempDir();
  const direct = await runExperiment(settingsOf({}), { folder, data });
  const chunked = await runExperiment(settingsOf({ chunkSize: 5 }), { folder, data });
  assertEquals(chunked.settings.chunkSize, 4);
  assertNotEquals(chunked.folder, direct.folder);
  const [{ loss }] = chunked.metrics, [expected] = direct.metrics;
  // The network acts item by item: the same but for rounding, which comes first in another order.
  assert(Math.abs(loss - expected.loss) < 1e-4, `${loss} and ${expected.loss}`);
  const again = await runExperiment(settingsOf({ chunkSize: 4 }), { folder, data });
  assertEquals(again, chunked);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what to expect of a large network counts the images of a chunk, and one more pass", () => {
  const large = { ...plan, network: "resnet18", backend: "wasm", batchSize: 4096 } as const;
  const facts = { ...plan.data, shape: { height: 32, width: 32, channels: 3 }, trainImages: 50_000 };
  const warnings = (change: Partial<Plan>) => costWarnings({ ...large, data: facts, ...change }, 1);
  assertEquals(warnings({}), [
    "a batch of 4096 takes ResNet-18 about 164 GB of memory, and WebAssembly has 4: try --chunk 107 or less, or so small a " +
    "--batch-size",
    "ResNet-18 on wasm will take about 5 hours of one core's time; a GPU is the place for it",
  ]);
  assertEquals(warnings({ chunkSize: 64 }), [
    "ResNet-18 on wasm will take about 6 hours of one core's time; a GPU is the place for it",
  ]);
  assertEquals(
    warnings({ chunkSize: 2048, backend: "tensorflow" })[0],
    "a chunk of 2048 takes ResNet-18 about 82 GB of memory",
  );
  assertEquals(warnings({ chunkSize: 5000 }), warnings({}));
  // Half the channels: half the memory, a quarter of the products.
  assertEquals(
    warnings({ chunkSize: 2048, width: 0.5 })[0].slice(0, 45),
    "a chunk of 2048 takes ResNet-18 about 41 GB o",
  );
  assertEquals(
    warnings({ chunkSize: 64, width: 0.5 })[0],
    "ResNet-18 on wasm will take about 2 hours of one core's time; a GPU is the place for it",
  );
});
