import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ImageSet, loadDataset } from "@hscl/hscl";
import type { RunMetrics, RunSettings } from "../../lib/experiment/mod.ts";
import { fig1Command, run, secondsOf } from "./processes.ts";

const python1 = fileURLToPath(new URL("fig1.py", import.meta.url));

/** The default figure's trainings here and in PyTorch. */
export interface Fig1Times {
  /** `deno task fig1` from nothing to the picture. */
  ours: number;
  /** Two processes that share the trainings, with torchvision's transforms on PIL's images. */
  torchvision: number;
  /** The same of images that are not augmented: less than PyTorch can take. */
  unaugmented: number;
  /** Mean kNN accuracies after the last epoch, of the same three. */
  top1: [number, number, number];
  /** Trainings. */
  count: number;
}

/**
 * Trains the default figure from nothing on a backend, then the same networks on the same images in PyTorch, in as many
 * processes of one thread each.
 *
 * @param python program with PyTorch, torchvision and NumPy
 */
export async function measureFig1(backend: string, python: string): Promise<Fig1Times> {
  const folder = await Deno.makeTempDir();
  try {
    await run([python, "-c", "import torch, torchvision, numpy"]);
    const out = join(folder, "results"), jobs = 2;
    const command = [...await fig1Command(), "--backend", backend, "--jobs", String(jobs), "--out", out];
    const ours = await secondsOf(command);
    const runs = await runsIn(join(out, "runs"));
    const data = await loadDataset("characters", {
      trainImages: runs[0].settings.dataset.trainImages,
      testImages: runs[0].settings.dataset.testImages,
    });
    const train = await writeSet(folder, "train", data.train),
      test = await writeSet(folder, "test", data.test);
    const peers = async (augmented: boolean) => {
      const shares = Array.from({ length: jobs }, (_, job) => runs.filter((_, i) => i % jobs === job));
      const paths = await Promise.all(shares.map(async (share, job) => {
        const path = join(folder, `trainings-${augmented}-${job}.json`);
        const trainings = share.map(({ settings }) => settings);
        await Deno.writeTextFile(
          path,
          JSON.stringify({ trainings, train, test, shape: data.shape, augmented }),
        );
        return path;
      }));
      const start = performance.now();
      const said = await Promise.all(paths.map((path) => run([python, "-B", python1, path])));
      const seconds = (performance.now() - start) / 1000;
      const means = said.map((line) => (JSON.parse(line) as { top1: number }).top1);
      return {
        seconds,
        top1: means.reduce((sum, mean, job) => sum + mean * shares[job].length, 0) / runs.length,
      };
    };
    const torchvision = await peers(true), unaugmented = await peers(false);
    const top1 = runs.reduce((sum, { last }) => sum + last.top1, 0) / runs.length;
    return {
      ours,
      torchvision: torchvision.seconds,
      unaugmented: unaugmented.seconds,
      top1: [top1, torchvision.top1, unaugmented.top1],
      count: runs.length,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Settings and last measures of every run in a folder, in the order of their names. */
async function runsIn(folder: string): Promise<{ settings: RunSettings; last: RunMetrics }[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && /^[0-9a-f]+$/.test(name)) names.push(name);
  }
  return await Promise.all(
    names.sort().map(async (name) => ({
      settings: JSON.parse(await Deno.readTextFile(join(folder, name, "config.json"))),
      last: JSON.parse(
        (await Deno.readTextFile(join(folder, name, "metrics.jsonl"))).trim().split("\n").at(-1)!,
      ),
    })),
  );
}

async function writeSet(folder: string, name: string, { images, labels }: ImageSet) {
  const files = { images: join(folder, `${name}-images`), labels: join(folder, `${name}-labels`) };
  await Deno.writeFile(files.images, images);
  await Deno.writeFile(files.labels, new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  return files;
}
