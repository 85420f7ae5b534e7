import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { Random } from "@hscl/hscl";
import { loadCifar10 } from "../../lib/data/cifar10.ts";
import { DataError } from "../../lib/data/data_error.ts";

const plane = 1024, recordBytes = 3073;
const names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/** A record whose pixel `i` is `(i + label, i + label + 1, i + label + 2) mod 256`. */
function record(label: number): Uint8Array {
  const bytes = new Uint8Array(recordBytes);
  bytes[0] = label;
  for (let c = 0; c < 3; c++) for (let i = 0; i < plane; i++) bytes[1 + c * plane + i] = i + label + c;
  return bytes;
}

function records(...labels: number[]): Uint8Array {
  const bytes = new Uint8Array(labels.length * recordBytes);
  labels.forEach((label, i) => bytes.set(record(label), i * recordBytes));
  return bytes;
}

type Files = Record<string, Uint8Array | undefined>;

const text = (content: string) => new TextEncoder().encode(content);

/** Runs `check` on a folder with a small right data set in which `changes` replaces (or, `undefined`, removes) files. */
async function inFolder(changes: Files, check: (folder: string) => Promise<unknown>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const files: Files = {
      "data_batch_1.bin": records(3, 9),
      "test_batch.bin": records(0, 5),
      "batches.meta.txt": text(names.join("\n") + "\n\n"),
      ...changes,
    };
    for (const [name, bytes] of Object.entries(files)) {
      if (bytes) await Deno.writeFile(`${folder}/${name}`, bytes);
    }
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function refusal(dataDir?: string): Promise<string> {
  return (await assertRejects(() => loadCifar10({ dataDir }), DataError)).message;
}

Deno.test("CIFAR-10 planes become channels-last pixels", () =>
  inFolder({}, async (dataDir) => {
    const { shape, classes, train, test } = await loadCifar10({ dataDir });
    assertEquals(shape, { height: 32, width: 32, channels: 3 });
    assertEquals(classes, names);
    assertEquals([train.count, test.count], [2, 2]);
    assertEquals([[...train.labels], [...test.labels]], [[3, 9], [0, 5]]);
    assertEquals(train.images.length, 2 * 3 * plane);
    for (const i of [0, 1, 31, 32, 500, 1023]) {
      const expected = [0, 1, 2].map((c) => (i + 9 + c) % 256);
      assertEquals([...train.images.subarray(3 * (plane + i), 3 * (plane + i) + 3)], expected);
    }
  }));

Deno.test("CIFAR-10: every byte of random records arrives at its label, pixel and channel", () => {
  const random = new Random(1).child("records"), batches = [60, 40], tests = 20;
  const randomRecords = (count: number) => {
    const bytes = Uint8Array.from({ length: count * recordBytes }, () => random.integer(256));
    for (let i = 0; i < count; i++) bytes[i * recordBytes] = random.integer(10);
    return bytes;
  };
  const [first, second, test] = [...batches, tests].map(randomRecords);
  const files = { "data_batch_1.bin": first, "data_batch_2.bin": second, "test_batch.bin": test };
  return inFolder(files, async (dataDir) => {
    const data = await loadCifar10({ dataDir });
    for (
      const [set, raw] of [[data.train, Uint8Array.from([...first, ...second])], [data.test, test]] as const
    ) {
      assertEquals(set.count, raw.length / recordBytes);
      const labels = new Int32Array(set.count), images = new Uint8Array(set.count * 3 * plane);
      for (let i = 0, at = 0; i < set.count; i++) {
        labels[i] = raw[at++];
        for (let c = 0; c < 3; c++) {
          for (let pixel = 0; pixel < plane; pixel++) images[(i * plane + pixel) * 3 + c] = raw[at++];
        }
      }
      assert([...labels].some((label) => label !== labels[0]));
      assertEquals(set.labels, labels);
      assertEquals(set.images.findIndex((byte, i) => byte !== images[i]), -1);
      assertEquals(set.images.length, images.length);
    }
  });
});

Deno.test("CIFAR-10 takes any number of batches, in the order of their numbers", () =>
  inFolder({ "data_batch_10.bin": records(7), "data_batch_2.bin": records(1, 2, 3) }, async (dataDir) => {
    assertEquals([...(await loadCifar10({ dataDir })).train.labels], [3, 9, 1, 2, 3, 7]);
    const limited = await loadCifar10({ dataDir, trainImages: 4, testImages: 1 });
    assertEquals([limited.train.count, limited.test.count], [4, 1]);
    await assertRejects(() => loadCifar10({ dataDir, trainImages: 7 }), RangeError, "6 images: received 7");
  }));

Deno.test("CIFAR-10 is found from the folder above and with a slash at the end", () =>
  inFolder({}, async (folder) => {
    const { digest } = await loadCifar10({ dataDir: `${folder}/` });
    const parent = await Deno.makeTempDir();
    await Deno.mkdir(`${parent}/cifar-10-batches-bin`);
    for (const { name } of Deno.readDirSync(folder)) {
      await Deno.copyFile(`${folder}/${name}`, `${parent}/cifar-10-batches-bin/${name}`);
    }
    assertEquals((await loadCifar10({ dataDir: parent })).digest, digest);
    await Deno.remove(`${parent}/cifar-10-batches-bin/test_batch.bin`);
    assertStringIncludes(await refusal(parent), `no file ${parent}/cifar-10-batches-bin/test_batch.bin`);
    await Deno.remove(parent, { recursive: true });
  }));

Deno.test("CIFAR-10 without a data folder says how to get it", async () => {
  const message = await refusal();
  assertStringIncludes(message, "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
  assertStringIncludes(message, "--data DIR");
});

Deno.test("CIFAR-10 refuses missing folders and files by name", async () => {
  assertStringIncludes(await refusal("/no/such/folder"), "received no file /no/such/folder");
  const missing = ["data_batch_1.bin", "test_batch.bin", "batches.meta.txt"];
  for (const name of missing) {
    await inFolder({ [name]: undefined }, async (folder) => {
      assertStringIncludes(await refusal(folder), `received no file ${folder}/${name}`);
    });
  }
  await inFolder({}, async (folder) => {
    assertStringIncludes(await refusal(`${folder}/test_batch.bin`), "Cannot read CIFAR-10 as");
    await Deno.remove(`${folder}/data_batch_1.bin`);
    await Deno.mkdir(`${folder}/data_batch_1.bin`);
    assertStringIncludes(await refusal(folder), `received no file ${folder}/data_batch_1.bin`);
  });
});

Deno.test("CIFAR-10 refuses truncated and empty files with the size found", async () => {
  for (const name of ["data_batch_1.bin", "test_batch.bin"]) {
    await inFolder({ [name]: records(1, 2).subarray(0, 6000) }, async (folder) => {
      assertMatch(
        await refusal(folder),
        new RegExp(`^Cannot read ${folder}/${name} as .* multiple of 3073 bytes .*: received 6000 bytes$`),
      );
    });
    await inFolder({ [name]: new Uint8Array(0) }, async (folder) => {
      assertMatch(await refusal(folder), new RegExp(`${name} as .*: received 0 bytes$`));
    });
  }
});

Deno.test("CIFAR-10 refuses labels and class lists of another data set", async () => {
  await inFolder({ "data_batch_2.bin": records(0, 9, 10) }, async (folder) => {
    assertEquals(
      await refusal(folder),
      `Cannot read ${folder}/data_batch_2.bin as the label of record 2 (byte 6146) must be at most 9: received 10`,
    );
  });
  await inFolder({ "batches.meta.txt": text("apple\nbear\n") }, async (folder) => {
    assertMatch(
      await refusal(folder),
      /batches\.meta\.txt as it must name 10 different classes, .*: received 2, 2 of them different$/,
    );
  });
  await inFolder({ "batches.meta.txt": text(names.with(3, "dog").join("\n")) }, async (folder) => {
    assertMatch(await refusal(folder), /received 10, 9 of them different$/);
  });
  for (
    const bytes of [
      text(names.with(3, "c\0t").join("\n")),
      Uint8Array.from([...text(names.join("\n")), 0xff]),
    ]
  ) {
    await inFolder({ "batches.meta.txt": bytes }, async (folder) => {
      assertMatch(await refusal(folder), /received "(c\\u0000t|truck\uFFFD)"$/);
    });
  }
});

Deno.test("CIFAR-10 refuses files that are far too large before it reads them", async () => {
  for (
    const [name, bytes] of [["data_batch_1.bin", 10_000_000 * recordBytes], [
      "batches.meta.txt",
      2 ** 36,
    ]] as const
  ) {
    await inFolder({}, async (folder) => {
      await Deno.truncate(`${folder}/${name}`, bytes); // takes no place on the disk
      const message = await refusal(folder);
      assertMatch(message, /at most 700000 records: received 10000000$|received 68719476736 bytes$/);
      assertStringIncludes(message, `${folder}/${name}`);
    });
  }
});

Deno.test("CIFAR-10 refuses batches whose names differ from the original's, which may be one batch twice", async () => {
  const others = [
    "data_batch_01.bin",
    "data_batch_0.bin",
    "data_batch_1e1.bin",
    "data_batch_.bin",
    "data_batch_1 (2).bin",
  ];
  for (const name of [...others, "DATA_BATCH_2.BIN"]) {
    await inFolder({ [name]: records(3) }, async (folder) => {
      assertEquals(
        await refusal(folder),
        `Cannot read CIFAR-10 as every batch in ${folder} must be called like data_batch_1.bin: received ${name}`,
      );
    });
  }
});

Deno.test("CIFAR-10 refuses a folder that is no text", async () => {
  for (const dataDir of [3, {}, ["a"], true, null]) {
    await assertRejects(
      () => loadCifar10({ dataDir: dataDir as never }),
      TypeError,
      "Cannot use dataDir as it must be text, the path of a folder: received",
    );
  }
});
