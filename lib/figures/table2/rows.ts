import { checkInteger, checkNumber, checkOneOf } from "../../core/checks.ts";
import type { GraphRunRecord } from "../../experiment/graphs/settings.ts";
import { type LossName, lossNames } from "../../losses/presets.ts";
import { checkDistinctRows, checkRoom, checkWords, distinct } from "../rows.ts";

/** What a network of graphs was trained with; `untrained` is one that stays as it was made. */
export type Table2Method = "untrained" | LossName;

/** How one training of a network of graphs came out. */
export interface Table2Row {
  /** Name of the graph collection. */
  collection: string;
  /** What the network was trained with. */
  method: Table2Method;
  /** Seed of the training. */
  seed: number;
  /** Which part of the graphs it was evaluated on. */
  fold: number;
  /** Share of the graphs of that part whose class was predicted, 0 … 1. */
  accuracy: number;
  /** Seconds of training and evaluation; absent where they are not known. */
  seconds?: number;
}

/** The methods, in the order of the figure. */
export const methods: readonly Table2Method[] = ["untrained", ...lossNames];

/** A picture has room for so many. */
const MOST_COLLECTIONS = 12;

/** The row of a training. */
export function table2Row({ settings, accuracy, seconds }: GraphRunRecord): Table2Row {
  const { collection, loss, seed, part } = settings;
  return {
    collection: collection.name,
    method: loss?.name ?? "untrained",
    seed,
    fold: part.fold,
    accuracy,
    seconds,
  };
}

/** Throws unless the rows can be drawn: one per training, and of every seed of a collection the same parts. */
export function checkTable2Rows(rows: readonly Table2Row[]): void {
  checkDistinctRows(
    "Table 2",
    rows,
    ({ collection, method, seed, fold }) => `${collection}, ${method}, seed ${seed}, part ${fold}`,
    "a part of a training",
  );
  for (const { collection, method, seed, fold, accuracy, seconds } of rows) {
    checkWords("collection of a row", collection);
    checkOneOf("method of a row", method, methods);
    checkInteger("seed of a row", seed, { min: 0 });
    checkInteger("fold of a row", fold, { min: 0 });
    checkNumber("accuracy of a row", accuracy, { min: 0, max: 1 });
    if (seconds !== undefined) checkNumber("seconds of a row", seconds, { min: 0 });
  }
  const collections = distinct(rows.map(({ collection }) => collection));
  checkRoom("Table 2", "graph collections", collections, MOST_COLLECTIONS);
  for (const collection of collections) {
    const own = rows.filter((row) => row.collection === collection);
    const parts = new Set(own.map(({ fold }) => fold)).size;
    const trainings = new Map<string, number>();
    for (const { method, seed } of own) {
      const key = `${method}, seed ${seed}`;
      trainings.set(key, (trainings.get(key) ?? 0) + 1);
    }
    for (const [key, count] of trainings) {
      if (count === parts) continue;
      throw new RangeError(
        `Cannot draw Table 2 as each seed must have all ${parts} parts of ${collection}: received ${count} of ${key}`,
      );
    }
  }
}

/** The accuracy of each seed: the mean over its parts. */
export function bySeed(
  rows: readonly Table2Row[],
  collection: string,
  method: Table2Method,
): { seed: number; accuracy: number }[] {
  const own = rows.filter((row) => row.collection === collection && row.method === method);
  return distinct(own.map(({ seed }) => seed)).sort((a, b) => a - b).map((seed) => {
    const parts = own.filter((row) => row.seed === seed).sort((a, b) => a.fold - b.fold);
    return { seed, accuracy: parts.reduce((sum, { accuracy }) => sum + accuracy, 0) / parts.length };
  });
}
