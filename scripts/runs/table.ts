/** The command that makes a table of losses: on each data set, β is chosen first, and then the losses are compared. */
import { datasetNames } from "../../lib/data/mod.ts";
import { type DatasetName, datasetSource } from "../../lib/data/data_sets.ts";
import { type PlannedData, runHash, type RunSettings, runsOf } from "../../lib/experiment/mod.ts";
import { betasFlag, betasOf } from "../../lib/figures/betas.ts";
import type { FigureContext, TableSet } from "../../lib/figures/settings.ts";
import {
  chooseBetas,
  givenBeta,
  tableLosses,
  tableRuns,
  tableSet,
} from "../../lib/figures/tables/image_runs.ts";
import type { TableRecord } from "../../lib/figures/tables/record.ts";
import type { BetaChoice, TableRun } from "../../lib/figures/tables/rows.ts";
import { list } from "../../lib/figures/words.ts";
import { type Command, command, interruptible, UsageError } from "../cli/mod.ts";
import type { TrainingManner } from "./check_training.ts";
import { foldersOf } from "./dataset_folders.ts";
import { planFlag } from "./figure.ts";
import { MissingRuns } from "./missing_runs.ts";
import type { PresetSizes } from "./plan_of_flags.ts";
import { LEFT } from "./pool.ts";
import { Training } from "./training.ts";
import { datasetFlags, type TrainingFlags, trainingFlags } from "./training_flags.ts";
import { figureFolder, writeFigure } from "./write_figure.ts";

/** The share of the training images that β is chosen on. */
const VALIDATION = 0.2;

/** What a table does unless somebody says otherwise. */
export interface TableOptions {
  /** The data sets. */
  datasets: readonly DatasetName[];
  /** Sizes of the presets. */
  sizes: PresetSizes;
}

const { preset, dataset: _dataset, data: _data, seeds: _seeds, ...shared } = Object.fromEntries(
  Object.entries(trainingFlags).filter(([name]) => !(name in datasetFlags)),
) as Omit<typeof trainingFlags, keyof typeof datasetFlags>;

function flagsOf({ datasets }: TableOptions) {
  return {
    preset,
    datasets: {
      kind: "choices",
      allowed: datasetNames,
      default: datasets,
      help: "Data sets to train and test on",
    },
    data: {
      kind: "string",
      valueName: "folders",
      help: "Folder of a data set that needs one; of several, as cifar10=DIR,folder=DIR",
    },
    ...shared,
    seeds: { ...trainingFlags.seeds, help: "Runs per loss and data set (5; with smoke 2)" },
    betas: betasFlag([0.5, 1, 2, 5], "Strengths of the hardening exp(βu/T) to choose from"),
    validationSeeds: {
      kind: "integer",
      min: 1,
      max: 1000,
      default: 1,
      help: `Runs per β that it is chosen by, on ${100 * VALIDATION} % of the training images`,
      valueName: "n",
    },
    plan: planFlag,
  } as const;
}

/** The command that makes a table. */
export function tableCommand(record: TableRecord, options: TableOptions): Command {
  const { name, claim } = record, task = `deno task ${name}`, { sizes } = options;
  return command(
    {
      name,
      summary:
        `Trains and evaluates UCL, H-UCL, SCL and H-SCL on ${
          list(options.datasets)
        }, or other data sets, and judges the paper's orderings. ` +
        `${claim}: paired by seed, corrected for the number of comparisons.`,
      flags: flagsOf(options),
      examples: [
        task,
        `${task} --preset smoke`,
        `${task} --datasets mnist,cifar10 --data cifar10=~/cifar-10-batches-bin --seeds 8`,
        `${task} --betas 1`,
      ],
    },
    async (
      { datasets, data, betas: given, validationSeeds, plan: path, ...values },
      { commandOf, again },
    ) => {
      const folders = foldersOf(data, datasets), betas = betasOf(given, 12);
      if (path !== undefined && values.force) {
        throw new UsageError(
          "--plan goes without --force: received both (a run of a plan that is there is not trained again)",
        );
      }
      await interruptible(LEFT, async (signal) => {
        const used = new Set<string>(), missing = new MissingRuns(), runs: TableRun[] = [];
        const choices: BetaChoice[] = [], sets: TableSet[] = [];
        let context: FigureContext = {}, first: PlannedData | undefined, isOpen = false;
        const note = (wanted: readonly RunSettings[]) => {
          for (const run of wanted) used.add(runHash(run));
          return wanted;
        };
        for (const dataset of datasets) {
          const flags = { ...values, dataset, data: folders.get(dataset) } as TrainingFlags;
          const label = datasetSource(dataset).label;
          const within = async <T>(
            work: (training: Training) => Promise<T>,
            manner: TrainingManner & { seeds?: number } = {},
          ): Promise<T> => {
            const { seeds = flags.seeds, ...others } = manner;
            const training = await Training.open(name, { ...flags, seeds }, signal, { sizes, ...others });
            try {
              return await work(training);
            } finally {
              await training.close();
            }
          };
          const chosen = betas.length === 1 ? givenBeta(betas[0], label) : await within(async (training) => {
            if (path !== undefined) {
              const absent = await training.missing((experiment) => chooseBetas(experiment, betas, label));
              missing.add(training.dataset, absent);
              if (absent.length > 0) return [];
            }
            return await training.experiment(({ plan, ensure }) =>
              chooseBetas({ plan, ensure: (wanted) => ensure(note(wanted)) }, betas, label)
            );
          }, { validation: VALIDATION, seeds: validationSeeds });
          isOpen ||= chosen.length === 0;
          choices.push(...chosen);
          await within(async (training) => {
            first ??= training.dataset;
            if (path !== undefined) {
              const absent = await training.missing(({ plan, ensure }) =>
                ensure(runsOf(plan, tableLosses(plan, chosen)))
              );
              return missing.add(training.dataset, absent);
            }
            const found = await training.experiment(async ({ plan, scored }) => ({
              runs: await tableRuns({
                plan,
                scored: (wanted) => scored(note(wanted)),
              }, chosen),
              ...tableSet(plan),
            }));
            runs.push(...found.runs);
            sets.push(found.set);
            context = found.context;
          });
        }
        if (path !== undefined) {
          await missing.write(path, first!, commandOf("sweep"));
          if (isOpen) console.log("others depend on the β that these choose: plan again when they are there");
          return;
        }
        const rows = { runs, choices };
        await writeFigure({
          folder: figureFolder(values, name),
          record,
          rows,
          context: { ...context, sets },
          command: again,
          runs: [...used].sort(),
        }, signal);
      });
    },
  );
}
