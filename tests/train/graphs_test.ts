import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Adam, initBackend, lossFromSettings, Random, trainStep } from "@hscl/hscl";
import { graphViews } from "@hscl/hscl/augment";
import { graphView, madeUpGraphs } from "@hscl/hscl/data";
import { gin, graphBatch } from "@hscl/hscl/encoders";
import { embedGraphs, type GraphTrainOptions, NonFiniteLossError, trainGraphs } from "@hscl/hscl/train";
import { lossNames } from "../../lib/losses/presets.ts";
import { lossSettings } from "../../lib/experiment/loss_flags.ts";
import { maxDifference, testOnBackends } from "../backends.ts";

const { graphs } = madeUpGraphs({ graphs: 60 });

function options(change: Partial<GraphTrainOptions> = {}): GraphTrainOptions {
  return {
    encoder: gin({ nodeFeatures: 3, width: 8 }, new Random(0)),
    loss: lossFromSettings({ name: "scl" }),
    graphs,
    views: graphViews("random"),
    epochs: 3,
    batchSize: 20,
    optimizer: { learningRate: 1e-2, weightDecay: 0 },
    random: new Random(1),
    ...change,
  };
}

async function lossesOf(training: GraphTrainOptions): Promise<number[]> {
  const losses: number[] = [];
  for await (const { loss } of trainGraphs(training)) losses.push(loss);
  training.encoder.dispose();
  return losses;
}

const hardening = { name: "exponential", parameters: { beta: 1 } } as const;

testOnBackends("every loss trains on graphs, the same way with the same seed", async (backend) => {
  // The first update of a process leaves what the backend keeps for all others.
  let left: number | undefined;
  // A GPU in software takes half a minute for each.
  for (const name of backend === "webgpu" ? ["hscl" as const] : lossNames) {
    const loss = lossFromSettings(lossSettings(name, 0.5, hardening));
    const losses = await lossesOf(options({ loss, epochs: 12 }));
    assertEquals(tf.memory().numTensors, left ??= tf.memory().numTensors);
    const mean = (some: number[]) => some.reduce((sum, value) => sum + value) / some.length;
    assert(mean(losses.slice(-3)) < mean(losses.slice(0, 3)) - 0.05, `${name}: ${losses}`);
    assertEquals(await lossesOf(options({ loss, epochs: 2 })), losses.slice(0, 2));
    assertNotEquals(await lossesOf(options({ loss, epochs: 1, random: new Random(2) })), losses.slice(0, 1));
  }
});

Deno.test("a training sees the graphs that it is given, and their labels, alone", async () => {
  await initBackend({ backend: "wasm" });
  const items = Array.from({ length: 30 }, (_, i) => 2 * i);
  const labels = graphs.labels.map((label, graph) => graph % 2 ? 0 : label);
  const features = { ...graphs.features, kindOf: graphs.features.kindOf.slice() };
  for (let node = graphs.firstNode[59]; node < graphs.firstNode[60]; node++) features.kindOf[node] = 0;
  const own = await lossesOf(options({ items, batchSize: 15 }));
  assertEquals(
    await lossesOf(options({ items, batchSize: 15, graphs: { ...graphs, labels, features } })),
    own,
  );
  const even = graphs.labels.map((label, graph) => graph % 2 ? label : 0);
  assertNotEquals(
    await lossesOf(options({ items, batchSize: 15, graphs: { ...graphs, labels: even } })),
    own,
  );
});

Deno.test("a training of graphs goes on from its state", async () => {
  await initBackend({ backend: "wasm" });
  const whole = await lossesOf(options()), training = options();
  let from;
  for await (const { state } of trainGraphs({ ...training, epochs: 2 })) from = await state();
  assertEquals(await lossesOf({ ...training, from }), whole.slice(2));
});

Deno.test("features are those of each graph, in order", async () => {
  await initBackend({ backend: "wasm" });
  const encoder = gin({ nodeFeatures: 3, width: 4 }, new Random(0));
  const large = madeUpGraphs({ graphs: 410 }).graphs; // more than two passes
  const { features, embeddings } = await embedGraphs(encoder, large);
  assertEquals([features.length, embeddings.length], [410 * 12, 410 * 12]);
  const some = await embedGraphs(encoder, large, [405, 3]);
  assert(maxDifference(some.features.slice(0, 12), features.slice(405 * 12, 406 * 12)) < 1e-4);
  assert(maxDifference(some.features.slice(12), features.slice(3 * 12, 4 * 12)) < 1e-4);
  encoder.dispose();
});

Deno.test("what cannot be trained is refused", async () => {
  await initBackend({ backend: "cpu" });
  const refused = (change: Partial<GraphTrainOptions>, error: new () => Error, said: string) =>
    assertRejects(() => lossesOf(options(change)), error, said);
  await refused({ batchSize: 61 }, RangeError, "batch size");
  await refused({ items: [60] }, RangeError, "number of a graph");
  await refused({ items: 3 as never }, TypeError, "items");
  await refused({ chunkSize: 4 } as never, TypeError, "chunkSize");
  const attributes = new Float32Array(graphs.features.kindOf.length).fill(NaN);
  const broken = { ...graphs, features: { ...graphs.features, attributeDim: 1, attributes } };
  const training = options({ graphs: broken, encoder: gin({ nodeFeatures: 4 }, new Random(0)) });
  const error = await assertRejects(() => lossesOf(training), NonFiniteLossError);
  assert(/view 1: \d+ nodes with \d+ neighbours; .*items per class \{0: \d/.test(error.batch), error.batch);
  const said: string[] = [];
  await lossesOf(
    options({ items: [0, 5, 10, 15], batchSize: 4, epochs: 1, onWarning: (line) => said.push(line) }),
  );
  assert(said[0].startsWith("All 4 graphs are of class 0: "), said[0]);

  const encoder = gin({ nodeFeatures: 3 }, new Random(0)), labels = Int32Array.of(0, 0, 1, 1);
  const view = graphBatch(graphs.features, [0, 1, 2, 3].map((graph) => graphView(graphs, graph)));
  const optimizer = new Adam({ learningRate: 1e-3, weightDecay: 0 }), scl = lossFromSettings({ name: "scl" });
  let refusal: unknown;
  try {
    trainStep(encoder, scl, optimizer, { view1: view, view2: view, labels }, { chunkSize: 2 });
  } catch (error) {
    refusal = error;
  }
  assert(
    refusal instanceof TypeError && refusal.message.includes("must be tensors of images"),
    String(refusal),
  );
  view.dispose();
  encoder.dispose();
});
