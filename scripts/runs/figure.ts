import type { Flag, FlagTable, FlagValues } from "../../lib/core/flags.ts";
import type { DatasetName } from "../../lib/data/mod.ts";
import { type Command, command, UsageError } from "../cli/mod.ts";
import { type AnyFigure, type Drawing, experimentOf, withNames, writeContent } from "./figure_content.ts";
import { MissingRuns } from "./missing_runs.ts";
import { LEFT } from "./pool.ts";
import { checkFolder, figureOfSeveral, withDatasets } from "./several_datasets.ts";
import { type Training, withTraining } from "./training.ts";
import { type TrainingFlags, trainingFlags } from "./training_flags.ts";

/** The flags of the training that a figure takes. */
function flagsOf({ leastTemperature, oneSeed, defaults = {} }: AnyFigure): FlagTable {
  const { seeds, temperature, learnTemperature, leastTemperature: least, ...others } = trainingFlags;
  const { above: _, ...theory } = temperature;
  const known: FlagTable = {
    ...others,
    // What the theory says is of one temperature.
    ...(leastTemperature === undefined ? { learnTemperature, leastTemperature: least } : {}),
    ...(oneSeed ? {} : { seeds }),
    temperature: leastTemperature === undefined ? temperature : { ...theory, min: leastTemperature },
  };
  return Object.fromEntries(
    Object.entries(known).map(([key, flag]) => [
      key,
      key in defaults ? { ...flag, default: defaults[key] } as Flag : flag,
    ]),
  );
}

/** The flag of what is planned rather than made. */
export const planFlag = {
  kind: "file",
  help:
    "Write the runs that are missing to this file, for deno task sweep --from, and train and draw nothing",
} as const;

/** The flags in the order of the help: those of every training first, in theirs. */
function allFlags(figure: AnyFigure): FlagTable {
  const known = flagsOf(figure);
  const inOrder = Object.keys(trainingFlags).filter((name) => name in known).map((
    name,
  ) => [name, known[name]]);
  const all = { ...Object.fromEntries(inOrder), ...figure.flags, plan: planFlag };
  return figure.several ? withDatasets(all) : all;
}

/** The runs of figures that are not there, as a plan that somebody else can execute. */
export async function planFigures(
  figures: readonly (readonly [AnyFigure, FlagValues<FlagTable>])[],
  training: Training,
  path: string,
  sweep: string,
): Promise<void> {
  const absent = new MissingRuns(), later: string[] = [];
  for (const [figure, flags] of figures) {
    const missing = await training.missing((experiment) =>
      figure.rows(experimentOf(figure, experiment), flags)
    );
    absent.add(training.dataset, missing);
    if (figure.inSteps && missing.length > 0) later.push(figure.name);
  }
  await absent.write(path, training.dataset, sweep);
  for (const name of later) {
    console.log(
      `${name} may need others, which depend on the results of these: plan again when they are there`,
    );
  }
}

/** Finds or trains the runs of a figure and writes it. */
export async function drawFigure(
  figure: AnyFigure,
  training: Training,
  flags: FlagValues<FlagTable> & Pick<TrainingFlags, "out" | "preset">,
  drawing: Drawing,
): Promise<void> {
  const { content, runs } = await withNames(
    figure,
    training,
    (experiment) => figure.rows(experiment, flags),
  );
  await writeContent(figure, content, runs, flags, drawing);
}

/** The command that makes a figure, and those that its presets are. */
export function figureCommand(figure: AnyFigure): Command {
  const { name, presets = {} } = figure, names = Object.keys(presets);
  const usual = ownCommand(figure, name, `deno task ${name}`, {
    ...allFlags(figure),
    ...(names.length === 0 ? {} : {
      preset: {
        ...trainingFlags.preset,
        allowed: [...trainingFlags.preset.allowed, ...names],
        help: `${trainingFlags.preset.help}; ${names.join(", ")}: another figure, with flags of its own ` +
          `(--preset ${names[0]} --help)`,
      },
    }),
  });
  const others = Object.entries(presets).map(([preset, other]) => {
    const flags = { ...allFlags(other), preset: { ...presetFlag(preset), help: "What this is" } };
    return [preset, ownCommand(other, name, `deno task ${name} --preset ${preset}`, flags)] as const;
  });
  const chosen = (args: readonly string[]) => others.find(([preset]) => isGiven(preset, args))?.[1] ?? usual;
  return {
    script: usual.script,
    run: () => chosen(Deno.args).run(),
    runAs: (typed, args) => chosen(args).runAs(typed, args),
    exitCode: (args, output) => chosen(args).exitCode(args, output),
  };
}

const presetFlag = (preset: string): Flag => ({
  kind: "choice",
  allowed: [preset],
  default: preset,
  help: "",
});

/** Whether a preset is typed. */
function isGiven(preset: string, args: readonly string[]): boolean {
  return args.some((arg, at) =>
    arg === `--preset=${preset}` || (arg === "--preset" && args[at + 1] === preset)
  );
}

/** The command of one figure; `task` is what is typed for it. */
function ownCommand(figure: AnyFigure, name: string, task: string, flags: FlagTable): Command {
  const { summary, examples, presets, sizes } = figure, isPreset = figure.name !== name;
  return command({
    name,
    summary,
    flags,
    examples: [
      task,
      ...(isPreset ? [] : [`${task} --preset smoke`]),
      ...examples.map((flags) => `${task} ${flags}`),
      ...Object.keys(presets ?? {}).map((preset) => `${task} --preset ${preset}`),
    ],
  }, async ({ plan, datasets, ...values }, { commandOf, typed, again }) => {
    const given = values as FlagValues<FlagTable> & TrainingFlags;
    const flags: typeof given = isPreset ? { ...given, preset: "default" } : given;
    if (plan !== undefined && flags.force) {
      throw new UsageError(
        "--plan goes without --force: received both (a run of a plan that is there is not trained again)",
      );
    }
    if (datasets !== undefined) {
      if (typed.has("dataset")) throw new UsageError("--datasets goes without --dataset: received both");
      const path = plan as string | undefined, sweep = commandOf("sweep");
      return await figureOfSeveral(figure, datasets as DatasetName[], flags, { path, sweep, again });
    }
    if (figure.several) checkFolder(flags.data);
    await withTraining(
      name,
      flags,
      (training, signal) =>
        plan === undefined
          ? drawFigure(figure, training, flags, { again, signal })
          : planFigures([[figure, flags]], training, plan as string, commandOf("sweep")),
      LEFT,
      sizes === undefined ? {} : { sizes: { default: sizes } },
    );
  });
}
