import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../lib/data/data_error.ts";
import { type DatasetName, datasetNames, loadDataset } from "../../lib/data/mod.ts";

Deno.test("loadDataset passes names and options on", async () => {
  const mnist = await loadDataset("mnist", {
    trainImages: 30,
    testImages: 20,
    overlap: 1,
    dataDir: "unused",
  });
  assertEquals([mnist.name, mnist.train.count, mnist.test.count], ["mnist", 30, 20]);
  const synthetic = await loadDataset("synthetic", {
    trainImages: 4,
    testImages: 2,
    classes: 2,
    channels: 3,
  });
  assertEquals([synthetic.name, synthetic.classes.length, synthetic.shape.channels], ["synthetic", 2, 3]);
  await assertRejects(() => loadDataset("cifar10"), DataError, "--data DIR");
});

Deno.test("loadDataset refuses unknown names", async () => {
  await assertRejects(
    () => loadDataset("cifar1000" as DatasetName),
    RangeError,
    `must be one of ${datasetNames.join(", ")}: received "cifar1000"`,
  );
});
