/** Figures of several data sets: the runs on each, and one picture of all. */
import type { FlagTable, FlagValues } from "../../lib/core/flags.ts";
import { type DatasetName, datasetNames } from "../../lib/data/mod.ts";
import { interruptible, UsageError } from "../cli/mod.ts";
import { describeAllowed } from "../cli/flags.ts";
import { folderFault } from "../cli/paths.ts";
import { foldersOf } from "./dataset_folders.ts";
import { type AnyFigure, experimentOf, withNames, writeContent } from "./figure_content.ts";
import { MissingRuns } from "./missing_runs.ts";
import { LEFT } from "./pool.ts";
import { Training } from "./training.ts";
import { type TrainingFlags, trainingFlags } from "./training_flags.ts";

/** Flags with that of several data sets beside that of one. */
export function withDatasets(flags: FlagTable): FlagTable {
  const datasets = {
    kind: "choices",
    allowed: datasetNames,
    help: "Several data sets, for one picture of all",
  } as const;
  const data = {
    kind: "string",
    valueName: "folder",
    help: `${trainingFlags.data.help}; of several data sets, as cifar10=DIR,cifar100=DIR`,
  } as const;
  return Object.fromEntries(
    Object.entries(flags).flatMap(([name, flag]) =>
      name === "dataset" ? [[name, flag], ["datasets", datasets]] : [[name, name === "data" ? data : flag]]
    ),
  );
}

/** Throws unless this is the path of a folder, where there is one. */
export function checkFolder(data: string | undefined): void {
  const fault = data === undefined ? undefined : folderFault(data, false);
  if (fault === undefined) return;
  throw new UsageError(`--data must be ${describeAllowed(trainingFlags.data)}: received ${fault}`);
}

/** Where a plan goes, and what people type to execute it, or to make the figure again. */
interface Planned {
  path: string | undefined;
  sweep: string;
  again: string;
}

/** Finds or trains the runs of a figure on each of several data sets, and writes it; or plans those that are missing. */
export async function figureOfSeveral(
  figure: AnyFigure,
  datasets: readonly DatasetName[],
  flags: FlagValues<FlagTable> & TrainingFlags,
  { path, sweep, again }: Planned,
): Promise<void> {
  const { most, rows, together } = figure.several!;
  if (datasets.length > most) {
    throw new UsageError(
      `--datasets must be at most ${most} for ${figure.name}: received ${datasets.length}`,
    );
  }
  const folders = foldersOf(flags.data, datasets);
  await interruptible(LEFT, async (signal) => {
    const trainings: Training[] = [];
    try {
      // All, so that nothing is trained before the last of them is known to be right.
      for (const dataset of datasets) {
        const own = { ...flags, dataset, data: folders.get(dataset) };
        trainings.push(await Training.open(figure.name, own, signal));
      }
      if (path !== undefined) {
        const absent = new MissingRuns();
        for (const training of trainings) {
          const runs = await training.missing((experiment) => rows(experimentOf(figure, experiment), flags));
          absent.add(training.dataset, runs);
        }
        return await absent.write(path, trainings[0].dataset, sweep);
      }
      const parts = [];
      for (const training of trainings) {
        parts.push(await withNames(figure, training, (experiment) => rows(experiment, flags)));
        await training.close();
      }
      const content = await together(parts.map(({ content }) => content));
      const runs = parts.flatMap(({ runs }) => runs).sort();
      await writeContent(figure, { ...content, variant: "datasets" }, runs, flags, { again, signal });
    } finally {
      for (const training of trainings) await training.close();
    }
  });
}
