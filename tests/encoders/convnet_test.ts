import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { convnet, initBackend, Random } from "@hscl/hscl";
import { maxDifference } from "../backends.ts";

const options = { channels: 1, widths: [4, 6], strides: [2, 2], head: { hidden: 8, output: 4 } };
const images = () => tf.randomUniform<tf.Rank.R4>([3, 16, 16, 1], 0, 1, "float32", 1);

Deno.test("convnet: features over cells have the global ones as their mean, and tell where something is", async () => {
  await initBackend({ backend: "cpu" });
  const whole = convnet(options, new Random(0)), cells = convnet({ ...options, pool: 2 }, new Random(0));
  assertEquals([whole.featureDim, cells.featureDim], [6, 24]);
  const features = cells.features(images(), false);
  assertEquals(features.shape, [3, 24]);
  assertEquals(cells.project(features, false).shape, [3, 4]);
  const mean = tf.mean(tf.reshape(features, [3, 4, 6]), 1);
  assert(maxDifference(await mean.data(), await whole.features(images(), false).data()) < 1e-6);
  const parts = tf.unstack(tf.reshape(features, [3, 4, 6]), 1).map((part) => part.dataSync());
  for (let i = 1; i < 4; i++) assert(maxDifference(parts[0], parts[i]) > 1e-3);
});

Deno.test("convnet: pool 1 is the default", async () => {
  await initBackend({ backend: "cpu" });
  const [left, one] = [options, { ...options, pool: 1 }].map((own) => convnet(own, new Random(0)));
  assertEquals(await one.features(images(), false).data(), await left.features(images(), false).data());
});

Deno.test("convnet refuses cells that are no whole number, or more than the last maps have pixels", async () => {
  await initBackend({ backend: "cpu" });
  assertThrows(() => convnet({ ...options, pool: 0 }, new Random(0)), RangeError, "Cannot use pool");
  assertThrows(() => convnet({ ...options, pool: 1.5 }, new Random(0)), TypeError, "Cannot use pool");
  const encoder = convnet({ ...options, pool: 5 }, new Random(0));
  assertThrows(
    () => encoder.features(images(), false),
    RangeError,
    "Cannot use pool as it must be at most 4: received 5",
  );
});
