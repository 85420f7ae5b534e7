import type { FlagTable } from "../core/flags.ts";
import type { FigureExperiment } from "./experiment.ts";
import type { PlotlyFigure } from "./types.ts";

/** A table of text beside that of a figure. */
export interface FigureDetail {
  /** Its heading. */
  readonly title: string;
  /** How it is to be read, in whole sentences. */
  readonly note: string;
  /** The table, its header first. */
  readonly table: string[][];
}

/**
 * What a figure is once its rows are there: what it is called, what it claims, and pure functions from rows to words and to a
 * picture.
 *
 * @typeParam Rows what the figure is drawn from, plain data
 * @typeParam Context the settings that all runs share
 */
export interface DrawnRecord<Rows = unknown, Context = unknown> {
  /** Short name, e.g. `fig2`: of the task, of the files, and of the place on a page. */
  readonly name: string;
  /** One short line. */
  readonly title: string;
  /** What the figure puts to the test: one sentence, without its full stop. */
  readonly claim: string;
  /** How long it takes with the default settings on 2 cores, after the figures before it, whose runs it shares; measured. */
  readonly seconds: number;
  /** Throws a `RangeError` or a `TypeError` unless the rows can be drawn. */
  check(rows: Rows): void;
  /** The numbers as a table of text, the header first. */
  table(rows: Rows): string[][];
  /** The verdict in a few words, for a table. */
  finding(rows: Rows): string;
  /** What the rows say of the claim, in whole sentences. */
  caption(rows: Rows): string;
  /** What else the rows say, for a page of results. */
  details?(rows: Rows): FigureDetail[];
  /** The picture; equal rows give an equal one. */
  draw(rows: Rows, context: Context): PlotlyFigure;
}

/**
 * All that a figure is: what it is called, what it claims, how its rows come about, and pure functions from them to words and
 * to a picture.
 *
 * @typeParam Rows what the figure is drawn from, plain data
 * @typeParam Context the settings that all runs share
 * @typeParam F the flags of its own
 */
export interface FigureRecord<Rows = unknown, Context = unknown, F extends FlagTable = FlagTable>
  extends DrawnRecord<Rows, Context>, FigureExperiment<Rows, Context, F> {
  /** Other figures of the same task, each with flags of its own, by the preset that draws it, which has the figure's name. */
  // deno-lint-ignore no-explicit-any
  readonly presets?: Readonly<Record<string, FigureRecord<any, any, any>>>;
}
