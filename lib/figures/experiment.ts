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
  /** The rows of runs, which are trained if they are not there, and the settings that they share. */
  rows(experiment: Experiment, flags: FlagValues<F>): Promise<{ rows: Rows; context: Context }>;
}

/** The theory is computed for temperatures from here on. */
export const THEORY_TEMPERATURE = 0.01;
