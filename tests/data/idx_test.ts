import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError, loadDataset } from "@hscl/hscl";
import { channelStatistics, dataSets, loadIdx } from "@hscl/hscl/data";
import { gzipped, idxFile } from "./idx_file.ts";
import { type Files, inFolder } from "./image_files.ts";

const counting = (length: number, step = 1) => Uint8Array.from({ length }, (_, i) => i * step);
const right: Files = {
  "train-images-idx3-ubyte": idxFile([4, 3, 2], counting(24, 7)),
  "train-labels-idx1-ubyte": idxFile([4], [3, 9, 3, 5]),
  "t10k-images-idx3-ubyte": idxFile([2, 3, 2], counting(12, 20)),
  "t10k-labels-idx1-ubyte": idxFile([2], [9, 3]),
};

/** Runs `check` on a folder with a small right data set in which `changes` replaces or, `undefined`, removes files. */
function inSet(changes: Record<string, Uint8Array | undefined>, check: (folder: string) => Promise<unknown>) {
  const files = Object.entries({ ...right, ...changes }).filter(([, file]) => file !== undefined);
  return inFolder(Object.fromEntries(files) as Files, check);
}

async function refusal(dataDir: string): Promise<string> {
  const { message } = await assertRejects(() => loadIdx({ dataDir }), DataError);
  assertEquals(message.includes("\n"), false);
  return message;
}

Deno.test("IDX: bytes, shapes and labels of both splits, by their values", () =>
  inSet({}, async (dataDir) => {
    const { shape, classes, train, test, statistics, digest } = await loadDataset("idx", { dataDir });
    assertEquals(shape, { height: 3, width: 2, channels: 1 });
    assertEquals([...train.images], [...counting(24, 7)]);
    assertEquals([...test.images], [...counting(12, 20)]);
    assertEquals(classes, ["3", "5", "9"]);
    assertEquals([[...train.labels], [...test.labels]], [[0, 2, 0, 1], [2, 0]]);
    assertEquals(statistics, channelStatistics(train, 1));
    // Packed, with a dot in the names, EMNIST's names: the same images.
    const renamed = Object.entries(right).map(([name, file]) => [name, file as Uint8Array] as const);
    const others: ((name: string) => string)[] = [
      (name) => name.replace("-idx", ".idx"),
      (name) => `emnist-letters-${name.replace("t10k", "test")}`,
    ];
    for (const other of others) {
      const files = await Promise.all(
        renamed.map(async ([name, bytes]) => [`${other(name)}.gz`, await gzipped(bytes)]),
      );
      await inFolder(Object.fromEntries(files), async (dataDir) => {
        assertEquals((await loadIdx({ dataDir })).digest, digest);
      });
    }
  }));

Deno.test("IDX: colours, another size, and few of the images", () =>
  inSet({
    "train-images-idx3-ubyte": idxFile([4, 16, 16, 3], new Uint8Array(4 * 768).fill(60)),
    "t10k-images-idx3-ubyte": idxFile([2, 16, 16, 3], new Uint8Array(2 * 768).fill(80)),
  }, async (dataDir) => {
    const { shape, train, test } = await loadIdx({ dataDir, imageSize: 8, trainImages: 3, testImages: 1 });
    assertEquals(shape, { height: 8, width: 8, channels: 3 });
    assertEquals([train.count, test.count, new Set(train.images)], [3, 1, new Set([60])]);
    await assertRejects(() => loadIdx({ dataDir, imageSize: 7 }), RangeError, "at least 8: received 7");
  }));

Deno.test("IDX: an unpacked file is read instead of a packed one beside it", () =>
  inSet({ "train-labels-idx1-ubyte.gz": new Uint8Array([1, 2, 3]) }, async (dataDir) => {
    assertEquals((await loadIdx({ dataDir })).classes, ["3", "5", "9"]);
    const before = await dataSets.idx.stamp({ dataDir });
    await Deno.utime(`${dataDir}/t10k-labels-idx1-ubyte`, 1, 1);
    assertEquals(await dataSets.idx.stamp({ dataDir }) === before, false);
  }));

Deno.test("IDX refuses what is missing, there twice, or of several data sets", async () => {
  for (const name of Object.keys(right)) {
    await inSet({ [name]: undefined }, async (folder) => {
      const what = name.replace("t10k", "test").split("-").slice(0, 2).join(" ");
      assertStringIncludes(await refusal(folder), `as ${folder} must hold ${what} (give the folder`);
    });
  }
  await inFolder({ "readme.txt": "none" }, async (folder) => {
    assertMatch(await refusal(folder), /received no such file$/);
    assertMatch(await refusal(`${folder}/other`), /other must be a folder .* received none$/);
  });
  const twice = { "train-labels.idx1-ubyte": right["train-labels-idx1-ubyte"] as Uint8Array };
  await inSet(twice, async (folder) => {
    assertMatch(
      await refusal(folder),
      /must hold train labels once: received .*-idx1-ubyte and .*\.idx1-ubyte$/,
    );
  });
  const other = { "emnist-letters-train-labels-idx1-ubyte": twice["train-labels.idx1-ubyte"] };
  await inSet(other, async (folder) => {
    assertMatch(
      await refusal(folder),
      /those of one data set: received those of one without a name, emnist-letters$/,
    );
  });
});

Deno.test("IDX refuses files that are cut, foreign, of other elements or counts, or huge, by name", async () => {
  const images = right["train-images-idx3-ubyte"] as Uint8Array, name = "train-images-idx3-ubyte";
  const cut = await gzipped(images);
  const cases: [string, Uint8Array, RegExp][] = [
    [name, images.subarray(0, 30), /says \[4, 3, 2\] bytes, so that it must have 40: received 30$/],
    [name, Uint8Array.from([...images, 0]), /must have 40: received 41$/],
    [name, new Uint8Array(), /begins with the bytes 00 00 08 .*: received an empty file$/],
    [name, new TextEncoder().encode("<html>"), /received 3c 68 74 6d$/],
    [name, images.subarray(0, 9), /it must have 3 lengths: received a cut file$/],
    [name, images.with(2, 0x0d), /its elements must be bytes: received floating-point numbers of 32 bits$/],
    [name, images.with(4, 255), /at most 1073741824 elements: received \[4278190084, 3, 2\] of them$/],
    [
      name,
      cut.subarray(0, cut.length - 12),
      /it must be a whole file: received .*|must have 40: received \d+$/,
    ],
    [name, await gzipped(images.subarray(0, 30)), /must have 40: received 30$/],
    [name, await gzipped(Uint8Array.from([...images, 0])), /must have 40: received more$/],
    [name, await gzipped(images.with(5, 9)), /says \[589828, 3, 2\] .*: received \d+ bytes packed$/],
    [name, idxFile([4, 3, 2, 2], counting(48)), /with 1 or 3 channels: received \[4, 3, 2, 2\]$/],
    [name, idxFile([4, 6], counting(24)), /its images must be .*: received \[4, 6\]$/],
    [name, idxFile([0, 3, 2], []), /its images must be .*: received \[0, 3, 2\]$/],
    [name, idxFile([3, 3, 2], counting(18)), /one label for each of the 3 images of .*: received 4$/],
    [name, idxFile([4, 2, 3], counting(24)), /must be 2 × 3 × 1 as those of .*: received 3 × 2 × 1$/],
    [
      "train-labels-idx1-ubyte",
      idxFile([2, 2], [1, 2, 3, 4]),
      /labels must have one axis: received \[2, 2\]$/,
    ],
    ["t10k-labels-idx1-ubyte", idxFile([2], [9, 4]), /classes must be among those of .*: received 4$/],
  ];
  for (const [name, bytes, expected] of cases) {
    await inSet({ [name]: bytes }, async (folder) => assertMatch(await refusal(folder), expected));
  }
});
