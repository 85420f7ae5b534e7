/** How well finished runs tell classes apart: one run in detail, or several side by side with their differences. */
import { basename, join } from "node:path";
import { backendNames, initBackend } from "../lib/backend/mod.ts";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { type ImageDataset, readImages } from "../lib/data/mod.ts";
import { datasetSource } from "../lib/data/data_sets.ts";
import type { DatasetName } from "../lib/data/mod.ts";
import { confusionMatrix } from "../lib/evaluate/mod.ts";
import {
  datasetLabel,
  evaluateRun,
  type OtherImages,
  type Run,
  type RunEvaluation,
  runLabel,
} from "../lib/experiment/mod.ts";
import { runData } from "../lib/experiment/run_data.ts";
import { compareEvaluations, type EvaluationDifference } from "../lib/figures/evaluation/compare.ts";
import { confusionCaption, confusionFigure } from "../lib/figures/evaluation/confusion.ts";
import { differenceTable, evaluationsTable, evaluationTable } from "../lib/figures/evaluation/table.ts";
import { figureHtml } from "../lib/figures/html.ts";
import { jsonText } from "../lib/figures/page.ts";
import { count, list } from "../lib/figures/words.ts";
import type { FlagTable, FlagValues } from "../lib/core/flags.ts";
import { alignedLines, command, flagName, interruptible, UsageError, wrap } from "./cli/mod.ts";
import { findRun } from "./runs/find_run.ts";
import { nativeFault } from "./runs/native_fault.ts";

/** The runs that somebody has typed, each once. */
async function findRuns(typed: readonly string[], out: string, listing: string): Promise<Run[]> {
  const runs: Run[] = [], hashes = new Set<string>();
  for (const each of typed) {
    const run = await findRun(each, out, listing), hash = basename(run.folder);
    if (hashes.has(hash)) throw new UsageError(`each RUN may be given only once: received ${hash} again`);
    hashes.add(hash);
    runs.push(run);
  }
  return runs;
}

/** Throws if there are fewer training images than neighbours are asked for. */
function checkNeighbours(runs: readonly Run[], k: number | undefined, on: string): void {
  for (const { folder, settings: { dataset } } of runs) {
    const most = dataset.trainImages - (on === "train" ? 1 : 0);
    if (k === undefined || k <= most) continue;
    throw new UsageError(
      `--k must be at most the ${most} training images that may be neighbours in ${folder}: received ${k}`,
    );
  }
}

/** Throws if a folder of images is given that none of the runs needs. */
function checkDataFlag(runs: readonly Run[], data: string | undefined): void {
  const names = [...new Set(runs.map(({ settings }) => settings.dataset.name))];
  if (data === undefined || names.some((name) => datasetSource(name as DatasetName)?.folder !== undefined)) {
    return;
  }
  throw new UsageError(
    `--data goes with runs of images in a folder: received ${count(runs.length, "run")} of ${list(names)}`,
  );
}

async function checkOn(on: string): Promise<void> {
  if (on === "test" || on === "train" || (await Deno.stat(on).catch(() => undefined))?.isDirectory) return;
  throw new UsageError(`--on must be test, train or a folder of images: received ${JSON.stringify(on)}`);
}

/** Which images to evaluate a run on; those of a folder as the run takes them. */
async function imagesOf(on: string, { shape }: ImageDataset): Promise<"test" | "train" | OtherImages> {
  if (on === "test" || on === "train") return on;
  const { images, count, labels, classes } = await readImages(on, shape);
  if (labels === undefined || classes === undefined) {
    throw new UsageError(`--on must be a folder with a folder of images per class: received images in ${on}`);
  }
  return { name: on, set: { images, labels, count }, classes };
}

/** What the images of an evaluation are, in words. */
function describeImages({ on, images, settings }: RunEvaluation): string {
  const whose = on === "test" ? " test" : on === "train" ? " training" : "";
  return `${count(images, `${whose.trim()} image`.trim())} of ${
    whose === "" ? on : datasetLabel(settings.dataset)
  }`;
}

/** What the numbers are, for who reads them the first time. */
function notes({ on, converged, k, probe }: RunEvaluation): string[] {
  const fitted = probe === "exact"
    ? "the linear probe is the least of a convex loss, so no seed decides it" +
      (converged ? "" : " (which it has not reached within 1000 steps)")
    : `the linear probe was trained with Adam for ${
      count(probe.epochs!, "epoch")
    }, batch ${probe.batchSize}, ` +
      `learning rate ${probe.learningRate}, seed ${probe.seed}, on images that are not augmented`;
  return [
    `kNN of ${count(k, "neighbour")}, which predicts only their classes, also in the top-5; ${fitted}`,
    ...(on === "train"
      ? [
        "no image is its own neighbour, but the probe and the class means have seen it: they say how well it was learned",
      ]
      : []),
  ].flatMap((note) => wrap(note));
}

/** Of the class means by inner product. */
function likelihood({ logLikelihood: { mean, halfWidth } }: RunEvaluation): string {
  return mean === -Infinity
    ? "none, as a class has no training image"
    : `${mean.toFixed(3)}${Number.isNaN(halfWidth) ? "" : ` ± ${halfWidth.toFixed(3)}`}`;
}

/** One run in detail. */
function detailLines(evaluation: RunEvaluation): string[] {
  return [
    `${runLabel(evaluation.settings)}: ${describeImages(evaluation)}`,
    "",
    ...alignedLines(evaluationTable(evaluation)),
    "",
    `mean log-likelihood of the class means, softmax of inner products with T = 1: ${likelihood(evaluation)}`,
    ...notes(evaluation),
    "95 %: over the images, as independent ones, of this training; another seed may differ by more",
  ];
}

// More does not fit beside the measures in a line.
const LONGEST_LABEL = 14;

/** Several runs side by side, in percent, and what the others differ by from the first. */
function sideBySideLines(
  evaluations: readonly RunEvaluation[],
  differences: readonly EvaluationDifference[],
): string[] {
  const [head, ...rows] = evaluationsTable(evaluations), labels = [...new Set(rows.map(([label]) => label))];
  const isLong = labels.some((label) => label.length > LONGEST_LABEL);
  const short = (label: string) => isLong ? `#${labels.indexOf(label) + 1}` : label;
  return [
    describeImages(evaluations[0]),
    "",
    ...(isLong ? [...labels.map((label) => `${short(label)}  ${label}`), ""] : []),
    ...alignedLines([head, ...rows.map(([label, ...cells]) => [short(label), ...cells])]),
    "in percent; kNN, lin (linear probe) and mean h (nearest class mean) are of the features, mean z, ip",
    "(class mean by inner product) and the rest of the embeddings",
    "",
    ...notes(evaluations[0]),
    ...labels.slice(1).flatMap((label) =>
      comparisonLines(differences.filter((each) => each.label === label))
    ),
  ];
}

function comparisonLines(differences: readonly EvaluationDifference[]): string[] {
  const [{ label, reference, over, seeds }] = differences;
  return [
    "",
    `${label} minus ${reference}, ${
      over === "seeds" ? `paired over ${count(seeds.length, "seed")}` : "paired over the images"
    }`,
    "",
    ...alignedLines(differenceTable(differences)),
    "± 95 %, for a measure of all comparisons together",
    ...(over === "seeds" ? [] : wrap(
      `of two trainings (${
        seeds[0] === seeds[1] ? `seed ${seeds[0]}` : `seeds ${seeds[0]} and ${seeds[1]}`
      }) on images like these: of their settings it decides nothing, for which several seeds are needed`,
    )),
  ];
}

/** What sets an evaluation apart from the usual one of its run, to be put behind a file's name. */
function variant({ k, probe, settings }: RunEvaluation): string {
  const neighbours = k === settings.evaluation.k ? "" : `-k${k}`;
  if (probe === "exact") return neighbours;
  const { epochs, batchSize, learningRate, seed } = probe;
  return `${neighbours}-adam-${epochs}-${batchSize}-${learningRate}-${seed}`;
}

/** Writes the numbers of a run and its confusions, and returns the paths. */
async function write(folder: string, evaluation: RunEvaluation, backend: string): Promise<string[]> {
  const { folder: runFolder, on, labels, predictions, classes, settings } = evaluation;
  const run = basename(runFolder), title = "What the nearest neighbours take for what";
  const name = `${run}-${basename(on).replaceAll(/[^\p{L}\p{N}._-]/gu, "_")}${variant(evaluation)}`;
  const path = (ending: string) => join(folder, `${name}.${ending}`);
  const confusions = { labels, predictions: predictions.knn, classes };
  const figure = confusionFigure(confusions, {
    title,
    subtitle: `${runLabel(settings)}  ·  ${describeImages(evaluation)}`,
  });
  const confusion = confusionMatrix(labels, predictions.knn, { classes: classes.length });
  await writeAtomically(path("json"), jsonText({ run, backend, ...evaluation, confusion }) + "\n");
  const caption = confusionCaption(confusions);
  await writeAtomically(path("html"), await figureHtml(figure, { title, caption }));
  return [path("json"), path("html")];
}

/** Flags of a linear probe that is trained with Adam. */
const probeFlags = {
  probeEpochs: {
    kind: "integer",
    min: 1,
    help: "Passes of the probe over the training images, with --probe adam (100)",
    valueName: "n",
  },
  probeBatchSize: {
    kind: "integer",
    min: 1,
    help: "Images per batch of the probe, with --probe adam (512)",
    valueName: "n",
  },
  probeLr: { kind: "number", above: 0, help: "Learning rate of the probe, with --probe adam (0.001)" },
  probeSeed: { kind: "integer", min: 0, help: "Seed of the probe, with --probe adam (0)", valueName: "n" },
} as const satisfies FlagTable;

/** How the linear probe is fitted. */
function probeOf(
  { probe, probeEpochs, probeBatchSize, probeLr, probeSeed }:
    & FlagValues<typeof probeFlags>
    & { probe: "exact" | "adam" },
): RunEvaluation["probe"] {
  const given = Object.entries({ probeEpochs, probeBatchSize, probeLr, probeSeed }).find(([, value]) =>
    value !== undefined
  );
  if (probe === "adam") {
    return {
      epochs: probeEpochs ?? 100,
      batchSize: probeBatchSize ?? 512,
      learningRate: probeLr ?? 1e-3,
      seed: probeSeed ?? 0,
    };
  }
  if (given === undefined) return "exact";
  throw new UsageError(`${flagName(given[0])} goes with --probe adam: received --probe exact`);
}

const script = command({
  name: "evaluate",
  summary:
    "Measures how well finished runs tell classes apart: kNN, linear probe, class means, Recall@K and MAP@R, and which " +
    "classes are taken for which. Several runs come side by side, with the differences of each from the first.",
  operands: {
    form: "RUN…",
    help: "Folders of runs, or the beginnings of their names (deno task runs lists them)",
    least: 1,
  },
  flags: {
    on: {
      kind: "string",
      default: "test",
      valueName: "images",
      help: "test or train, or a folder of other images with a folder per class",
    },
    data: { kind: "directory", help: "Folder of the runs' own images, where they are in one" },
    k: {
      kind: "integer",
      min: 1,
      help: "Neighbours of the kNN, which predicts only their classes (those of the run)",
      valueName: "n",
    },
    probe: {
      kind: "choice",
      allowed: ["exact", "adam"],
      default: "exact",
      help: "Linear probe: the least loss there is, or trained with Adam as in the paper's protocol",
    },
    ...probeFlags,
    backend: {
      kind: "choice",
      allowed: backendNames,
      default: "auto",
      help: "TensorFlow.js backend that computes",
    },
    out: {
      kind: "directory",
      written: true,
      default: "results",
      help: "Folder for evaluate/; runs are looked for in runs/ in it",
    },
  },
  examples: [
    "deno task evaluate results/runs/0123456789abcdef",
    "deno task evaluate 0123 4567 --on train",
    "deno task evaluate 0123 --data photos --on other_photos",
    "deno task evaluate 0123 --probe adam --probe-epochs 20",
  ],
}, async ({ on, data: dataDir, k, out, ...flags }, { operands, commandOf }) => {
  await checkOn(on);
  const probe = probeOf(flags);
  const runs = await findRuns(operands, out, commandOf("runs"));
  checkDataFlag(runs, dataDir);
  checkNeighbours(runs, k, on);
  await interruptible("nothing was written", async (signal) => {
    const report = await initBackend({ backend: flags.backend }).catch((error) => {
      throw new UsageError(`--backend ${flags.backend}: ${error.message}`);
    });
    const fault = nativeFault(report);
    if (fault) console.error(`evaluate: ${fault}`);
    console.error(`evaluate: backend ${report.backend}: ${report.detail}`);
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => {}); // where nobody waits for it
    signal.addEventListener("abort", () => aborted.reject(signal.reason));
    const loaded = new Map<string, ImageDataset>(), evaluations: RunEvaluation[] = [];
    for (const run of runs) {
      signal.throwIfAborted();
      console.error(`evaluate: ${runLabel(run.settings)} (${evaluations.length + 1} of ${runs.length})`);
      const { digest } = run.settings.dataset;
      const data = loaded.get(digest) ??
        await runData(run.settings, { dataDir, shape: run.shape }, `evaluate ${run.folder}`);
      loaded.set(digest, data);
      // What still computes after Ctrl-C is of no use to anybody.
      const evaluation = evaluateRun(run, { data, on: await imagesOf(on, data), k, probe, signal });
      evaluations.push(await Promise.race([evaluation, aborted.promise]));
    }
    const differences = differencesOf(evaluations);
    console.log(
      (evaluations.length === 1 ? detailLines(evaluations[0]) : sideBySideLines(evaluations, differences))
        .join("\n"),
    );
    const folder = join(out, "evaluate"), paths: string[] = [];
    await Deno.mkdir(folder, { recursive: true });
    for (const evaluation of evaluations) paths.push(...await write(folder, evaluation, report.backend));
    if (differences.length > 0) {
      const path = join(folder, "comparison.json");
      const names = runs.map(({ folder }) => basename(folder));
      const neighbours = evaluations.map(({ k }) => k);
      await writeAtomically(path, jsonText({ runs: names, on, k: neighbours, probe, differences }) + "\n");
      paths.push(path);
    }
    console.log(["", ...paths].join("\n"));
  });
});

function differencesOf(evaluations: readonly RunEvaluation[]): EvaluationDifference[] {
  try {
    return compareEvaluations(evaluations);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

export default script;
if (import.meta.main) await script.run();
