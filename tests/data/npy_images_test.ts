// Images and labels that are arrays of NumPy: in .npy files, and in the .npz files of MedMNIST.
import { assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { DataError, loadDataset } from "@hscl/hscl";
import { channelStatistics, loadMedMnist, loadNpy } from "@hscl/hscl/data";
import { factsOf, runsOf } from "@hscl/hscl/experiment";
import { runData } from "../../lib/experiment/run_data.ts";
import { type Files, inFolder } from "./image_files.ts";
import { bytesOf, npyFile } from "./npy_file.ts";
import { zipFile, type ZipMember } from "./zip_file.ts";

const counting = (length: number, step = 1) => Uint8Array.from({ length }, (_, i) => i * step);
const images = (shape: readonly number[], step = 1) =>
  npyFile({ descr: "|u1", shape, data: counting(shape.reduce((a, b) => a * b, 1), step) });
const labels = (values: readonly number[], column = false) =>
  npyFile({
    descr: "<i8",
    shape: column ? [values.length, 1] : [values.length],
    data: bytesOf(BigInt64Array.from(values, BigInt)),
  });
const arrays: Record<string, Uint8Array> = {
  train_images: images([4, 3, 2, 3]),
  train_labels: labels([-1, 40, 7, 40], true),
  test_images: images([2, 3, 2, 3], 5),
  test_labels: labels([40, 7], true),
};
const right: Files = Object.fromEntries(
  Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes]),
);

async function refusal(load: () => Promise<unknown>): Promise<string> {
  const { message } = await assertRejects(load, DataError);
  assertEquals(message.includes("\n"), false);
  return message;
}

Deno.test(".npy images: bytes, shapes, labels of any range, statistics", () =>
  inFolder(right, async (dataDir) => {
    const { shape, classes, train, test, statistics } = await loadDataset("npy", { dataDir });
    assertEquals(shape, { height: 3, width: 2, channels: 3 });
    assertEquals([[...train.images], [...test.images]], [[...counting(72)], [...counting(36, 5)]]);
    assertEquals(classes, ["-1", "7", "40"]);
    assertEquals([[...train.labels], [...test.labels]], [[0, 2, 1, 2], [2, 1]]);
    assertEquals(statistics, channelStatistics(train, 3));
    const small = await loadNpy({ dataDir, imageSize: 8, trainImages: 3 });
    assertEquals([small.shape, small.train.count], [{ height: 8, width: 8, channels: 3 }, 3]);
  }));

Deno.test(".npy images: numbers from 0 to 1 in any byte order and order of axes", async () => {
  const values = [0, 0.25, 0.5, 1, 0.1, 0.998], data = Float32Array.from(values);
  const expected = [0, 64, 128, 255, 26, 254];
  const given = {
    f4: npyFile({ descr: "<f4", shape: [2, 3, 1], data: bytesOf(data) }),
    f8: npyFile({ descr: ">f8", shape: [2, 3, 1], data: bigEndian(values) }),
    // Column by column.
    fortran: npyFile({
      descr: "<f4",
      fortranOrder: true,
      shape: [2, 3, 1],
      data: bytesOf(Float32Array.from([0, 3, 1, 4, 2, 5].map((i) => values[i]))),
    }),
  };
  await Promise.all(
    Object.entries(given).map(([, bytes]) =>
      inFolder({
        ...right,
        "train_images.npy": bytes,
        "train_labels.npy": labels([7, 40]),
        "test_images.npy": bytes,
      }, async (dataDir) => {
        assertEquals([...(await loadNpy({ dataDir })).train.images], expected);
      })
    ),
  );
});

function bigEndian(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => view.setFloat64(8 * i, value));
  return new Uint8Array(view.buffer);
}

Deno.test(".npy images: a fifth of each class of one array is for testing, the same every time", () => {
  const own: number[] = Array.from({ length: 20 }, (_, i) => i < 15 ? 3 : 8);
  const files = { "images.npy": images([20, 1, 1], 12), "labels.npy": labels(own) };
  return inFolder(files, async (dataDir) => {
    const { train, test, digest, classes } = await loadNpy({ dataDir });
    assertEquals([classes, train.count, test.count], [["3", "8"], 16, 4]);
    assertEquals([...test.labels], [0, 0, 0, 1]);
    assertEquals([...train.images, ...test.images].sort((a, b) => a - b), [...counting(20, 12)]);
    assertEquals((await loadNpy({ dataDir })).digest, digest);
    await Deno.writeFile(`${dataDir}/labels.npy`, labels(own.with(0, 5)));
    assertMatch(
      await refusal(() => loadNpy({ dataDir })),
      /a class must have two images, .*: received one of class 5$/,
    );
    await Deno.writeFile(`${dataDir}/labels.npy`, labels([1, 2]));
    assertMatch(
      await refusal(() => loadNpy({ dataDir })),
      /one label for each of the 20 images .*: received 2$/,
    );
  });
});

Deno.test(".npy images refuse missing files, other elements, axes and counts, by name", async () => {
  for (const name of Object.keys(right).filter((name) => name !== "train_images.npy")) {
    await inFolder(right, async (dataDir) => {
      await Deno.remove(`${dataDir}/${name}`);
      assertMatch(
        await refusal(() => loadNpy({ dataDir })),
        new RegExp(`received no file ${dataDir}/${name}$`),
      );
    });
  }
  const huge = "{'descr': '|u1', 'fortran_order': False, 'shape': (1099511627776, 3, 2), }";
  const cases: [string, Uint8Array, RegExp][] = [
    ["images.npy", images([2, 1, 1]), /must hold images\.npy or train_images\.npy: received both$/],
    ["train_images.npy", arrays.train_images.subarray(0, 150), /must have 200 bytes: received 150$/],
    ["train_images.npy", new Uint8Array(), /must be a \.npy file: received an empty file$/],
    ["train_images.npy", npyFile({ header: huge }), /elements of 1 bytes, so that it must have \d+ bytes/],
    ["train_images.npy", images([4, 6]), /its images must be \[count, .*: received \[4, 6\]$/],
    ["train_images.npy", images([4, 3, 2, 4]), /1 or 3 channels: received \[4, 3, 2, 4\]$/],
    ["train_images.npy", images([3, 3, 2, 3]), /for each of the 3 images of .*: received 4$/],
    ["train_images.npy", images([4, 2, 3, 3]), /must be 2 × 3 × 3 as those of .*: received 3 × 2 × 3$/],
    [
      "train_images.npy",
      npyFile({ descr: "<f4", shape: [1, 1, 1], data: bytesOf(Float32Array.of(37)) }),
      /must be from 0 \(black\) to 1 \(white\): received 37$/,
    ],
    [
      "train_images.npy",
      npyFile({ descr: "<f4", shape: [1, 1, 1], data: bytesOf(Float32Array.of(NaN)) }),
      /received NaN$/,
    ],
    [
      "train_images.npy",
      npyFile({ descr: "<i4", shape: [1, 1, 1], data: new Uint8Array(4) }),
      /must be uint8, .*: received i4$/,
    ],
    ["test_labels.npy", labels([40, 8], true), /classes must be among those of .*: received 8$/],
    [
      "train_labels.npy",
      npyFile({ descr: "|u1", shape: [4, 2], data: counting(8) }),
      /one integer per image, .*: received \[4, 2\]$/,
    ],
    [
      "train_labels.npy",
      npyFile({ descr: "<f8", shape: [4], data: new Uint8Array(32) }),
      /labels must be integers: received f8$/,
    ],
    [
      "train_labels.npy",
      npyFile({ descr: "<u8", shape: [1], data: new Uint8Array(8).fill(255) }),
      /within ±\(2\^53 − 1\): received 18446744073709551615$/,
    ],
  ];
  for (const [name, bytes, expected] of cases) {
    await inFolder({ ...right, [name]: bytes }, async (dataDir) => {
      const message = await refusal(() => loadNpy({ dataDir }));
      assertMatch(message, expected);
      assertMatch(message, new RegExp(`Cannot read ${dataDir}`));
    });
  }
});

const members = (changes: Record<string, Uint8Array> = {}): ZipMember[] =>
  Object.entries({ ...arrays, val_images: images([1, 3, 2, 3]), ...changes }).map(([name, data]) => ({
    name: `${name}.npy`,
    data,
  }));

Deno.test("MedMNIST: the arrays of a .npz file, which the settings of a run name", () =>
  inFolder({ "pathmnist.npz": zipFile(members()), "notes.txt": "" }, async (dataDir) => {
    const data = await loadDataset("medmnist", { dataDir });
    assertEquals([[...data.train.images], [...data.test.images]], [[...counting(72)], [...counting(36, 5)]]);
    assertEquals([data.classes, [...data.test.labels]], [["-1", "7", "40"], [2, 1]]);
    const plan = {
      backend: "cpu",
      data: factsOf(data),
      network: "convnet",
      seeds: 1,
      epochs: 1,
      batchSize: 2,
      temperature: 1,
    } as const;
    const [settings] = runsOf(plan, [{ name: "scl" }]);
    assertEquals(settings.dataset.options, { subset: "pathmnist" });
    const other = zipFile(members({ train_images: images([4, 3, 2, 3], 3) }));
    await Deno.writeFile(`${dataDir}/bloodmnist.npz`, other);
    assertEquals((await runData(settings, { dataDir }, "test")).digest, data.digest);
    assertNotEquals((await loadMedMnist({ dataDir, subset: "bloodmnist" })).digest, data.digest);
    assertMatch(
      await refusal(() => loadMedMnist({ dataDir })),
      /one \.npz file, or one that --subset NAME .*: received bloodmnist\.npz, pathmnist\.npz$/,
    );
    assertMatch(
      await refusal(() => loadMedMnist({ dataDir, subset: "chestmnist" })),
      /must hold chestmnist\.npz .*: received bloodmnist\.npz, pathmnist\.npz$/,
    );
  }));

Deno.test("MedMNIST refuses archives that are cut, foreign, packed otherwise or say too much, by name", async () => {
  const whole = zipFile(members()), name = "set.npz";
  const says = (size: number): ZipMember[] =>
    members().map((member) =>
      member.name === "train_images.npy"
        ? {
          name: member.name,
          data: npyFile({ descr: "|u1", shape: [size, 1, 1] }),
          size: size + 128,
        }
        : member
    );
  const cases: [Uint8Array, RegExp][] = [
    [whole.subarray(0, whole.length - 30), /must be a whole \.npz file: received .*bytes\)$/],
    [new TextEncoder().encode("PK and nothing else"), /must be a whole \.npz file: received /],
    [new TextEncoder().encode("<html>"), /received /],
    [zipFile(members().slice(0, 3)), /must hold an array called test_labels: received /],
    [
      zipFile(says(2 ** 31)),
      /must take at most a gibibyte: received \[2147483648, 1, 1\] of u1|must be a whole \.npz file/,
    ],
    [
      zipFile(members({ train_labels: npyFile({ descr: "|u1", shape: [4, 14], data: counting(56) }) })),
      /one integer per image/,
    ],
    [zipFile([...members(), ...members()]), /two arrays called train_images/],
    [zipFile(members().map((member) => ({ ...member, crc: 5 }))), /another checksum than when it was packed/],
  ];
  for (const [bytes, expected] of cases) {
    await inFolder({ [name]: bytes }, async (dataDir) => {
      const message = await refusal(() => loadMedMnist({ dataDir }));
      assertMatch(message, expected);
      assertMatch(message, new RegExp(`${dataDir}/set\\.npz`));
    });
  }
});
