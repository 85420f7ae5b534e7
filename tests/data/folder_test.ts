import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError, loadDataset, readImages } from "@hscl/hscl";
import { channelStatistics, dataSets, loadFolder } from "@hscl/hscl/data";
import { type Files, inFolder, png, series, writeFiles } from "./image_files.ts";

const two: Files = { ...series("cats", 10, 100), ...series("dogs", 5, 200) };

/** Shade of each image, which its last pixel has. */
const shades = (images: Uint8Array, size = 64) =>
  Array.from({ length: images.length / size }, (_, i) => images[(i + 1) * size - 1]);

async function refusal(dataDir: string): Promise<string> {
  const { message } = await assertRejects(() => loadFolder({ dataDir }), DataError);
  assert(!message.includes("\n"));
  return message.replaceAll(dataDir, "DIR");
}

Deno.test("a fifth of each class is for testing, whatever the order on the disk", () =>
  inFolder(two, async (dataDir) => {
    const data = await loadDataset("folder", { dataDir });
    assertEquals([data.name, data.classes, data.shape], [
      "folder",
      ["cats", "dogs"],
      { height: 8, width: 8, channels: 1 },
    ]);
    assertEquals([...data.train.labels], [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    assertEquals([...data.test.labels], [0, 0, 1]);
    const all = [...shades(data.train.images), ...shades(data.test.images)].sort((a, b) => a - b);
    assertEquals(all, [...Array.from({ length: 10 }, (_, i) => 100 + i), 200, 201, 202, 203, 204]);
    assertEquals(data.statistics, channelStatistics(data.train, 1));
    const reversed = Object.fromEntries(Object.entries(two).reverse());
    await inFolder(reversed, async (other) => {
      assertEquals((await loadFolder({ dataDir: `${other}/` })).digest, data.digest);
    });
    // Another class changes nothing of these.
    await writeFiles(dataDir, series("bats", 5, 50));
    const three = await loadFolder({ dataDir });
    assertEquals(shades(three.test.images).slice(1), shades(data.test.images));
  }));

Deno.test("train and test are taken as they are, and a class may lack test images", () =>
  inFolder(
    { ...series("train/a", 3, 10), ...series("train/b", 2, 20), ...series("test/b", 2, 30) },
    async (dataDir) => {
      const { classes, train, test } = await loadFolder({ dataDir });
      assertEquals([classes, [...train.labels], [...test.labels]], [["a", "b"], [0, 0, 0, 1, 1], [1, 1]]);
      assertEquals([shades(train.images), shades(test.images)], [[10, 11, 12, 20, 21], [30, 31]]);
    },
  ));

Deno.test("classes may be called train and test", () =>
  inFolder(
    { ...series("train", 5, 10), ...series("test", 5, 20), ...series("bus", 5, 30) },
    async (dataDir) => {
      assertEquals((await loadFolder({ dataDir })).classes, ["bus", "test", "train"]);
    },
  ));

Deno.test("folders in those of classes, large letters, links and what systems leave behind are no matter", () =>
  inFolder({
    ...series("a/deep/er", 4, 10),
    "a/x.PNG": { shade: 14 },
    "a/notes.txt": "seen on Monday",
    "a/.hidden.png": "nothing",
    "b/Thumbs.db": "nothing",
    "b/__MACOSX/0.png": "nothing",
    "__MACOSX/b/0.png": "nothing",
    ".cache/0.png": "nothing",
    "README.md": "mine",
  }, (dataDir) =>
    inFolder(series("b", 5, 30), async (elsewhere) => {
      for (let i = 0; i < 5; i++) await Deno.symlink(`${elsewhere}/b/${i}.png`, `${dataDir}/b/${i}.png`);
      await Deno.symlink(`${elsewhere}/b`, `${dataDir}/c`);
      const { classes, train, test } = await loadFolder({ dataDir });
      assertEquals([classes, train.count, test.count], [["a", "b", "c"], 12, 3]);
    })));

Deno.test("images of one small size stay as they are, others become 32 × 32, or a square of a side", () =>
  inFolder(two, async (dataDir) => {
    const sides = async (imageSize?: number) => {
      const { shape: { height, width }, train } = await loadFolder({ dataDir, imageSize });
      assertEquals(train.images.length, train.count * height * width);
      return [height, width];
    };
    assertEquals(await sides(), [8, 8]);
    assertEquals(await sides(12), [12, 12]);
    await writeFiles(dataDir, { "dogs/5.png": { shade: 9, side: 9 } });
    assertEquals(await sides(), [32, 32]);
    await writeFiles(dataDir, { ...series("cats", 10, 100, 65), ...series("dogs", 6, 200, 65) });
    assertEquals(await sides(), [32, 32]);
    await writeFiles(dataDir, { ...series("cats", 10, 100, 64), ...series("dogs", 6, 200, 64) });
    assertEquals(await sides(), [64, 64]);
    for (const imageSize of [7, 8.5, "16" as never]) {
      await assertRejects(() => loadFolder({ dataDir, imageSize }), Error, "Cannot use imageSize");
    }
  }));

Deno.test("one image with a colour makes all of three channels", () =>
  inFolder({ ...two, "cats/9.png": { shade: 109, channels: 3 } }, async (dataDir) => {
    assertEquals((await loadFolder({ dataDir })).shape.channels, 1);
    const data = new Uint8Array(192).fill(109).with(191, 110);
    const { encode } = await import("fast-png");
    await Deno.writeFile(`${dataDir}/cats/9.png`, encode({ width: 8, height: 8, channels: 3, data }));
    const { shape, train, statistics } = await loadFolder({ dataDir });
    assertEquals([shape.channels, train.images.length, statistics.mean.length], [3, 12 * 192, 3]);
  }));

Deno.test("at most as many images as wanted are read, in proportion", () =>
  inFolder(two, async (dataDir) => {
    const { train, test } = await loadFolder({ dataDir, trainImages: 6, testImages: 1000 });
    assertEquals([[...train.labels], test.count], [[0, 0, 0, 0, 1, 1], 3]);
    const few = await loadFolder({ dataDir, trainImages: 3, testImages: 1 });
    assertEquals([few.train.count, few.test.count], [3, 1]);
    // Those that are left out are not looked at.
    const kept = new Set([...shades(few.train.images), ...shades(few.test.images)]);
    for (const [name, file] of Object.entries(two)) {
      if (!kept.has((file as { shade: number }).shade)) {
        await Deno.writeTextFile(`${dataDir}/${name}`, "nothing");
      }
    }
    assertEquals((await loadFolder({ dataDir, trainImages: 3, testImages: 1 })).digest, few.digest);
    await assertRejects(
      () => loadFolder({ dataDir, trainImages: 0 }),
      RangeError,
      "trainImages",
    );
  }));

Deno.test("the stamp changes with a file's size or time, and needs no image", () =>
  inFolder({ ...two, "cats/3.png": "no image" }, async (dataDir) => {
    const { stamp } = dataSets.folder, before = await stamp({ dataDir });
    assertEquals(await stamp({ dataDir }), before);
    await Deno.utime(`${dataDir}/cats/3.png`, 1, 1);
    const touched = await stamp({ dataDir });
    assertNotEquals(touched, before);
    await Deno.writeTextFile(`${dataDir}/cats/3.png`, "another length");
    assertNotEquals(await stamp({ dataDir }), touched);
  }));

const broken: [what: string, files: Files, message: string][] = [
  [
    "an empty folder",
    { ".hidden": "" },
    "Cannot read DIR as it must hold a folder of images for each class: received an empty one",
  ],
  [
    "images without classes",
    { "0.png": png(1), "1.png": png(2) },
    "for each class: received 2 images and no folder",
  ],
  [
    "an image beside the classes",
    { ...two, "x.jpg": png(1) },
    "as every image must be in the folder of its class: received DIR/x.jpg",
  ],
  [
    "one class",
    series("cats", 4, 1),
    "as there must be at least two classes, a folder each: received one, cats",
  ],
  [
    "an empty class",
    { ...two, "eels/notes.txt": "none yet" },
    "Cannot read DIR/eels as a folder of a class must hold images, .png, .jpg, .jpeg or .webp: received none",
  ],
  [
    "a class of one image",
    { ...two, "eels/0.png": png(1) },
    "Cannot read DIR/eels as a class must have two images, one to train and one to test with: received one image",
  ],
  [
    "an empty file",
    { ...two, "cats/4.png": new Uint8Array() },
    "Cannot read DIR/cats/4.png as it must be a PNG, JPEG or WebP image: received an empty file",
  ],
  [
    "a broken file",
    { ...two, "dogs/4.png": png(1).slice(0, 50) },
    "Cannot read DIR/dogs/4.png as it must be a PNG, JPEG or WebP image: received a PNG file that cannot be decoded (",
  ],
  [
    "a text called an image",
    { ...two, "dogs/4.jpg": "hello" },
    "received a file that begins with the bytes 68 65 6c 6c",
  ],
  [
    "images of another kind",
    { ...two, "dogs/5.tif": "II*" },
    "Cannot read DIR/dogs/5.tif as it must be an image of a kind that is read, .png, .jpg, .jpeg or .webp: received one of another",
  ],
  [
    "train without test",
    series("train/a", 3, 1),
    "its folders must be train and test, with a folder for each class: received train",
  ],
  [
    "a third split",
    { ...series("train/a", 3, 1), ...series("test/a", 3, 1), ...series("val/a", 3, 1) },
    "received test, train, val",
  ],
  ["a class that only test has", {
    ...series("train/a", 3, 1),
    ...series("train/b", 3, 1),
    ...series("test/c", 3, 1),
  }, "Cannot read DIR/test as its classes must be among those of train: received c"],
];

for (const [what, files, message] of broken) {
  Deno.test(`${what} is refused`, () =>
    inFolder(files, async (dataDir) => assertStringIncludes(await refusal(dataDir), message)));
}

Deno.test("what is no folder, cannot be read or leads nowhere or back is refused", () =>
  inFolder(two, async (dataDir) => {
    assertEquals(
      await refusal(`${dataDir}/none`),
      "Cannot read DIR as it must be a folder that can be read: received none",
    );
    assertEquals(
      await refusal(`${dataDir}/cats/0.png`),
      "Cannot read DIR as it must be a folder that can be read: received a file",
    );
    await assertRejects(() => loadFolder(), DataError, "--data DIR");
    await assertRejects(() => loadFolder({ dataDir: 3 as never }), TypeError, "dataDir");
    await Deno.mkdir(`${dataDir}/eels/0.png`, { recursive: true });
    assertStringIncludes(
      await refusal(dataDir),
      "Cannot read DIR/eels as a folder of a class must hold images",
    );
    await Deno.remove(`${dataDir}/eels`, { recursive: true });
    await Deno.symlink(`${dataDir}/gone.png`, `${dataDir}/cats/link.png`);
    assertStringIncludes(
      await refusal(dataDir),
      "Cannot read DIR/cats/link.png as it must be a link to a file or folder: received ",
    );
    await Deno.remove(`${dataDir}/cats/link.png`);
    await Deno.symlink(dataDir, `${dataDir}/cats/back`);
    assertStringIncludes(await refusal(dataDir), "as it must not be in itself");
  }));

Deno.test("readImages reads any folder to a shape, with labels where there are classes", () =>
  inFolder({ "b.png": { shade: 50, side: 9 }, "a.png": { shade: 40, channels: 3 } }, async (folder) => {
    const shape = { height: 8, width: 8, channels: 3 };
    const { images, count, names, labels, classes } = await readImages(folder, shape);
    assertEquals([images.length, count, names, labels, classes], [
      384,
      2,
      ["a.png", "b.png"],
      undefined,
      undefined,
    ]);
    assertEquals(shades(images, 192), [40, 50]);
    await inFolder(two, async (folder) => {
      const { images, names, labels, classes } = await readImages(folder, { ...shape, channels: 1 });
      assertEquals([images.length, names[10], labels![9], labels![10], classes], [960, "dogs/0.png", 0, 1, [
        "cats",
        "dogs",
      ]]);
    });
    await inFolder({ ...series("train/a", 1, 1), ...series("test/a", 1, 1) }, async (folder) => {
      const { message } = await assertRejects(() => readImages(folder, shape), DataError);
      assertStringIncludes(message, `such as ${folder}/test: received the folders test and train`);
      assertEquals((await readImages(`${folder}/test`, shape)).classes, ["a"]);
    });
    await inFolder(
      { "x.txt": "" },
      (folder) =>
        assertRejects(
          () => readImages(folder, shape),
          DataError,
          "must hold images, .png, .jpg, .jpeg or .webp: received none",
        ),
    );
    await assertRejects(() => readImages(folder, { ...shape, channels: 2 }), RangeError, "1 or 3");
    await assertRejects(() => readImages("", shape), TypeError, "folder of images");
  }));
