import type { FlagTable, FlagValues } from "../../lib/core/flags.ts";
import type { FigureRecord } from "../../lib/figures/record.ts";
import { runHash } from "../../lib/experiment/mod.ts";
import { type Command, command } from "../cli/mod.ts";
import { type Training, withTraining } from "./training.ts";
import { type TrainingFlags, trainingFlags } from "./training_flags.ts";
import { figureFolder, writeFigure } from "./write_figure.ts";

/** A figure, whatever it is made of. */
// deno-lint-ignore no-explicit-any
export type AnyFigure = FigureRecord<any, any, any>;

/** The flags of the training that a figure takes. */
function flagsOf({ leastTemperature, oneSeed }: AnyFigure): FlagTable {
  const { seeds, temperature, ...others } = trainingFlags;
  const { above: _, ...theory } = temperature;
  return {
    ...others,
    ...(oneSeed ? {} : { seeds }),
    temperature: leastTemperature === undefined ? temperature : { ...theory, min: leastTemperature },
  };
}

/** The flags in the order of the help: those of every training first, in theirs. */
function allFlags(figure: AnyFigure): FlagTable {
  const known = flagsOf(figure);
  const inOrder = Object.keys(trainingFlags).filter((name) => name in known).map((
    name,
  ) => [name, known[name]]);
  return { ...Object.fromEntries(inOrder), ...figure.flags };
}

/** Finds or trains the runs of a figure and writes it. */
export async function drawFigure(
  figure: AnyFigure,
  training: Training,
  flags: FlagValues<FlagTable> & Pick<TrainingFlags, "out" | "preset">,
  signal: AbortSignal,
): Promise<void> {
  const { rows, context, runs } = await training.experiment(async ({ plan, ensure }) => {
    const used = new Set<string>();
    const noting: typeof ensure = async (wanted) => {
      for (const run of wanted) used.add(runHash(run));
      return await ensure(wanted);
    };
    const experiment = { plan: figure.oneSeed ? { ...plan, seeds: 1 } : plan, ensure: noting };
    return { ...await figure.rows(experiment, flags), runs: [...used].sort() };
  });
  const folder = figureFolder(flags, figure.name);
  await writeFigure({ folder, record: figure, rows, context, runs }, signal);
}

/** The command that makes a figure. */
export function figureCommand(figure: AnyFigure): Command {
  const { name, summary, examples } = figure, task = `deno task ${name}`;
  return command({
    name,
    summary,
    flags: allFlags(figure),
    examples: [task, `${task} --preset smoke`, ...examples.map((flags) => `${task} ${flags}`)],
  }, async (values) => {
    const flags = values as FlagValues<FlagTable> & TrainingFlags;
    await withTraining(name, flags, (training, signal) => drawFigure(figure, training, flags, signal));
  });
}
