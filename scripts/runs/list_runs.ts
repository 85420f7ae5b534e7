import { lossLabel } from "../../lib/experiment/compare_settings.ts";
import { type StoredRun, storedRuns } from "../../lib/experiment/mod.ts";
import { count } from "../../lib/figures/words.ts";
import { lossNames } from "../../lib/losses/mod.ts";
import { alignedLines, wrap } from "../cli/mod.ts";
import { callDatasets } from "./dataset_versions.ts";
import { age, cut, percent, plain, size, total, type Whole } from "./run_words.ts";

/** By data set and its versions, network and epochs, then in the order of the losses, and the seeds of one settings together. */
function inOrder(a: Whole, b: Whole): number {
  const [first, second] = [a, b].map(({ record: { settings } }) => settings);
  const text = (one: string, other: string) => one < other ? -1 : one > other ? 1 : 0;
  return text(first.dataset.name, second.dataset.name) ||
    text(JSON.stringify(first.dataset), JSON.stringify(second.dataset)) ||
    text(first.encoder.name, second.encoder.name) ||
    first.epochs - second.epochs ||
    lossNames.indexOf(first.loss.name) - lossNames.indexOf(second.loss.name) ||
    text(JSON.stringify(first.loss), JSON.stringify(second.loss)) || first.seed - second.seed;
}

/** How many digits of the names tell all apart, at least 8. */
function digitsOf(names: readonly string[]): number {
  for (let digits = 8;; digits++) {
    if (new Set(names.map((name) => name.slice(0, digits))).size === names.length) return digits;
  }
}

function listTable(runs: readonly Whole[], datasets: readonly string[]): string[][] {
  const digits = digitsOf(runs.map(({ name }) => name));
  return [
    ["run", "loss", "T", "data", "network", "ep", "seed", "kNN", "mean", "size", "age"],
    ...runs.map(({ name, record: { settings, metrics }, bytes, modified }, at) => {
      const { loss, encoder, epochs, seed } = settings, { top1, classMean } = metrics.at(-1)!;
      return [
        name.slice(0, digits),
        cut(lossLabel(loss), 20),
        String(loss.temperature ?? ""),
        datasets[at],
        cut(encoder.name, 8),
        String(epochs),
        String(seed),
        percent(top1),
        percent(classMean),
        size(bytes),
        age(modified),
      ];
    }),
  ];
}

/** Prints what is there: runs that are whole, and those that are not. */
export async function listAll(
  folder: string,
  { loss, dataset, json }: { loss?: string; dataset?: string; json: boolean },
): Promise<void> {
  const all = await storedRuns(folder);
  const whole = all.filter((run): run is Whole => run.record !== undefined).filter(({ record }) =>
    (loss ?? record.settings.loss.name) === record.settings.loss.name &&
    (dataset ?? record.settings.dataset.name) === record.settings.dataset.name
  ).sort(inOrder);
  // What cannot be read is of no loss and no data set.
  const broken = loss ?? dataset ? [] : all.filter(({ record }) => record === undefined);
  if (json) return console.log(JSON.stringify([...whole, ...broken].map(plain), undefined, 1));
  if (whole.length > 0) {
    const { names, notes } = callDatasets(whole.map(({ record }) => record.settings.dataset), 10);
    console.log(alignedLines(listTable(whole, names)).join("\n"));
    console.log("\nkNN of features and nearest class mean of embeddings, % after the last epoch");
    for (const note of notes) console.log(wrap(note).join("\n  "));
  }
  console.log(`${count(whole.length, "run")} in ${folder}, ${total(whole)}`);
  const kinds = [
    ["damaged", ({ state }: StoredRun) => state === "damaged"],
    ["of an older version", ({ state }: StoredRun) => state === "old"],
    ["unfinished", ({ state }: StoredRun) => state === "left" || state === "unfinished"],
  ] as const;
  for (const [words, isOne] of kinds) {
    const some = broken.filter(isOne);
    if (some.length === 0) continue;
    console.log(`\n${some.length} ${words}, ${total(some)}:`);
    for (const { name, fault, bytes } of some) {
      console.log(wrap(`${name} (${size(bytes)}): ${fault}`, 98).map((line) => `  ${line}`).join("\n"));
    }
  }
}
