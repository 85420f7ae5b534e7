import type { Flag, FlagTable, FlagValues } from "../../lib/core/flags.ts";
import type { FigureRecord } from "../../lib/figures/record.ts";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import {
  type Experiment,
  parseRunPlan,
  runHash,
  runPlanText,
  type RunSettings,
} from "../../lib/experiment/mod.ts";
import { count } from "../../lib/figures/words.ts";
import { type Command, command, UsageError } from "../cli/mod.ts";
import { LEFT } from "./pool.ts";
import { type Training, withTraining } from "./training.ts";
import { type TrainingFlags, trainingFlags } from "./training_flags.ts";
import { figureFolder, writeFigure } from "./write_figure.ts";

/** A figure, whatever it is made of. */
// deno-lint-ignore no-explicit-any
export type AnyFigure = FigureRecord<any, any, any>;

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
  return { ...Object.fromEntries(inOrder), ...figure.flags, plan: planFlag };
}

/** The runs of figures that are not there, as a plan that somebody else can execute. */
export async function planFigures(
  figures: readonly (readonly [AnyFigure, FlagValues<FlagTable>])[],
  training: Training,
  path: string,
  sweep: string,
): Promise<void> {
  const runs: RunSettings[] = [], later: string[] = [];
  for (const [figure, flags] of figures) {
    const missing = await training.missing((experiment) =>
      figure.rows(experimentOf(figure, experiment), flags)
    );
    runs.push(...missing);
    if (figure.inSteps && missing.length > 0) later.push(figure.name);
  }
  const text = runPlanText({ dataset: training.dataset, runs }), { length } = parseRunPlan(text, path).runs;
  await writeAtomically(path, text);
  console.log(path);
  console.log(
    length === 0 ? "no run is missing" : `${count(length, "run")} to train: ${sweep} --from ${path}`,
  );
  for (const name of later) {
    console.log(
      `${name} may need others, which depend on the results of these: plan again when they are there`,
    );
  }
}

function experimentOf({ oneSeed }: AnyFigure, { plan, ...others }: Experiment): Experiment {
  return { plan: oneSeed ? { ...plan, seeds: 1 } : plan, ...others };
}

/** Finds or trains the runs of a figure and writes it. */
export async function drawFigure(
  figure: AnyFigure,
  training: Training,
  flags: FlagValues<FlagTable> & Pick<TrainingFlags, "out" | "preset">,
  signal: AbortSignal,
): Promise<void> {
  const { rows, context, runs } = await training.experiment(async ({ plan, ensure, scored }) => {
    const used = new Set<string>();
    const note = (wanted: readonly RunSettings[]) => {
      for (const run of wanted) used.add(runHash(run));
      return wanted;
    };
    const experiment = experimentOf(figure, {
      plan,
      ensure: (wanted) => ensure(note(wanted)),
      scored: (wanted) => scored(note(wanted)),
    });
    return { ...await figure.rows(experiment, flags), runs: [...used].sort() };
  });
  const folder = figureFolder(flags, figure.name);
  await writeFigure({ folder, record: figure, rows, context, runs }, signal);
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
  }, async ({ plan, ...values }, { commandOf }) => {
    const typed = values as FlagValues<FlagTable> & TrainingFlags;
    const flags: typeof typed = isPreset ? { ...typed, preset: "default" } : typed;
    if (plan !== undefined && flags.force) {
      throw new UsageError(
        "--plan goes without --force: received both (a run of a plan that is there is not trained again)",
      );
    }
    await withTraining(
      name,
      flags,
      (training, signal) =>
        plan === undefined
          ? drawFigure(figure, training, flags, signal)
          : planFigures([[figure, flags]], training, plan as string, commandOf("sweep")),
      LEFT,
      sizes === undefined ? {} : { sizes: { default: sizes } },
    );
  });
}
