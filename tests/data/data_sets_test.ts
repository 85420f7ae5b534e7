// Every data set of the table through the same properties.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError, loadDataset } from "@hscl/hscl";
import { channelStatistics, datasetNames, dataSets, type DatasetSource } from "@hscl/hscl/data";

const sizes = { trainImages: 40, testImages: 20 };

for (const name of datasetNames) {
  const source = dataSets[name] as DatasetSource;

  Deno.test(`${name}: says what it is, and what its images depend on`, async () => {
    assertEquals(datasetNames.filter((other) => dataSets[other].label === source.label), [name]);
    assert("trainImages" in source.options && "testImages" in source.options);
    if (source.folder !== undefined) {
      await assertRejects(() => source.load({}), DataError, "data folder");
      await assertRejects(() => source.stamp({}), DataError, "data folder");
      return;
    }
    assertEquals(await source.stamp(sizes), await source.stamp(sizes));
  });

  Deno.test(`${name}: the same few images each time, whole and of its classes`, async () => {
    if (source.folder !== undefined) return; // its own tests make such a folder
    const data = await loadDataset(name, sizes), again = await loadDataset(name, sizes);
    assertEquals([data.name, data.digest], [name, again.digest]);
    assertEquals([data.train.count, data.test.count], [40, 20]);
    const { height, width, channels } = data.shape;
    for (const { images, labels, count } of [data.train, data.test]) {
      assertEquals([images.length, labels.length], [count * height * width * channels, count]);
      assert(labels.every((label) => label >= 0 && label < data.classes.length));
    }
    const { mean, std } = data.statistics, measured = channelStatistics(data.train, channels);
    assertEquals([mean.length, std.length], [channels, channels]);
    mean.forEach((value, c) => assert(Math.abs(value - measured.mean[c]) < 0.1));
    std.forEach((value, c) => assert(value / measured.std[c] > 0.8 && value / measured.std[c] < 1.25));
  });
}
