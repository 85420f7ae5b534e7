import { assertEquals, assertMatch, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError, loadDataset, Random } from "@hscl/hscl";
import { factsOf, groupBySettings, runHash, runsOf } from "@hscl/hscl/experiment";
import { type Cifar100Options, loadCifar100 } from "@hscl/hscl/data";
import { runData } from "../../lib/experiment/run_data.ts";
import { type Files, inFolder } from "./image_files.ts";

const plane = 1024, recordBytes = 3074;
const lines = (count: number, word: string) =>
  Array.from({ length: count }, (_, i) => `${word}_${i}`).join("\n") + "\n\n";

/** Records of these coarse and fine labels with random pixels. */
function records(labels: readonly (readonly [coarse: number, fine: number])[], random: Random): Uint8Array {
  const bytes = Uint8Array.from({ length: labels.length * recordBytes }, () => random.integer(256));
  labels.forEach((label, i) => bytes.set(label, i * recordBytes));
  return bytes;
}

const random = new Random(1).child("cifar100");
const train = records([[0, 99], [19, 3], [7, 50], [0, 0]], random),
  test = records([[19, 3], [2, 98]], random);

/** Runs `check` on a folder with a small right data set in which `changes` replaces files. */
function inSet(changes: Files, check: (folder: string) => Promise<unknown>): Promise<void> {
  return inFolder({
    "train.bin": train,
    "test.bin": test,
    "fine_label_names.txt": lines(100, "fine"),
    "coarse_label_names.txt": lines(20, "coarse"),
    ...changes,
  }, check);
}

async function refusal(options: Cifar100Options): Promise<string> {
  const { message } = await assertRejects(() => loadCifar100(options), DataError);
  assertEquals(message.includes("\n"), false);
  return message;
}

Deno.test("CIFAR-100: every byte arrives at its labels, pixel and channel", () =>
  inSet({}, async (dataDir) => {
    const fine = await loadCifar100({ dataDir }),
      coarse = await loadCifar100({ dataDir, labelLevel: "coarse" });
    assertEquals(fine.shape, { height: 32, width: 32, channels: 3 });
    assertEquals([fine.classes.length, fine.classes[99]], [100, "fine_99"]);
    assertEquals([coarse.classes.length, coarse.classes[19]], [20, "coarse_19"]);
    assertEquals([[...fine.train.labels], [...fine.test.labels]], [[99, 3, 50, 0], [3, 98]]);
    assertEquals([[...coarse.train.labels], [...coarse.test.labels]], [[0, 19, 7, 0], [19, 2]]);
    assertEquals(coarse.train.images, fine.train.images);
    for (const [set, raw] of [[fine.train, train], [fine.test, test]] as const) {
      const images = new Uint8Array(set.count * 3 * plane);
      for (let i = 0, at = 0; i < set.count; i++) {
        at += 2;
        for (let c = 0; c < 3; c++) {
          for (let pixel = 0; pixel < plane; pixel++) images[(i * plane + pixel) * 3 + c] = raw[at++];
        }
      }
      assertEquals(set.images, images);
    }
  }));

Deno.test("CIFAR-100: a level of labels other than the usual one is part of a run's settings", () =>
  inSet({}, async (dataDir) => {
    const [fine, coarse] = await Promise.all(
      (["fine", "coarse"] as const).map((labelLevel) => loadDataset("cifar100", { dataDir, labelLevel })),
    );
    assertNotEquals(fine.digest, coarse.digest);
    const sizes = { seeds: 1, epochs: 1, batchSize: 2, temperature: 0.5, network: "convnet" } as const;
    const [one, other] = [fine, coarse].map((data) =>
      runsOf({ backend: "cpu", data: factsOf(data), ...sizes }, [{ name: "scl" }])[0]
    );
    assertEquals("options" in one.dataset, false);
    assertEquals(other.dataset.options, { labelLevel: "coarse" });
    assertNotEquals(runHash(one), runHash(other));
    assertEquals(
      groupBySettings([one, other].map((settings) => ({ settings }))).map(({ label }) => label),
      ["SCL, 4 of cifar100", "SCL, 4 of cifar100, label level coarse"],
    );
    // The settings alone find the images again.
    for (const [settings, data] of [[one, fine], [other, coarse]] as const) {
      assertEquals((await runData(settings, { dataDir }, "test")).digest, data.digest);
    }
  }));

Deno.test("CIFAR-100 is found from the folder above, and needs the names of the chosen level only", () =>
  inSet({ "fine_label_names.txt": "one\n" }, async (folder) => {
    const { digest } = await loadCifar100({ dataDir: folder, labelLevel: "coarse" });
    const parent = await Deno.makeTempDir();
    await Deno.mkdir(`${parent}/cifar-100-binary`);
    for (const name of ["train.bin", "test.bin", "coarse_label_names.txt"]) {
      await Deno.copyFile(`${folder}/${name}`, `${parent}/cifar-100-binary/${name}`);
    }
    assertEquals((await loadCifar100({ dataDir: parent, labelLevel: "coarse" })).digest, digest);
    assertStringIncludes(
      await refusal({ dataDir: parent }),
      `no file ${parent}/cifar-100-binary/fine_label_names.txt`,
    );
    await Deno.remove(parent, { recursive: true });
    assertStringIncludes(await refusal({ dataDir: parent }), `no file ${parent}/train.bin`);
  }));

Deno.test("CIFAR-100 refuses what is cut short, of another set or far too large, by name", async () => {
  const cases: [Files, RegExp][] = [
    [
      { "train.bin": train.subarray(0, 6000) },
      /train\.bin as .* multiple of 3074 bytes .*: received 6000 bytes$/,
    ],
    [{ "test.bin": new Uint8Array() }, /test\.bin as .*: received 0 bytes$/],
    [
      { "train.bin": train.with(recordBytes, 20) },
      /train\.bin as the coarse label of record 1 \(byte 3074\) must be at most 19: received 20$/,
    ],
    [
      { "test.bin": test.with(1, 100) },
      /test\.bin as the fine label of record 0 \(byte 1\) must be at most 99: received 100$/,
    ],
    [
      { "fine_label_names.txt": lines(20, "a") },
      /must name 100 different classes, .*: received 20, 20 of them/,
    ],
  ];
  for (const [changes, expected] of cases) {
    await inSet(changes, async (dataDir) => assertMatch(await refusal({ dataDir }), expected));
  }
  await inSet({}, async (dataDir) => {
    await Deno.truncate(`${dataDir}/train.bin`, 10_000_000 * recordBytes); // takes no place on the disk
    assertMatch(await refusal({ dataDir }), /at most 700000 records: received 10000000$/);
    await assertRejects(
      () => loadCifar100({ dataDir, labelLevel: "middle" as never }),
      RangeError,
      'Cannot use labelLevel as it must be one of fine, coarse: received "middle"',
    );
  });
});
