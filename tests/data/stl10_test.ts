import { assertEquals, assertMatch, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError, initBackend, loadDataset, Random } from "@hscl/hscl";
import { loadStl10, type Stl10Options, trainingImages } from "@hscl/hscl/data";
import { factsOf, runExperiment, runHash, runsOf } from "@hscl/hscl/experiment";
import { fitImage } from "../../lib/data/fit_image.ts";
import { checkRunSettings } from "../../lib/experiment/check_run_settings.ts";
import { imagesPerEpoch } from "../../lib/experiment/learnt_images.ts";
import { type Files, inFolder } from "./image_files.ts";

const side = 96, recordBytes = 3 * side * side;
const random = new Random(1).child("stl10");
const records = (count: number) =>
  Uint8Array.from({ length: count * recordBytes }, () => random.integer(256));
const right = {
  "train_X.bin": records(4),
  "train_y.bin": Uint8Array.of(10, 1, 3, 1),
  "test_X.bin": records(2),
  "test_y.bin": Uint8Array.of(3, 10),
  "unlabeled_X.bin": records(5),
  "class_names.txt": Array.from({ length: 10 }, (_, i) => `class_${i}`).join("\n") + "\n",
};

function inSet(changes: Files, check: (folder: string) => Promise<unknown>): Promise<void> {
  return inFolder({ ...right, ...changes }, check);
}

async function refusal(options: Stl10Options): Promise<string> {
  const { message } = await assertRejects(() => loadStl10(options), DataError);
  assertEquals(message.includes("\n"), false);
  return message;
}

/** An image of a file as its format is described: planes of red, green and blue, each column by column. */
function naiveImage(file: Uint8Array, index: number): Uint8Array {
  const pixels: number[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let c = 0; c < 3; c++) pixels.push(file[index * recordBytes + c * side * side + x * side + y]);
    }
  }
  return Uint8Array.from(pixels);
}

Deno.test("STL-10: columns become rows, labels begin at 0, and images keep their size at 96", () =>
  inSet({}, async (dataDir) => {
    const { shape, classes, train, test, unlabeled, options } = await loadDataset("stl10", {
      dataDir,
      imageSize: 96,
    });
    assertEquals(shape, { height: 96, width: 96, channels: 3 });
    assertEquals([classes[0], classes[9], unlabeled, options], ["class_0", "class_9", undefined, undefined]);
    assertEquals([[...train.labels], [...test.labels]], [[9, 0, 2, 0], [2, 9]]);
    for (const [set, file] of [[train, right["train_X.bin"]], [test, right["test_X.bin"]]] as const) {
      for (let i = 0; i < set.count; i++) {
        assertEquals(set.images.subarray(i * recordBytes, (i + 1) * recordBytes), naiveImage(file, i));
      }
    }
  }));

Deno.test("STL-10: scaled to 32 × 32 unless another size is asked for; few images are those of all", () =>
  inSet({}, async (dataDir) => {
    const all = await loadStl10({ dataDir }),
      few = await loadStl10({ dataDir, trainImages: 2, testImages: 1 });
    assertEquals(all.shape, { height: 32, width: 32, channels: 3 });
    const size = 32 * 32 * 3,
      expected = [0, 1, 2, 3].map((i) =>
        fitImage({ height: side, width: side, pixels: naiveImage(right["train_X.bin"], i) }, 32, 32).pixels
      );
    expected.forEach((pixels, i) =>
      assertEquals(all.train.images.subarray(i * size, (i + 1) * size), pixels)
    );
    assertEquals([few.train.count, few.test.count], [2, 1]);
    const first = few.train.images.subarray(0, size).join();
    assertEquals(expected.some((pixels) => pixels.join() === first), true);
    assertEquals((await loadStl10({ dataDir, imageSize: 40 })).shape.width, 40);
    await assertRejects(() => loadStl10({ dataDir, trainImages: 5 }), RangeError, "4 images: received 5");
    await assertRejects(() => loadStl10({ dataDir, imageSize: 4 }), RangeError, "at least 8");
  }));

Deno.test("STL-10: images without labels, alone or with the others, and what the settings of a run say of them", () =>
  inSet({}, async (dataDir) => {
    const train = await loadStl10({ dataDir }), both = await loadStl10({ dataDir, trainOn: "both" });
    const some = await loadStl10({ dataDir, trainOn: "unlabeled", unlabeledImages: 3 });
    assertEquals([both.unlabeled!.count, some.unlabeled!.count], [5, 3]);
    assertEquals(new Set([train, both, some].map(({ digest }) => digest)).size, 3);
    assertEquals(trainingImages(train), train.train);
    const learnt = trainingImages(both), size = 32 * 32 * 3;
    assertEquals([learnt.count, [...learnt.labels]], [9, [9, 0, 2, 0, -1, -1, -1, -1, -1]]);
    assertEquals(learnt.images.subarray(0, 4 * size), train.train.images);
    assertEquals(learnt.images.subarray(4 * size), both.unlabeled!.images);
    assertEquals([...trainingImages(some).labels], [-1, -1, -1]);
    const sizes = {
      seeds: 1,
      epochs: 1,
      batchSize: 8,
      temperature: 0.5,
      network: "convnet",
      backend: "cpu",
    } as const;
    const [one] = runsOf({ ...sizes, data: factsOf(train), batchSize: 4 }, [{ name: "ucl" }]);
    const [other] = runsOf({ ...sizes, data: factsOf(both) }, [{ name: "ucl" }]);
    assertEquals("options" in one.dataset, false);
    assertEquals(other.dataset.options, { trainOn: "both", unlabeledImages: 5 });
    assertNotEquals(runHash(one), runHash(other));
    assertEquals([one, other].map(({ dataset }) => imagesPerEpoch(dataset)), [4, 9]);
    assertEquals(imagesPerEpoch(factsOf(some)), 3);
    checkRunSettings(other);
    assertThrows(() => checkRunSettings({ ...other, batchSize: 10 }), RangeError, "at most 9: received 10");
    // A loss that needs labels.
    const refused =
      "Cannot train on images without labels (trainOn both) as the loss must need none, ucl or hucl: received hscl";
    const hscl = { name: "hscl", hardening: { name: "exponential", parameters: { beta: 1 } } } as const;
    const { message } = assertThrows(
      () => runsOf({ ...sizes, data: factsOf(both) }, [{ name: "ucl" }, hscl]),
      Error,
    );
    assertEquals(message, refused);
    assertThrows(() => checkRunSettings({ ...other, loss: { ...hscl, temperature: 0.5 } }), Error, refused);
    await assertRejects(
      () => loadStl10({ dataDir, trainOn: "both", unlabeledImages: 6 }),
      RangeError,
      "stl10 has 5 images without labels: received 6",
    );
    await assertRejects(
      () => loadStl10({ dataDir, trainOn: "all" as never }),
      RangeError,
      "must be one of train, unlabeled, both",
    );
  }));

Deno.test("STL-10: a run learns from images without labels and is evaluated on the others", () =>
  inSet({}, async (dataDir) => {
    await initBackend({ backend: "cpu" });
    const sizes = { dataDir, imageSize: 8, testImages: 2 };
    const data = await loadStl10({ ...sizes, trainOn: "unlabeled" });
    const plan = { backend: "cpu", data: factsOf(data), network: "convnet", size: "small" } as const;
    const sizesOfRuns = { seeds: 1, epochs: 1, batchSize: 5, temperature: 0.5, k: 2 };
    const [settings] = runsOf({ ...plan, ...sizesOfRuns }, [{ name: "ucl" }]);
    const folder = await Deno.makeTempDir(), steps: number[] = [];
    const { metrics } = await runExperiment(settings, {
      folder,
      data,
      onStep: ({ stepsPerEpoch }) => steps.push(stepsPerEpoch),
    });
    // More than the four images that have a label, in one batch.
    assertEquals([metrics.length, steps], [1, [1]]);
    await Deno.remove(folder, { recursive: true });
  }));

Deno.test("STL-10 refuses what is missing, cut short, of other counts or labels, or far too large, by name", async () => {
  for (const name of Object.keys(right)) {
    await inSet({}, async (dataDir) => {
      await Deno.remove(`${dataDir}/${name}`);
      const isNeeded = name !== "unlabeled_X.bin";
      const message = await refusal({ dataDir, trainOn: isNeeded ? "train" : "both" });
      assertMatch(message, new RegExp(`received no file ${dataDir}/${name}$`));
      if (!isNeeded) assertEquals((await loadStl10({ dataDir })).train.count, 4);
    });
  }
  const cases: [Files, RegExp][] = [
    [
      { "train_X.bin": right["train_X.bin"].subarray(0, 30_000) },
      /train_X\.bin as .* multiple of 27648 bytes .*: received 30000 bytes$/,
    ],
    [{ "test_X.bin": new Uint8Array() }, /test_X\.bin as .*: received 0 bytes$/],
    [{ "unlabeled_X.bin": records(1).subarray(1) }, /unlabeled_X\.bin as .*: received 27647 bytes$/],
    [
      { "train_y.bin": Uint8Array.of(1, 2, 3) },
      /train_y\.bin as it must have one byte for each of the 4 images .*: received 3$/,
    ],
    [{ "test_y.bin": Uint8Array.of(3, 0) }, /test_y\.bin as label 1 must be from 1 to 10: received 0$/],
    [
      { "train_y.bin": Uint8Array.of(11, 1, 1, 1) },
      /train_y\.bin as label 0 must be from 1 to 10: received 11$/,
    ],
    [
      { "class_names.txt": "airplane\n" },
      /must name 10 different classes, .*: received 1, 1 of them different$/,
    ],
  ];
  for (const [changes, expected] of cases) {
    await inSet(
      changes,
      async (dataDir) => assertMatch(await refusal({ dataDir, trainOn: "both" }), expected),
    );
  }
  await inSet({}, async (dataDir) => {
    await Deno.truncate(`${dataDir}/test_X.bin`, 10_000_000 * recordBytes); // takes no place on the disk
    assertMatch(await refusal({ dataDir }), /must have at most 200000 images: received 10000000$/);
  });
});
