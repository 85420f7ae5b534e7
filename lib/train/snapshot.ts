import * as tf from "../core/tfjs.ts";
import { checkObject } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { writeAtomically } from "../core/write_atomically.ts";
import { DataError } from "../data/data_error.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import type { CheckpointDescription } from "./checkpoint_description.ts";
import { checkOptimizerState } from "./optimizer.ts";
import { type OptimizerName, optimizerNames, optimizerOf } from "./optimizers.ts";
import { readPart, readTensors, writeTensors } from "./tensor_files.ts";
import type { TrainingState } from "./training_state.ts";

/**
 * Writes all that a training is: the encoder as a checkpoint to `folder/checkpoint/`, and to `folder/snapshot/` the
 * optimizer's moments (`moments.bin`, `moments.json`) and where the training stands (`state.json`). What the training took of
 * time is no part of it: equal trainings have equal snapshots. One that is there already is none from the start, and the new one is
 * once it is whole: who may be killed meanwhile writes to another folder.
 *
 * @param description of the checkpoint, see {@linkcode saveCheckpoint}
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { convnet, initBackend, loadDataset, lossFromSettings, pipelineFor, Random, trainContrastive } from "@hscl/hscl";
 * import { loadSnapshot, saveSnapshot } from "@hscl/hscl/train";
 * await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const options = { channels: data.shape.channels, widths: [4], strides: [2], head: { hidden: 8, output: 4 } };
 * const training = {
 *   encoder: convnet(options, new Random(0)),
 *   loss: lossFromSettings({ name: "scl" }),
 *   set: data.train,
 *   shape: data.shape,
 *   augmentation: pipelineFor(data).train,
 *   epochs: 2,
 *   batchSize: 10,
 *   optimizer: { learningRate: 1e-3, weightDecay: 1e-6 },
 *   random: new Random(0),
 * };
 * const folder = await Deno.makeTempDir(), losses: number[] = [];
 * for await (const { epoch, loss, state } of trainContrastive(training)) {
 *   losses.push(loss);
 *   if (epoch === 1) await saveSnapshot(training.encoder, await state(), folder);
 * }
 * // The second epoch once more, by an encoder that knows nothing of the first.
 * const encoder = convnet(options, new Random(1)), from = await loadSnapshot(encoder, folder);
 * for await (const { loss } of trainContrastive({ ...training, encoder, from })) assertEquals(loss, losses[1]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function saveSnapshot(
  encoder: Encoder,
  state: TrainingState,
  folder: string,
  description: CheckpointDescription = {},
): Promise<void> {
  checkObject("state of a training", state);
  const { epoch, step, lossSum, observedSums } = state, optimizer = checkOptimizerState(state.optimizer);
  const position = `${folder}/snapshot/state.json`, { errors, mkdir, remove } = denoFor("write a snapshot");
  // Without it nobody reads what is there, of which some parts may soon be new and others old.
  await remove(position).catch((error) => {
    if (!(error instanceof errors.NotFound)) throw error;
  });
  await saveCheckpoint(encoder, `${folder}/checkpoint`, description);
  await mkdir(`${folder}/snapshot`, { recursive: true });
  const tensors = [...optimizer.moments].flatMap(([name, kept]) =>
    Object.entries(kept).map(([kind, values]) => ({ name: `${kind}/${name}`, tensor: tf.tensor1d(values) }))
  );
  try {
    await writeTensors(`${folder}/snapshot/moments`, tensors);
  } finally {
    tf.dispose(tensors.map(({ tensor }) => tensor));
  }
  const observed = observedSums === undefined ? {} : { observedSums };
  const values = {
    epoch,
    step,
    lossSum,
    ...observed,
    optimizerStep: optimizer.step,
    optimizer: optimizer.name,
  };
  await writeAtomically(position, JSON.stringify(values, null, 1) + "\n");
}

/**
 * Reads a snapshot: the parameters into an encoder of the same settings, and the state to go on from. Seconds are 0.
 *
 * @throws {DataError} if a file is missing or broken; the message names it
 * @throws {RangeError} if a parameter is missing or has another shape
 */
export async function loadSnapshot(encoder: Encoder, folder: string): Promise<TrainingState> {
  await loadCheckpoint(encoder, `${folder}/checkpoint`);
  const { optimizerStep, optimizer, ...position } = await readPosition(`${folder}/snapshot/state.json`);
  const path = `${folder}/snapshot/moments`, moments = new Map<string, Record<string, Float32Array>>();
  const kinds = optimizerOf(optimizer ?? "adam").moments;
  const trained = encoder.parameters.filter(({ trainable }) => trainable);
  const tensors = await readTensors(path, (shapes) => {
    for (const { name, variable } of trained) {
      if (kinds.every((kind) => shapes.get(`${kind}/${name}`)?.join() === `${variable.size}`)) continue;
      throw new RangeError(
        `Cannot load ${path}.json as parameter ${name} must have ${variable.size} moments of each kind: received others`,
      );
    }
  });
  for (const { name } of trained) {
    const kept = kinds.map(async (kind) => [kind, await tensors.get(`${kind}/${name}`)!.data()] as const);
    moments.set(name, Object.fromEntries(await Promise.all(kept)) as Record<string, Float32Array>);
  }
  tf.dispose([...tensors.values()]);
  const named = optimizer === undefined ? {} : { name: optimizer };
  return { ...position, seconds: 0, optimizer: { ...named, step: optimizerStep, moments } };
}

interface Position {
  epoch: number;
  step: number;
  lossSum: number;
  /** Absent where no loss is observed. */
  observedSums?: number[];
  optimizerStep: number;
  /** Which optimizer; Adam where it is absent. */
  optimizer?: OptimizerName;
}

async function readPosition(path: string): Promise<Position> {
  let position: Partial<Record<string, unknown>> | undefined;
  try {
    position = JSON.parse(new TextDecoder().decode(await readPart(path)));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const { epoch, step, optimizerStep, lossSum, observedSums, optimizer } = position ?? {};
  const areSums = observedSums === undefined ||
    Array.isArray(observedSums) && observedSums.every((sum) => typeof sum === "number");
  const isKnown = optimizer === undefined || optimizerNames.includes(optimizer as OptimizerName);
  if (
    isKnown && areSums && [epoch, step, optimizerStep].every(Number.isInteger) && typeof lossSum === "number"
  ) {
    const sums = observedSums === undefined ? {} : { observedSums };
    return { epoch, step, lossSum, ...sums, optimizerStep, optimizer } as Position;
  }
  throw new DataError(`Cannot read ${path} as it must say where a training stands: received something else`);
}
