/**
 * Figure 9: what do the data set, the batch size, the number of negatives, wrong labels and imbalance do to the four losses? Changes
 * one at a time, trains with each loss, and draws the accuracies.
 */
import { type DatasetName, datasetNames } from "../lib/data/mod.ts";
import type { versionFlags } from "../lib/data/versions.ts";
import { contextOf, type PlannedData, runHash, type RunSettings } from "../lib/experiment/mod.ts";
import { comparisonFlags } from "../lib/experiment/loss_flags.ts";
import { type Fig9Point, fig9Runs } from "../lib/figures/fig9/experiment.ts";
import { record } from "../lib/figures/fig9/mod.ts";
import { axisNames, type Fig9Row } from "../lib/figures/fig9/rows.ts";
import { ascending } from "../lib/figures/rows.ts";
import type { FigureContext } from "../lib/figures/settings.ts";
import { command, interruptible, UsageError } from "./cli/mod.ts";
import { planFlag } from "./runs/figure.ts";
import { foldersOf } from "./runs/dataset_folders.ts";
import { MissingRuns } from "./runs/missing_runs.ts";
import type { PresetSizes } from "./runs/plan_of_flags.ts";
import { LEFT } from "./runs/pool.ts";
import { Training } from "./runs/training.ts";
import { datasetFlags, type TrainingFlags, trainingFlags } from "./runs/training_flags.ts";
import { figureFolder, writeFigure } from "./runs/write_figure.ts";

const sizes: PresetSizes = {
  smoke: { trainImages: 300, testImages: 200, batchSize: 32 },
  default: { size: "small", seeds: 4, epochs: 2, batchSize: 64, trainImages: 1000, testImages: 500 },
};

const own = new Set(["dataset", "data", "labelNoise", "imbalance", ...Object.keys(datasetFlags)]);
const { preset, ...shared } = Object.fromEntries(
  Object.entries(trainingFlags).filter(([name]) => !own.has(name)),
) as Omit<typeof trainingFlags, "dataset" | "data" | "labelNoise" | "imbalance" | keyof typeof datasetFlags>;
const { negatives: _, ...losses } = comparisonFlags;

const flags = {
  preset,
  axes: { kind: "choices", allowed: axisNames, default: axisNames, help: "What to change" },
  datasets: {
    kind: "choices",
    allowed: datasetNames,
    default: ["mnist", "characters"] as readonly DatasetName[],
    help: "Data sets to compare, of which the first is that of all other axes",
  },
  data: {
    kind: "string",
    valueName: "folders",
    help: "Folder of a data set that needs one; of several, as cifar10=DIR,cifar100=DIR",
  },
  batchSizes: { kind: "integers", min: 2, default: [32, 64, 128], help: "Batch sizes to compare" },
  negatives: {
    kind: "integers",
    min: 1,
    default: [4, 16],
    help: "Numbers of negatives to draw for each anchor, to compare with all of them",
  },
  labelNoises: {
    kind: "numbers",
    min: 0,
    max: 0.999,
    default: [0, 0.2, 0.4],
    help: "Shares of wrong labels to compare",
  },
  imbalances: { kind: "numbers", min: 1, default: [1, 10, 100], help: "Imbalances to compare" },
  ...losses,
  ...shared,
  seeds: { ...trainingFlags.seeds, help: "Runs per loss and value (4; with smoke 2)" },
  plan: planFlag,
} as const;

/** Points that have their images in common, and how these are others than usual. */
interface Group {
  dataset: DatasetName;
  version: { [Name in keyof typeof versionFlags]?: number };
  points: Fig9Point[];
}

const script = command({
  name: "fig9",
  summary:
    "Changes the data set, the batch size, the number of negatives, the share of wrong labels and the imbalance of the classes, one at a " +
    "time, and draws what that does to the accuracy of the four losses.",
  flags,
  examples: [
    "deno task fig9",
    "deno task fig9 --preset smoke",
    "deno task fig9 --axes noise,imbalance --seeds 5",
    "deno task fig9 --axes classes --datasets mnist,characters,cifar10,cifar100 --data cifar10=DIR,cifar100=DIR",
  ],
}, async (
  { axes, datasets, data, batchSizes, negatives, labelNoises, imbalances, plan: path, ...values },
  { commandOf, again },
) => {
  const folders = foldersOf(data, datasets);
  if (path !== undefined && values.force) {
    throw new UsageError(
      "--plan goes without --force: received both (a run of a plan that is there is not trained again)",
    );
  }
  const [base] = datasets, usual: Group = { dataset: base, version: {}, points: [] }, groups = [usual];
  const add = (dataset: DatasetName, version: Group["version"], point: Fig9Point) => {
    const isUsual = dataset === base && Object.keys(version).length === 0;
    if (isUsual) usual.points.push(point);
    else groups.push({ dataset, version, points: [point] });
  };
  const changes = {
    classes: () => datasets.forEach((dataset, place) => add(dataset, {}, { axis: "classes", place })),
    batch: () =>
      ascending(batchSizes).forEach((batchSize, place) =>
        add(base, {}, { axis: "batch", place, value: `${batchSize}`, batchSize })
      ),
    negatives: () =>
      [...ascending(negatives), undefined].forEach((count, place) =>
        add(base, {}, { axis: "negatives", place, value: `${count ?? "all"}`, negatives: count })
      ),
    noise: () =>
      ascending(labelNoises).forEach((labelNoise, place) =>
        add(base, labelNoise === 0 ? {} : { labelNoise }, { axis: "noise", place, value: `${labelNoise}` })
      ),
    imbalance: () =>
      ascending(imbalances).forEach((imbalance, place) =>
        add(base, imbalance === 1 ? {} : { imbalance }, { axis: "imbalance", place, value: `${imbalance}` })
      ),
  };
  for (const axis of axisNames) if (axes.includes(axis)) changes[axis]();

  await interruptible(LEFT, async (signal) => {
    const used = new Set<string>(), missing = new MissingRuns(), rows: Fig9Row[] = [];
    let first: PlannedData | undefined, context: FigureContext | undefined, batchSize = values.batchSize;
    for (const { dataset, version, points } of groups) {
      const flags = {
        ...values,
        batchSize,
        ...version,
        dataset,
        data: folders.get(dataset),
      } as TrainingFlags;
      const training = await Training.open("fig9", flags, signal, { sizes });
      try {
        const take = (wanted: readonly RunSettings[]) => {
          for (const run of wanted) used.add(runHash(run));
          return wanted;
        };
        // Fewer images, as where classes are out of balance, do not make smaller batches.
        batchSize ??= training.batchSize;
        first ??= training.dataset;
        if (points.length === 0) continue;
        if (path !== undefined) {
          const absent = await training.missing((experiment) => fig9Runs(experiment, points, values));
          missing.add(training.dataset, absent, { isVersion: true });
          continue;
        }
        rows.push(
          ...await training.experiment(async ({ plan, ensure }) => {
            context ??= contextOf(plan);
            return await fig9Runs({ plan, ensure: (runs) => ensure(take(runs)) }, points, values);
          }),
        );
      } finally {
        await training.close();
      }
    }
    if (path !== undefined) return await missing.write(path, first!, commandOf("sweep"));
    await writeFigure({
      folder: figureFolder(values, record.name),
      record,
      rows,
      context: context!,
      runs: [...used].sort(),
      command: again,
    }, signal);
  });
});

export default script;
if (import.meta.main) await script.run();
