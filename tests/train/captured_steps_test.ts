// Steps that run as functions give the bits of steps that run operation by operation, though everything changes from step to step.
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertNotEquals } from "@std/assert";
import { initBackend, lossFromSettings, Random, trainStep } from "@hscl/hscl";
import {
  encoderFromSettings,
  encoderSettings,
  type NetworkName,
  networkNames,
  networks,
} from "@hscl/hscl/encoders";
import { lossNames, lossPresets } from "@hscl/hscl/losses";
import { type LossSettings, optimizerNames, optimizers, type OptimizerSettings } from "@hscl/hscl/train";
import { optimizerFromSettings } from "../../lib/train/optimizer_settings.ts";
import { nativeTest } from "../backend/native_backend.ts";

const shape = { height: 8, width: 8, channels: 3 }, BATCH = 8;

/** The losses of some steps, and what is trained after them. */
async function trained(
  name: NetworkName,
  loss: LossSettings,
  optimizerName: typeof optimizerNames[number],
  steps: number,
  options: { captured: boolean; chunkSize?: number },
): Promise<{ losses: number[]; weights: Float32Array[]; tensors: number[] }> {
  const width = "widened" in networks[name] ? 1 / 8 : 1;
  const encoder = encoderFromSettings(encoderSettings(name, shape, "small", { width }), new Random(0));
  const rate = (step: number) => 1e-2 / step;
  const settings = {
    ...(optimizerName === "adam" ? {} : { name: optimizerName, ...optimizers[optimizerName].options }),
    learningRate: 1e-2,
    weightDecay: 1e-4,
  } as OptimizerSettings;
  const optimizer = optimizerFromSettings(settings, { epoch: 1, epochs: 1, step: 1, stepsPerEpoch: steps });
  const random = new Random(1), losses: number[] = [], tensors: number[] = [];
  const compute = lossFromSettings(loss);
  for (let step = 1; step <= steps; step++) {
    const own = random.child(step), pixels = BATCH * shape.height * shape.width * shape.channels;
    const view = () =>
      tf.tensor4d(Float32Array.from({ length: pixels }, () => own.normal()), [
        BATCH,
        shape.height,
        shape.width,
        shape.channels,
      ]);
    const labels = Int32Array.from({ length: BATCH }, () => own.integer(2 + step % 3));
    const batch = { view1: view(), view2: view(), labels };
    optimizer.setLearningRate(rate(step));
    const value = trainStep(encoder, compute, optimizer, batch, options);
    losses.push((await value.data())[0]);
    tf.dispose([value, batch.view1, batch.view2]);
    tensors.push(tf.memory().numTensors);
  }
  const weights = await Promise.all(
    encoder.parameters.map(async ({ variable }) => await variable.data() as Float32Array),
  );
  optimizer.dispose();
  encoder.dispose();
  return { losses, weights, tensors };
}

const settingsOf = (name: typeof lossNames[number]) =>
  ({
    name,
    ...(lossPresets[name].hardening === "required"
      ? { hardening: { name: "exponential", parameters: { beta: 2 } } }
      : {}),
  }) as LossSettings;

async function compare(
  ...[network, loss, optimizer, steps, chunkSize]: [
    NetworkName,
    LossSettings,
    typeof optimizerNames[number],
    number,
    number?,
  ]
) {
  await initBackend({ backend: "tensorflow" });
  const given = [network, loss, optimizer, steps] as const,
    chunks = chunkSize === undefined ? {} : { chunkSize };
  const before = tf.memory().numTensors;
  const expected = await trained(...given, { captured: false, ...chunks });
  const found = await trained(...given, { captured: true, ...chunks });
  assertEquals(found, expected);
  assertEquals(new Set(found.tensors.slice(1)).size, 1, `${found.tensors}`);
  assertEquals(tf.memory().numTensors, before);
  assertNotEquals(found.losses[0], found.losses[1]);
}

for (const optimizer of optimizerNames) {
  for (const loss of lossNames) {
    nativeTest(
      `convnet, ${loss}, ${optimizer}: 50 captured steps are those that run one operation after the other`,
      () => compare("convnet", settingsOf(loss), optimizer, 50),
    );
  }
}

for (const network of networkNames) {
  nativeTest(
    `${network}: captured steps are those that run one operation after the other`,
    () => compare(network, settingsOf("hscl"), "adam", network.startsWith("resnet") ? 3 : 50),
  );
}

for (const network of ["convnet", "resnet8"] as const) {
  nativeTest(
    `${network}: captured steps in chunks are those that run one operation after the other`,
    () => compare(network, settingsOf("hucl"), "adam", 3, 4),
  );
}
