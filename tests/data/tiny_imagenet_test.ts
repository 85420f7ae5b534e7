import { assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { DataError, loadDataset } from "@hscl/hscl";
import { dataSets, loadTinyImageNet } from "@hscl/hscl/data";
import { decodeImage } from "../../lib/data/decode_image.ts";
import { fitImage } from "../../lib/data/fit_image.ts";
import { type Files, inFolder } from "./image_files.ts";

const [colors, grey] = await Promise.all(
  ["baseline.jpg", "grey.jpg"].map((name) => Deno.readFile(new URL(`./images/${name}`, import.meta.url))),
);
const right: Files = {
  "wnids.txt": "n00000002\nn00000001\nn00000003\n",
  "words.txt":
    "n00000001\tcrane, a bird\nn00000002\tgoldfish, Carassius auratus\nn00000003\tcrane\nn00000009\tother\n",
  "train/n00000001/images/n00000001_0.JPEG": colors,
  "train/n00000001/images/n00000001_1.JPEG": grey,
  "train/n00000001/n00000001_boxes.txt": "n00000001_0.JPEG\t0\t0\t1\t1\n",
  "train/n00000002/images/n00000002_0.JPEG": grey,
  "train/n00000003/images/n00000003_0.JPEG": colors,
  "val/val_annotations.txt": "val_0.JPEG\tn00000003\t0\t0\t9\t9\nval_1.JPEG\tn00000002\t0\t0\t9\t9\n",
  "val/images/val_0.JPEG": grey,
  "val/images/val_1.JPEG": colors,
  "test/images/test_0.JPEG": grey,
};

function inSet(
  changes: Record<string, string | Uint8Array | undefined>,
  check: (folder: string) => Promise<unknown>,
) {
  const files = Object.entries({ ...right, ...changes }).filter(([, file]) => file !== undefined);
  return inFolder(Object.fromEntries(files) as Files, check);
}

async function refusal(dataDir: string): Promise<string> {
  const { message } = await assertRejects(() => loadTinyImageNet({ dataDir }), DataError);
  assertEquals(message.includes("\n"), false);
  return message;
}

Deno.test("Tiny ImageNet: classes in the order of their list, images of both splits, grey ones in colours", () =>
  inSet({}, async (dataDir) => {
    const { shape, classes, train, test } = await loadDataset("tiny-imagenet", { dataDir });
    assertEquals(shape, { height: 64, width: 64, channels: 3 });
    assertEquals(classes, ["goldfish", "crane (n00000001)", "crane (n00000003)"]);
    assertEquals([[...train.labels], [...test.labels]], [[0, 1, 1, 2], [2, 0]]);
    const size = 64 * 64 * 3;
    const [inColors, inGrey] = await Promise.all(
      [colors, grey].map(async (bytes) => fitImage(await decodeImage(bytes), 64, 64).pixels),
    );
    for (
      const [set, expected] of [[train, [inGrey, inColors, inGrey, inColors]], [test, [
        inGrey,
        inColors,
      ]]] as const
    ) {
      expected.forEach((pixels, i) => assertEquals(set.images.subarray(i * size, (i + 1) * size), pixels));
    }
    const few = await loadTinyImageNet({ dataDir, imageSize: 8, trainImages: 2, testImages: 1 });
    assertEquals([few.shape.width, few.train.count, few.test.count], [8, 2, 1]);
    await assertRejects(
      () => loadTinyImageNet({ dataDir, trainImages: 9 }),
      RangeError,
      "4 images: received 9",
    );
    const stamp = await dataSets["tiny-imagenet"].stamp({ dataDir });
    await Deno.writeTextFile(
      `${dataDir}/val/val_annotations.txt`,
      "val_0.JPEG\tn00000002\nval_1.JPEG\tn00000002\n",
    );
    assertNotEquals(await dataSets["tiny-imagenet"].stamp({ dataDir }), stamp);
  }));

Deno.test("Tiny ImageNet is found from the folder above", () =>
  inFolder(
    Object.fromEntries(Object.entries(right).map(([name, file]) => [`tiny-imagenet-200/${name}`, file])),
    async (dataDir) => {
      assertEquals((await loadTinyImageNet({ dataDir, imageSize: 8 })).train.count, 4);
      await Deno.remove(`${dataDir}/tiny-imagenet-200/words.txt`);
      assertMatch(await refusal(dataDir), /received no file .*\/tiny-imagenet-200\/words\.txt$/);
    },
  ));

Deno.test("Tiny ImageNet refuses lists and images that are missing, damaged or lead out of the folder, by name", async () => {
  const list = "val/val_annotations.txt";
  const cases: [Record<string, string | Uint8Array | undefined>, RegExp][] = [
    [{ "wnids.txt": undefined }, /received no file .*\/wnids\.txt$/],
    [{ [list]: undefined }, /received no file .*\/val\/val_annotations\.txt$/],
    [
      { "wnids.txt": "n00000001\n../../etc\n" },
      /wnids\.txt as it must hold names such as n01443537: received "\.\.\/\.\.\/etc"$/,
    ],
    [{ "wnids.txt": "n00000001\nn00000001\n" }, /each class once: received n00000001 again$/],
    [{ "wnids.txt": "n00000001\n" }, /two classes or more, one per line: received 1$/],
    [{ "wnids.txt": Uint8Array.of(255, 254, 10) }, /wnids\.txt as it must be a text: received other bytes$/],
    [
      { "words.txt": "n00000001\tcrane\nn00000003\tcrane\n" },
      /words\.txt as it must name n00000002, after a tab: received "none"$/,
    ],
    [
      { "words.txt": "n00000001\tcrane\nn00000003\tcrane\nn00000002\tgold\u0007\n" },
      /must name n00000002, .*received "gold/,
    ],
    [
      { "train/n00000002/images/n00000002_0.JPEG": undefined },
      /train\/n00000002\/images as it must be a folder .*: received none$/,
    ],
    [
      { [list]: "../../val_0.JPEG\tn00000001\n" },
      /the name of an image such as val_0\.JPEG: received "\.\.\/\.\.\/val_0\.JPEG"$/,
    ],
    [{ [list]: "val_0.JPEG n00000001\n" }, /received "val_0\.JPEG n00000001"$/],
    [
      { [list]: "val_0.JPEG\tn00000009\n" },
      /the class of val_0\.JPEG must be one of wnids\.txt: received "n00000009"$/,
    ],
    [
      { [list]: "val_0.JPEG\tn00000001\nval_0.JPEG\tn00000001\n" },
      /each image once: received val_0\.JPEG again$/,
    ],
    [{ [list]: "\n" }, /it must hold images: received none$/],
    [
      { [list]: "val_7.JPEG\tn00000001\n" },
      /each image must be there: received none at .*\/val\/images\/val_7\.JPEG$/,
    ],
    [
      { "val/images/val_1.JPEG": colors.subarray(0, 200) },
      /val_1\.JPEG as it must be a PNG, JPEG or WebP image: received a JPEG/,
    ],
    [
      { "val/images/val_1.JPEG": "<html>" },
      /val_1\.JPEG as .*: received a file that begins with the bytes 3c 68 74 6d$/,
    ],
  ];
  for (const [changes, expected] of cases) {
    await inSet(changes, async (dataDir) => {
      assertMatch(await refusal(dataDir), expected);
    });
  }
  await inSet({}, async (dataDir) => {
    await Deno.truncate(`${dataDir}/words.txt`, 2 ** 36); // takes no place on the disk
    assertMatch(
      await refusal(dataDir),
      /words\.txt as it must have at most 20000000 bytes: received 68719476736$/,
    );
  });
});
