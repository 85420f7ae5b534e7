// Every loss of the table through the same properties.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { exponential, Random } from "@hscl/hscl";
import { type LossName, lossNames, type LossPreset, lossPresets } from "@hscl/hscl/losses";
import { testOnBackends } from "../backends.ts";

const random = new Random(6).child("presets");
const rows = () => Array.from({ length: 6 }, () => Array.from({ length: 4 }, () => random.normal()));
const points1 = rows(), points2 = rows(), labels = [2, 0, 2, 1, 0, 2], order = [3, 5, 0, 1, 4, 2];
// Made in each test, as a backend cannot always read the tensors of another.
const views = () => [tf.tensor2d(points1), tf.tensor2d(points2)];

for (const name of lossNames) {
  const preset = lossPresets[name] as LossPreset;
  const options = {
    temperature: 0.4,
    ...(preset.hardening === "required" ? { hardening: exponential(2) } : {}),
  };
  const value = async (a: tf.Tensor2D, b: tf.Tensor2D, own: number[], more: object = {}) =>
    (await preset.loss(a, b, own, { ...options, ...more }).data())[0];

  Deno.test(`${name}: its options are checked, its label and traits fit`, () => {
    preset.check(options);
    assertThrows(() => preset.check({ ...options, temperature: 0 }), RangeError, "temperature");
    assertThrows(() => preset.check({ ...options, tempreature: 1 } as object), TypeError, "tempreature");
    assertEquals(lossNames.filter((other) => lossPresets[other].label === preset.label), [name]);
    if (preset.unhardened === undefined) return;
    const { hardening, supervised } = lossPresets[preset.unhardened as LossName];
    assertEquals([preset.hardening, hardening, supervised], ["required", "none", preset.supervised]);
  });

  testOnBackends(
    `${name}: the order of items and views does not matter, labels only where it is supervised`,
    async () => {
      const [view1, view2] = views();
      const plain = await value(view1, view2, labels), reordered = order.map((item) => labels[item]);
      const [a, b] = [view1, view2].map((view) => tf.gather(view, order) as tf.Tensor2D);
      for (const other of [await value(a, b, reordered), await value(view2, view1, labels)]) {
        assertAlmostEquals(other, plain, 2e-6 * Math.max(1, plain));
      }
      const relabelled = await value(view1, view2, [0, 0, 0, 7, 7, 7]);
      assertEquals(Math.abs(relabelled - plain) > 1e-4, preset.supervised);
    },
  );

  testOnBackends(`${name}: the gradient is finite, and follows the loss downwards`, async () => {
    const [view1, view2] = views();
    const both = tf.valueAndGrads((a, b) => preset.loss(a as tf.Tensor2D, b as tf.Tensor2D, labels, options));
    const { value: before, grads } = both([view1, view2]);
    const slopes = await Promise.all(grads.map((grad) => grad.data()));
    assert(slopes.every((slope) => slope.every(Number.isFinite) && slope.some((x) => x !== 0)));
    const [a, b] = [view1, view2].map((view, v) => tf.sub(view, tf.mul(grads[v], 0.01)) as tf.Tensor2D);
    assert(await value(a, b, labels) < (await before.data())[0]);
  });

  testOnBackends(`${name}: without hardening it is the loss that the table names`, async () => {
    if (preset.unhardened === undefined) return;
    const [view1, view2] = views(), other = lossPresets[preset.unhardened as LossName] as LossPreset;
    const [plain] = await other.loss(view1, view2, labels, { temperature: 0.4 }).data();
    assertAlmostEquals(await value(view1, view2, labels, { hardening: exponential(0) }), plain, 1e-6 * plain);
    assert(await value(view1, view2, labels) > plain);
  });
}
