// Every loss through the same properties.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "@hscl/hscl";
import { naiveGradient, type Points } from "../reference/naive_contrastive.ts";
import { maxDifference, testOnBackends } from "../backends.ts";
import { lossCases } from "./registry.ts";

const random = new Random(5).child("contract");
const points = (count: number, dim: number): Points =>
  Array.from({ length: count }, () => Array.from({ length: dim }, () => random.normal()));

const views = [points(6, 4), points(6, 4)];
// Classes of three, two and one.
const labels = [2, 0, 2, 1, 0, 2];
const order = [3, 5, 0, 1, 4, 2];
const reorder = <T>(rows: T[]) => order.map((row) => rows[row]);

for (const { name, loss, naive, unsupervised, equal } of lossCases) {
  const evaluate = async ([view1, view2]: Points[], labels: number[]) => {
    const { value, grads } = tf.valueAndGrads((a, b) => loss(a as tf.Tensor2D, b as tf.Tensor2D, labels))(
      [tf.tensor2d(view1), tf.tensor2d(view2)],
    );
    const gradient = (await Promise.all(grads.map((grad) => grad.data()))).flatMap((rows) => [...rows]);
    return { loss: (await value.data())[0], gradient };
  };

  testOnBackends(`${name}: value and gradient are those of loops in float64`, async () => {
    const computed = await evaluate(views, labels);
    const expected = naive(views, labels);
    assertAlmostEquals(computed.loss, expected, 1e-5 * Math.max(1, expected));
    const gradient = naiveGradient((moved) => naive(moved, labels), views);
    assert(maxDifference(computed.gradient, gradient) <= 1e-4 * Math.max(...gradient.map(Math.abs)));
  });

  testOnBackends(
    `${name}: the order of items and views, the names of classes and lengths do not matter`,
    async () => {
      const [{ loss: plain }, ...others] = await Promise.all([
        evaluate(views, labels),
        evaluate(views.map(reorder), reorder(labels)),
        evaluate([views[1], views[0]], labels),
        evaluate(views, labels.map((label) => [2 ** 40, -17, 2 ** 24 + 1][label])),
        evaluate(views.map((view) => view.map((row, i) => row.map((x) => x * 10 ** (8 * i - 20)))), labels),
        ...(unsupervised ? [evaluate(views, [0, 0, 0, 7, 7, 7])] : []),
      ]);
      others.forEach(({ loss }, i) =>
        assertAlmostEquals(loss, plain, 2e-6 * Math.max(1, plain), `change ${i}`)
      );
    },
  );

  testOnBackends(`${name}: equal embeddings give the documented value`, async () => {
    const same = Array.from({ length: 5 }, () => [0.3, -2, 0.7]);
    const labels = [0, 1, 2, 2, 1], value = await evaluate([same, same], labels);
    assertAlmostEquals(value.loss, equal(labels), 1e-5);
    assert(value.gradient.every((slope) => Math.abs(slope) < 1e-5), `${value.gradient}`);
  });

  testOnBackends(`${name}: NaN or infinity in any one row comes out as NaN`, async () => {
    for (const broken of [NaN, Infinity]) {
      for (const row of [0, 3]) {
        const moved = views.map((view) => view.map((values) => [...values]));
        moved[1][row][2] = broken;
        const { loss } = await evaluate(moved, labels);
        assert(Number.isNaN(loss), `${broken} in row ${row} gives ${loss}`);
      }
    }
  });

  testOnBackends(`${name}: views of integers and truths, on either side, are those numbers`, async () => {
    const whole = points(6, 4).map((row) => row.map((x) => Math.round(2 * x)));
    const cast = (values: Points, type: tf.NumericDataType) =>
      type === "bool"
        ? values.map((row) => row.map((x) => Number(x > 0)))
        : type === "int32"
        ? whole
        : values;
    const types = ["float32", "int32", "bool"] as const;
    for (const [first, second] of types.flatMap((a) => types.map((b) => [a, b] as const))) {
      const [a, b] = [cast(views[0], first), cast(views[1], second)];
      const { loss: expected, gradient } = await evaluate([a, b], labels);
      const { value, grads } = tf.valueAndGrads((x, y) => loss(x as tf.Tensor2D, y as tf.Tensor2D, labels))(
        [tf.tensor2d(a, undefined, first), tf.tensor2d(b, undefined, second)],
      );
      const slopes = (await Promise.all(grads.map((grad) => grad.data()))).flatMap((rows) => [...rows]);
      assertEquals((await value.data())[0], expected, `${first}, ${second}`);
      assertEquals(slopes, gradient, `${first}, ${second}`);
    }
  });

  testOnBackends(`${name}: frees every tensor it makes but the result`, () => {
    const [view1, view2] = views.map((view) => tf.tensor2d(view));
    const before = tf.memory().numTensors;
    const value = tf.tidy(() => loss(view1, view2, labels));
    assertEquals(tf.memory().numTensors, before + 1);
    tf.dispose([value, view1, view2]);
  });
}
