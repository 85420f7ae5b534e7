import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { initBackend, Random } from "@hscl/hscl";
import { graphView, madeUpGraphs, nodeFeatureDim } from "@hscl/hscl/data";
import { gin, graphBatch } from "@hscl/hscl/encoders";
import { segmentSum } from "../../lib/backend/operations/segment_sum.ts";
import { maxDifference, testOnBackends } from "../backends.ts";
import { naiveGin, type NaiveGraph } from "../reference/naive_gin.ts";

const { graphs } = madeUpGraphs({ graphs: 6, noise: 0.5 });
// One with attributes beside the kinds, one of whose nodes are hidden.
const features = {
  ...graphs.features,
  attributeDim: 1,
  attributes: Float32Array.from(
    { length: graphs.features.kindOf.length },
    (_, node) => Math.fround(Math.sin(node)),
  ),
};
const views = [0, 2, 5].map((graph) => graphView(graphs, graph));
views[1] = { ...views[1], hidden: Int32Array.of(0, 3) };

const naive: NaiveGraph[] = views.map(({ nodes, edges, hidden = [] }) => ({
  features: Array.from(nodes, (node, i) => {
    const oneHot = [0, 1, 2].map((kind) => kind === features.kindOf[node] ? 1 : 0);
    return Array.from(hidden).includes(i) ? [0, 0, 0, 0] : [...oneHot, features.attributes[node]];
  }),
  edges: Array.from(
    { length: edges.length / 2 },
    (_, i): [number, number] => [edges[2 * i], edges[2 * i + 1]],
  ),
}));

/** A small network whose batch norm is not the identity. */
function network() {
  const encoder = gin({ nodeFeatures: nodeFeatureDim(features), layers: 2, width: 5 }, new Random(3));
  const random = new Random(4);
  for (const { name, variable } of encoder.parameters) {
    if (name.includes("norm/")) {
      const values = Float32Array.from({ length: variable.size }, () => random.uniform(0.5, 1.5));
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    }
  }
  return encoder;
}

testOnBackends("features and gradients of gin are those of a loop in float64", async () => {
  const encoder = network(), batch = graphBatch(features, views);
  const values = new Map<string, Float64Array>();
  for (const { name, variable } of encoder.parameters) {
    values.set(name, Float64Array.from(await variable.data()));
  }
  const valuesOf = (name: string) => values.get(name)!;
  for (const training of [false, true]) {
    const expected = naiveGin(naive, 2, valuesOf, training).flat();
    const size = Math.max(...expected.map(Math.abs));
    const actual = encoder.features(batch, training);
    assert(maxDifference(await actual.data(), expected) < 1e-5 * size);
    actual.dispose();
    for (const { name, variable } of encoder.parameters) {
      if (name.includes("running")) {
        tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(valuesOf(name)), variable.shape)));
      }
    }

    // Σ coefficient · feature, so that every feature counts.
    const coefficients = Float32Array.from(expected, (_, i) => Math.fround(Math.cos(i)));
    const weigh = (all: number[]) => all.reduce((sum, value, i) => sum + value * coefficients[i], 0);
    const own = encoder.parameters.filter(({ name, trainable }) => trainable && !name.startsWith("head"));
    const { value, grads } = tf.variableGrads(
      () =>
        tf.sum(tf.mul(encoder.features(batch, training), tf.tensor2d(coefficients, [3, 10]))) as tf.Scalar,
      own.map(({ variable }) => variable),
    );
    for (const { name, variable } of own) {
      const array = valuesOf(name);
      const slopes = Array.from(array, (at, i) => {
        const ends = [1e-6, -1e-6].map((step) => {
          array[i] = at + step;
          return weigh(naiveGin(naive, 2, valuesOf, training).flat());
        });
        array[i] = at;
        return (ends[0] - ends[1]) / 2e-6;
      });
      const largest = Math.max(1, ...slopes.map(Math.abs));
      assert(
        maxDifference(await grads[variable.name].data(), slopes) < 1e-4 * largest,
        `${name}, training ${training}`,
      );
    }
    for (const { name, variable } of encoder.parameters) {
      if (name.includes("running")) {
        tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(valuesOf(name)), variable.shape)));
      }
    }
    tf.dispose([value, grads]);
  }
  batch.dispose();
  encoder.dispose();
});

testOnBackends(
  "features of a graph do not depend on which others are in its batch, nor on the order of its nodes",
  async () => {
    const encoder = network();
    const featuresOf = async (own: typeof views) => {
      const batch = graphBatch(features, own), result = encoder.features(batch, false);
      const values = await result.data();
      batch.dispose();
      result.dispose();
      return values;
    };
    const together = await featuresOf(views), alone = await featuresOf([views[1]]);
    assert(maxDifference(together.slice(10, 20), alone) < 1e-4);
    const { nodes, edges } = views[0], last = nodes.length - 1;
    const turned = { nodes: nodes.toReversed(), edges: edges.map((place) => last - place) };
    assert(maxDifference(together.slice(0, 10), await featuresOf([turned])) < 1e-4);
    // Another edge is another graph.
    const other = { nodes, edges: edges.slice(2) };
    assert(maxDifference(together.slice(0, 10), await featuresOf([other])) > 1e-2);
    encoder.dispose();
  },
);

testOnBackends("sums of rows can be differentiated twice", async () => {
  const part = (values: number[]) => tf.tensor1d(values, "int32");
  // Sums {0, 2} and {1, 1}.
  const segments = { rows: part([0, 2, 1, 1]), sums: part([0, 0, 1, 1]), count: 2 };
  const transposed = { rows: part([0, 1, 1, 0]), sums: part([0, 1, 1, 2]), count: 3 };
  const x = tf.tensor2d([1, 2, 3], [3, 1]);
  assertEquals(await segmentSum(x, segments, transposed).array(), [[4], [4]]);
  const cubes = (x: tf.Tensor) => tf.sum(tf.pow(segmentSum(x as tf.Tensor2D, segments, transposed), 3));
  const slope = tf.grad(cubes), second = tf.grad((x) => tf.sum(slope(x)));
  assert(maxDifference(await slope(x).data(), [48, 96, 48]) < 1e-4);
  // d/dx Σ 3 s²: 6 s for each part of each sum, times the parts of its sum.
  assert(maxDifference(await second(x).data(), [48, 96, 48]) < 1e-3);
});

Deno.test("gin has the sizes of the forerunner unless told, and refuses others", async () => {
  await initBackend({ backend: "cpu" });
  const encoder = gin({ nodeFeatures: 7 }, new Random(0));
  assertEquals([encoder.featureDim, encoder.embeddingDim], [96, 96]);
  assertEquals(
    encoder.parameters.filter(({ name }) => /^layer1/.test(name)).map(({ name, variable }) =>
      `${name} ${variable.shape}`
    ),
    [
      "layer1/linear1/weight 7,32",
      "layer1/linear1/bias 32",
      "layer1/linear2/weight 32,32",
      "layer1/linear2/bias 32",
      "layer1/norm/gain 32",
      "layer1/norm/shift 32",
      "layer1/norm/running_mean 32",
      "layer1/norm/running_variance 32",
    ],
  );
  encoder.dispose();
  assertThrows(() => gin({ nodeFeatures: 0 }, new Random(0)), RangeError, "a layer size");
  assertThrows(() => gin({ nodeFeatures: 1, depth: 2 } as never, new Random(0)), TypeError, "depth");
});
