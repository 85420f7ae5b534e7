import { type Experiment, runHash, type RunSettings } from "../../lib/experiment/mod.ts";
import type { FigureContent } from "../../lib/figures/experiment.ts";
import type { FigureRecord } from "../../lib/figures/record.ts";
import type { Training } from "./training.ts";
import type { TrainingFlags } from "./training_flags.ts";
import { figureFolder, writeFigure } from "./write_figure.ts";

/** A figure, whatever it is made of. */
// deno-lint-ignore no-explicit-any
export type AnyFigure = FigureRecord<any, any, any>;

/** The experiment of a figure. */
export function experimentOf({ oneSeed }: AnyFigure, { plan, ...others }: Experiment): Experiment {
  return { plan: oneSeed ? { ...plan, seeds: 1 } : plan, ...others };
}

/** What work with a training comes to, and the names of the runs that it is made of. */
export async function withNames<T>(
  figure: AnyFigure,
  training: Training,
  work: (experiment: Experiment) => Promise<T>,
): Promise<{ content: T; runs: string[] }> {
  return await training.experiment(async ({ plan, ensure, scored }) => {
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
    return { content: await work(experiment), runs: [...used].sort() };
  });
}

/** How a figure is drawn. */
export interface Drawing {
  /** What makes it again. */
  again: string;
  /** Gives up. */
  signal: AbortSignal;
}

/** Writes a figure; a variant of it has a name and a folder of its own. */
export async function writeContent(
  figure: AnyFigure,
  { rows, context, variant }: FigureContent<unknown, unknown>,
  runs: readonly string[],
  flags: Pick<TrainingFlags, "out" | "preset">,
  { again, signal }: Drawing,
): Promise<void> {
  const name = variant === undefined ? figure.name : `${figure.name}-${variant}`;
  const record = { ...figure, name };
  await writeFigure(
    { folder: figureFolder(flags, name), record, rows, context, runs, command: again },
    signal,
  );
}
