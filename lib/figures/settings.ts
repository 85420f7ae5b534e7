import { plainText } from "./theme.ts";
import { count } from "./words.ts";

/** A data set of a table, and the settings of its own. */
export interface TableSet {
  /** What it is called. */
  dataset: string;
  /** What its runs were made with, in the order of a table: name and value. */
  settings: readonly (readonly [name: string, value: string])[];
}

/** Settings that all runs of a figure share; those that are known become its subtitle. */
export interface FigureContext {
  /** Name of the data set. */
  dataset?: string;
  /** Strength β of the exponential hardening, where all runs have the same. */
  beta?: number;
  /** What all runs do with their negatives, e.g. `threshold, τ = 0.5`. */
  negatives?: string;
  /** Temperature of the losses. */
  temperature?: number;
  /** Passes over the training images. */
  epochs?: number;
  /** Images per batch. */
  batchSize?: number;
  /** Name of the encoder. */
  encoder?: string;
  /** The TensorFlow.js backend. */
  backend?: string;
  /** The settings on each data set, in the order of the runs; for a page of results. */
  sets?: readonly TableSet[];
}

/** The subtitle: what is known of the settings, and after the data set a note, e.g. the number of seeds. */
export function settingsLine(context: FigureContext, note?: string): string {
  const { dataset, beta, negatives, temperature, epochs, batchSize, encoder, backend } = context;
  const known = (value: unknown, text: string) => value === undefined || value === "" ? [] : [text];
  return [
    ...known(dataset, plainText(dataset ?? "")),
    ...known(note, note ?? ""),
    ...known(beta, `β = ${beta}`),
    ...known(negatives, plainText(negatives ?? "")),
    ...known(temperature, `T = ${temperature}`),
    ...known(epochs, count(epochs ?? 0, "epoch")),
    ...known(batchSize, `batch ${batchSize}`),
    ...known(encoder, plainText(encoder ?? "")),
    ...known(backend, plainText(backend ?? "")),
  ].join("  ·  ");
}

/** `3 seeds`, `2–3 seeds`; with one seed each, that there is no interval. */
export function seedsText(seedsPerCurve: readonly number[]): string {
  const least = Math.min(...seedsPerCurve), most = Math.max(...seedsPerCurve);
  const text = least === most ? count(most, "seed") : `${least}–${most} seeds`;
  return most > 1 ? text : `${text}: no interval`;
}

/** The settings that runs on several data sets share. */
export function sharedContext(contexts: readonly FigureContext[]): FigureContext {
  const [first, ...others] = contexts;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) =>
      others.every((each) => each[name as keyof FigureContext] === value)
    ),
  );
}
