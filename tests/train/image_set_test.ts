// Sets whose parts do not fit are refused before anything is computed, wherever a set comes in.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  convnet,
  embedSet,
  type ImageSet,
  initBackend,
  loadDataset,
  lossFromSettings,
  type LossSettings,
  pipelineFor,
  Random,
  trainContrastive,
  twoViews,
} from "@hscl/hscl";
import { assembleDataset } from "@hscl/hscl/data";

await initBackend({ backend: "cpu" });
const data = await loadDataset("synthetic", {
  trainImages: 12,
  testImages: 10,
  height: 8,
  width: 8,
  classes: 3,
});
const { train: set, shape, ...content } = data;
const head = { hidden: 4, output: 3 }, { evaluate, train: augmentation } = pipelineFor(data);
const newEncoder = () => convnet({ channels: 1, widths: [4], strides: [4], head }, new Random(0));

async function trained(set: ImageSet, settings: LossSettings) {
  const warnings: string[] = [], losses: number[] = [];
  const epochs = trainContrastive({
    encoder: newEncoder(),
    loss: lossFromSettings(settings),
    set,
    shape,
    augmentation,
    epochs: 1,
    batchSize: 4,
    optimizer: { learningRate: 1e-3, weightDecay: 0 },
    random: new Random(1),
    onWarning: (message) => warnings.push(message),
  });
  for await (const { loss } of epochs) losses.push(loss);
  return { warnings, losses };
}

const entries: Record<string, (set: ImageSet) => unknown> = {
  trainContrastive: (set) => trained(set, { name: "ucl" }),
  embedSet: (set) => embedSet(newEncoder(), set, shape, evaluate),
  "assembleDataset, train": (train) => assembleDataset({ ...content, shape, train }),
  "assembleDataset, test": (test) => assembleDataset({ ...content, shape, train: set, test }),
};

/** What is wrong with a set, and the end of the error. */
const broken: [Record<string, unknown>, string][] = [
  [{ labels: set.labels.slice(0, 5) }, "labels as it must have 12 items (one per image): received 5"],
  [{ labels: new Int32Array(13) }, "labels as it must have 12 items (one per image): received 13"],
  [{ labels: Array.from(set.labels, (label, i) => i === 3 ? 0.5 : label) }, "received 0.5 at index 3"],
  [{ labels: Array.from(set.labels, String) }, 'received "0" at index 0'],
  [{ labels: Array.from(set.labels, (label, i) => i === 3 ? 2 ** 31 : label) }, "received 2147483648"],
  [{ labels: undefined }, "labels as it must be an array of integers: received undefined"],
  [{ count: 11 }, "images as it must have 704 items (11 of 64 pixels): received 768"],
  [{ count: undefined }, "count of images as it must be an integer: received undefined"],
  [{ count: -1 }, "count of images as it must be at least 0: received -1"],
  [{ images: set.images.subarray(1) }, "images as it must have 768 items (12 of 64 pixels): received 767"],
  [
    { images: Float32Array.from(set.images, (x) => x / 255) },
    "pixels must be bytes from 0 to 255 in a Uint8Array: received Float32Array [",
  ],
  [{ images: Array.from(set.images) }, "pixels must be bytes from 0 to 255 in a Uint8Array: received ["],
];

for (const [name, enter] of Object.entries(entries)) {
  Deno.test(`${name} refuses a set whose parts do not fit`, async () => {
    for (const [change, message] of broken) {
      const { message: given } = await assertRejects(
        async () => await enter({ ...set, ...change }),
        Error,
        message,
      );
      assert(given.startsWith("Cannot use ") && !given.includes("\n"), given);
    }
    await enter({ ...set, labels: BigInt64Array.from(set.labels, BigInt) as unknown as Int32Array });
    await enter({ ...set, images: Uint8ClampedArray.from(set.images) as unknown as Uint8Array });
  });
}

Deno.test("views are made of bytes that fit the shape only", () => {
  const views = (change: Partial<ImageSet>) =>
    twoViews({ ...set, ...change }, shape, [0, 1], augmentation, new Random(0));
  const floats = Float32Array.from(set.images, (x) => x / 255) as unknown as Uint8Array;
  assertThrows(() => views({ images: floats }), TypeError, "must be bytes from 0 to 255");
  assertThrows(() => views({ count: 13 }), RangeError, "must have 832 items");
});

Deno.test("a data set has names for all of its classes", () => {
  for (const label of [-1, 3]) {
    const train = { ...set, labels: set.labels.map((own, i) => i === 7 ? label : own) };
    assertThrows(
      () => assembleDataset({ ...content, shape, train }),
      RangeError,
      `label 7 as it must be at least 0 and at most 2: received ${label}`,
    );
  }
});

Deno.test("images of one class are worth a warning where the loss goes by class, and labels may be any integers", async () => {
  const one = { ...set, labels: new Int32Array(12).fill(-7) };
  const hardening = { name: "exponential", parameters: { beta: 1 } } as const;
  for (const settings of [{ name: "scl" }, { name: "hscl", hardening }] as const) {
    const { warnings, losses } = await trained(one, settings);
    assertEquals(warnings, [
      "All 12 images are of class -7: negatives are of other classes, so the loss is 0 and nothing is learnt",
    ]);
    assertEquals(losses, [0]);
  }
  const { warnings } = await trained(one, { name: "supCon" });
  assertEquals(warnings, ["All 12 images are of class -7: SupCon draws all embeddings to one point"]);
  for (const settings of [{ name: "ucl" }, { name: "hucl", hardening }] as const) {
    assertEquals((await trained(one, settings)).warnings, []);
  }
  assertEquals((await trained(set, { name: "scl" })).warnings, []);
});
