// A checkpoint that says what it is: its encoder is built, and images are embedded, without a setting typed again.
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  type CheckpointDescription,
  convnet,
  DataError,
  embedSet,
  type Encoder,
  initBackend,
  openCheckpoint,
  Random,
  resnet,
  saveCheckpoint,
} from "@hscl/hscl";
import { evaluationPipeline } from "@hscl/hscl/augment";
import { convertImages } from "../../lib/data/convert_images.ts";
import { VERSION } from "../../lib/core/version.ts";

const head = { hidden: 4, output: 2 };
const grey = { channels: 1, widths: [3], strides: [2], pool: 2, head };
const shape = { height: 6, width: 5, channels: 1 }, statistics = { mean: [0.4], std: [0.3] };
const described: CheckpointDescription = { shape, statistics, classes: ["a", "b"], loss: { name: "scl" } };
const random = new Random(5);
const images = Uint8Array.from({ length: 3 * 30 }, () => random.integer(256));

/** Saves an encoder, does something with the folder, and leaves nothing. */
async function saved(
  make: () => Encoder,
  description: CheckpointDescription,
  check: (folder: string, encoder: Encoder) => Promise<void>,
): Promise<void> {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir(), before = tf.memory().numTensors, encoder = make();
  try {
    await saveCheckpoint(encoder, folder, description);
    await check(folder, encoder);
  } finally {
    encoder.dispose();
    await Deno.remove(folder, { recursive: true });
  }
  assertEquals(tf.memory().numTensors, before);
}

const networks: Record<string, [make: () => Encoder, channels: number]> = {
  convnet: [() => convnet(grey, new Random(1)), 1],
  "convnet with the pooling left out": [
    () => convnet({ channels: 3, widths: [2], strides: [1], head }, new Random(1)),
    3,
  ],
  "resnet18 with the large stem": [
    () => resnet({ depth: 18, channels: 3, width: 2, stem: "imagenet", head }, new Random(1)),
    3,
  ],
  resnet50: [() => resnet({ depth: 50, channels: 1, width: 1, head }, new Random(1)), 1],
};

for (const [name, [make, channels]] of Object.entries(networks)) {
  Deno.test(`${name} is built again as it was, and embeds the same`, async () => {
    const own = { ...shape, channels }, pixels = convertImages(images, shape, own);
    const known = { mean: Array(channels).fill(0.4), std: Array(channels).fill(0.3) };
    await saved(make, { shape: own, statistics: known }, async (folder, encoder) => {
      const set = { images: pixels, labels: new Int32Array(3), count: 3 };
      const expected = await embedSet(encoder, set, own, evaluationPipeline(known));
      const checkpoint = await openCheckpoint(folder);
      for (const given of [pixels, { images: pixels }, { images: pixels, shape: own }, set]) {
        assertEquals(await checkpoint.embed(given), expected);
      }
      const built = await checkpoint.encoder();
      assertEquals(built.parameters.map(({ name }) => name), encoder.parameters.map(({ name }) => name));
      built.dispose();
    });
  });
}

Deno.test("a checkpoint says what it was told, and what wrote it", () =>
  saved(() => convnet(grey, new Random(1)), described, async (folder) => {
    const { encoder: _, embed: __, folder: at, ...says } = await openCheckpoint(folder);
    const { version } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
    const versions = { library: version, tensorflow: tf.version_core };
    assertEquals([at, says as unknown], [folder, {
      versions,
      network: { name: "convnet", ...grey },
      ...described,
    }]);
    assertEquals(VERSION, version);
  }));

Deno.test("images of another shape are refused, or scaled if their shape is said", () =>
  saved(() => convnet(grey, new Random(1)), described, async (folder) => {
    const { embed } = await openCheckpoint(folder), other = { height: 12, width: 10, channels: 3 };
    const large = Uint8Array.from({ length: 2 * 360 }, (_, i) => i % 251);
    assertEquals(await embed(large, { shape: other }), await embed(convertImages(large, other, shape)));
    const shaped = { images: large, shape: other };
    assertEquals(await embed(shaped, { shape: other }), await embed(large, { shape: other }));
    await assertRejects(
      () => embed(shaped),
      RangeError,
      "as they must be 6 × 5 × 1, or their shape be given to have them scaled: received 12 × 10 × 3",
    );
    await assertRejects(
      () => embed(new Uint8Array(31)),
      RangeError,
      "30 bytes each (6 × 5 × 1; for others, give their shape): received 31 bytes",
    );
    await assertRejects(() => embed(new Uint8Array(31), { shape: other }), RangeError, "360 bytes each");
    await assertRejects(
      () => embed(large, { shape: { ...other, channels: 2 } }),
      RangeError,
      "1 or 3 channels",
    );
    await assertRejects(() => embed(large, { shape: { ...other, height: 0 } }), RangeError, "height");
    await assertRejects(() => embed(large, { size: 3 } as never), TypeError, "size");
    for (const given of [undefined, null, 5, "a", [1], {}, { images: [1] }, new Float32Array(30)]) {
      await assertRejects(() => embed(given as never), TypeError, "Cannot");
    }
    assertEquals((await embed(new Uint8Array())).embeddings.length, 0);
  }));

Deno.test("an encoder can be built without what its images are, but embeds none", () =>
  saved(() => convnet(grey, new Random(1)), {}, async (folder) => {
    const { encoder, embed } = await openCheckpoint(folder);
    (await encoder()).dispose();
    await assertRejects(
      () => embed(images),
      DataError,
      "must have the shape and statistics of images: received none",
    );
  }));

Deno.test("what describes no checkpoint is not written", async () => {
  await initBackend({ backend: "cpu" });
  const encoder = convnet(grey, new Random(1)), folder = await Deno.makeTempDir();
  const wrong: [unknown, string][] = [
    [{ sizes: 3 }, "sizes"],
    [{ shape: { height: 6, width: 5 } }, "channels of an image"],
    [{ shape: { ...shape, height: 0.5 } }, "height of an image"],
    [{ shape, statistics: { mean: [1, 1], std: [1, 1] } }, "mean of the statistics"],
    [{ statistics: { mean: [1] } }, "std of the statistics"],
    [{ statistics: 3 }, "statistics"],
    [{ classes: "ab" }, "classes"],
    [{ classes: [3] }, "name of a class"],
    [{ loss: "scl" }, "loss"],
    [{ network: "convnet" }, "network"],
  ];
  for (const [description, names] of wrong) {
    const error = await assertRejects(
      () => saveCheckpoint(encoder, folder, description as never),
      Error,
      names,
    );
    assertMatch(error.message, /^Cannot use .* as .*: received /);
  }
  assertEquals([...Deno.readDirSync(folder)], []);
  encoder.dispose();
  await Deno.remove(folder);
});

Deno.test("a damaged description is refused by name, and leaves no tensor", () =>
  saved(() => convnet(grey, new Random(1)), described, async (folder) => {
    const path = `${folder}/description.json`, text = await Deno.readTextFile(path);
    const edited = (change: Record<string, unknown>) => JSON.stringify({ ...JSON.parse(text), ...change });
    const whole = { name: "convnet", ...grey };
    const cases: [content: string | undefined, says: string][] = [
      [undefined, "received none"],
      ["", "no JSON"],
      ["null", "the format undefined"],
      ["3", "the format undefined"],
      [text.slice(0, 40), "no JSON"],
      [edited({ format: 2 }), "the format 2, which is not 1"],
      [edited({ versions: 3 }), "no versions"],
      [edited({ shape: [6, 5, 1] }), "must be an object: received [6, 5, 1]"],
      [edited({ more: 1 }), "more"],
      [edited({ network: { ...whole, name: "vgg" } }), `encoder as it must be one of`],
      [edited({ network: { ...whole, widths: 3 } }), "description.json"],
      [edited({ network: { ...whole, widths: [0] } }), "a layer size"],
    ];
    for (const [content, says] of cases) {
      const { numTensors } = tf.memory();
      if (content === undefined) await Deno.remove(path);
      else await Deno.writeTextFile(path, content);
      const error = await assertRejects(
        async () => await (await openCheckpoint(folder)).embed(images),
        DataError,
        says,
      );
      assertMatch(error.message, /^Cannot read .*description\.json as it must /);
      assertEquals(tf.memory().numTensors, numTensors, says);
    }
    await Deno.writeTextFile(path, edited({ network: { ...whole, widths: [9] } }));
    await assertRejects(
      async () => await (await openCheckpoint(folder)).embed(images),
      RangeError,
      "must have shape",
    );
    await assertRejects(() => openCheckpoint(""), TypeError, "folder of a checkpoint");
  }));
