import type { FlagTable, FlagValues } from "../core/flags.ts";
import type { Experiment } from "../experiment/plan.ts";
import type { Preset } from "../experiment/presets.ts";

/** How the rows of a figure come about. */
export interface FigureExperiment<Rows, Context, F extends FlagTable> {
  /** What is trained and drawn, in one sentence. */
  readonly summary: string;
  /** The figure's own flags, besides those of every training. */
  readonly flags: F;
  /** What to type after its name, besides nothing and `--preset smoke`. */
  readonly examples: readonly string[];
  /** What flags of every training are for it unless somebody types another value, where that is not as usual. */
  readonly defaults?: Readonly<Record<string, string | number>>;
  /** What the default preset decides for it, where that is not as usual. */
  readonly sizes?: Partial<Preset>;
  /** The least temperature, where the theory is computed. */
  readonly leastTemperature?: number;
  /** Whether it is made of one run only, so that a number of seeds has no part in it. */
  readonly oneSeed?: true;
  /** Whether which runs it is made of depends on the results of the first, so that these are planned, and trained, alone. */
  readonly inSteps?: true;
  /** What else than the usual figure its flags can make, each in a folder of its own, e.g. `train` for `fig2-train`. */
  readonly variants?: readonly string[];
  /** The same figure of several data sets in one picture; absent where it is of one. */
  readonly several?: SeveralDatasets<Rows, Context, F>;
  /** The rows of runs, which are trained if they are not there, and the settings that they share. */
  rows(experiment: Experiment, flags: FlagValues<F>): Promise<FigureContent<Rows, Context>>;
}

/** How a figure of several data sets comes about; its variant is called `datasets`. */
export interface SeveralDatasets<Rows, Context, F extends FlagTable> {
  /** The largest number of data sets that it has room for. */
  readonly most: number;
  /** The rows of one of them. */
  rows(experiment: Experiment, flags: FlagValues<F>): Promise<FigureContent<Rows, Context>>;
  /** The figure of all, in their order. */
  together(parts: readonly FigureContent<Rows, Context>[]): Promise<FigureContent<Rows, Context>>;
}

/** What a figure is drawn from. */
export interface FigureContent<Rows, Context> {
  /** Plain data. */
  readonly rows: Rows;
  /** The settings that all runs share. */
  readonly context: Context;
  /** Which of the figure's variants it is; none where it is the usual one. */
  readonly variant?: string;
}

/** The theory is computed for temperatures from here on. */
export const THEORY_TEMPERATURE = 0.01;
