/**
 * A program that writes runs, as its tests start it several times at once, or kill it. Arguments: folder, how many runs, and
 * before which use of the file system it kills itself (0: never). Prints how often it has used the file system.
 */
import { Adam, convnet, type Encoder, initBackend, Random } from "@hscl/hscl";
import { readRun, runHash, type RunSettings, RunTakenError } from "@hscl/hscl/experiment";
import { claimRun, type RunClaim } from "../../lib/experiment/run_claim.ts";
import { putInPlace, RunWriter } from "../../lib/experiment/run_writer.ts";

/** The network of the runs. */
export const network = { channels: 1, widths: [2], strides: [2], head: { hidden: 2, output: 2 } };

/** What the runs know of their images. */
export const images = { shape: { height: 4, width: 4, channels: 1 }, classes: ["odd", "even"] };

/** Settings of the runs that the program writes. */
export const settingsOf = (seed: number): RunSettings => ({
  format: 8,
  backend: "cpu",
  dataset: { name: "synthetic", digest: "abc", trainImages: 10, testImages: 4 },
  augmentation: { name: "digits", views: ["crop"], statistics: { mean: [0.1], std: [0.3] } },
  encoder: { name: "convnet", ...network },
  loss: { name: "ucl" },
  optimizer: { learningRate: 1e-3, weightDecay: 0 },
  epochs: 2,
  batchSize: 5,
  seed,
  evaluation: { k: 200, temperature: 0.5 },
});

/** Claims a run, once nobody else has it. */
export async function claimSoon(folder: string, settings: RunSettings): Promise<RunClaim> {
  await Deno.mkdir(folder, { recursive: true });
  for (;;) {
    try {
      return await claimRun(folder, runHash(settings));
    } catch (error) {
      if (!(error instanceof RunTakenError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** The state of a training after so many epochs, of which nothing but the number of steps is true. */
export async function stateAfter(epochs: number, encoder: Encoder) {
  const adam = new Adam({ learningRate: 1e-3, weightDecay: 0 });
  const trained = encoder.parameters.filter(({ trainable }) => trainable);
  const optimizer = { ...await adam.state(trained), step: 2 * epochs };
  adam.dispose();
  return { epoch: epochs + 1, step: 0, lossSum: 0, seconds: 0, optimizer };
}

/** Writes the run of a seed anew, whose epochs took some seconds each; of other images, if they are given. */
export async function writeRun(
  folder: string,
  seed: number,
  seconds: number,
  dataset?: RunSettings["dataset"],
): Promise<void> {
  const usual = settingsOf(seed), settings = { ...usual, dataset: dataset ?? usual.dataset };
  const claim = await claimSoon(folder, settings);
  await putInPlace(claim.folder, `${folder}/${runHash(settings)}`);
  const encoder = convnet(network, new Random(seed)), labels = Int32Array.of(0, 1);
  const writer = await RunWriter.start(claim, settings, images);
  await writer.forget();
  const keep = (epoch: number) =>
    writer.keep({ epoch, embeddings: Float32Array.of(1, epoch, 0, seed), dim: 2, labels });
  await keep(0);
  for (const epoch of [1, 2]) {
    await keep(epoch);
    writer.append({ epoch, loss: 1 / epoch, top1: 0.5, top5: 1, classMean: 0.4 }, {
      epoch,
      seconds,
      imagesPerSecond: 10,
    });
    await writer.snapshot(encoder, await stateAfter(epoch, encoder));
  }
  await writer.finish(Float32Array.of(1, 0, 0, 1), labels);
  await writer.close();
  encoder.dispose();
}

if (import.meta.main) {
  const [folder, runs, killAt] = [Deno.args[0], ...Deno.args.slice(1).map(Number)] as [
    string,
    number,
    number,
  ];
  let uses = 0;
  const names = ["mkdir", "makeTempFile", "open", "link", "rename", "remove"] as const;
  for (const name of names) {
    const original = Deno[name] as (...args: unknown[]) => unknown;
    Object.assign(Deno, {
      [name]: (...args: unknown[]) => {
        if (++uses === killAt) Deno.kill(Deno.pid, "SIGKILL");
        return original(...args);
      },
    });
  }
  await initBackend({ backend: "cpu" });
  for (let seed = 0; seed < runs; seed++) {
    await writeRun(folder, seed, Deno.pid);
    // While another process replaces it, there is none for the moment between two renames.
    let tries = 0;
    while (!await readRun(folder, settingsOf(seed))) {
      if (++tries === 100) throw new Error(`Cannot find run ${seed} after it was written`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  console.log(uses);
}
