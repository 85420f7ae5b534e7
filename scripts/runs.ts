/** The runs that are there: a list, one in full, two compared, and those that may go. */
import { basename, dirname, join } from "node:path";
import { datasetNames } from "../lib/data/mod.ts";
import { lossLabel } from "../lib/experiment/compare_settings.ts";
import {
  differingSettings,
  removeStoredRun,
  runLabel,
  type RunMetrics,
  type RunRecord,
  runReferences,
  type StoredRun,
  storedRuns,
} from "../lib/experiment/mod.ts";
import { lossNames } from "../lib/losses/mod.ts";
import { count, list } from "../lib/figures/words.ts";
import { alignedLines, command, didYouMean, flagName, UsageError, wrap } from "./cli/mod.ts";
import { findRun, findRunFolder, runsFolderOf } from "./runs/find_run.ts";

const actions = ["list", "show", "compare", "remove"] as const;
type Action = (typeof actions)[number];

const flags = {
  out: { kind: "directory", default: "results", help: "Folder of results; the runs are in runs/ in it" },
  loss: { kind: "choice", allowed: lossNames, help: "list: only runs of this loss" },
  dataset: { kind: "choice", allowed: datasetNames, help: "list: only runs of this data set" },
  json: { kind: "boolean", help: "list, show, compare: as JSON" },
  unreferenced: {
    kind: "boolean",
    help:
      "remove: what no figure or evaluation in the folder names, and what is damaged, of an older format or left over",
  },
  yes: { kind: "boolean", help: "remove: do it, rather than say what would go" },
} as const;

/** The flags that each action has besides `--out`. */
const flagsOf: Record<Action, readonly (keyof typeof flags)[]> = {
  list: ["loss", "dataset", "json"],
  show: ["json"],
  compare: ["json"],
  remove: ["unreferenced", "yes"],
};

/** `1.25 MB`: three digits. */
function size(bytes: number): string {
  const [unit, of] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  return `${Number((bytes / Number(unit)).toPrecision(3))} ${of}`;
}

/** `5 min`, `3 h`, `12 days`. */
function age(modified: Date): string {
  const minutes = Math.max(0, Date.now() - modified.getTime()) / 60_000;
  if (minutes < 60) return `${Math.floor(minutes)} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60 / 24)} days`;
}

const percent = (share: number) => (100 * share).toFixed(2);
const total = (runs: readonly StoredRun[]) => size(runs.reduce((sum, { bytes }) => sum + bytes, 0));
const cut = (text: string, length: number) => text.length > length ? `${text.slice(0, length - 1)}…` : text;

type Whole = StoredRun & { record: RunRecord };

/** By data set, network and epochs, then in the order of the losses, and the seeds of one settings together. */
function inOrder(a: Whole, b: Whole): number {
  const [first, second] = [a, b].map(({ record: { settings } }) => settings);
  const text = (one: string, other: string) => one < other ? -1 : one > other ? 1 : 0;
  return text(first.dataset.name, second.dataset.name) || text(first.encoder.name, second.encoder.name) ||
    first.epochs - second.epochs ||
    lossNames.indexOf(first.loss.name) - lossNames.indexOf(second.loss.name) ||
    text(JSON.stringify(first.loss), JSON.stringify(second.loss)) || first.seed - second.seed;
}

/** How many letters of the names tell all apart, at least 8. */
function lettersOf(names: readonly string[]): number {
  for (let letters = 8;; letters++) {
    if (new Set(names.map((name) => name.slice(0, letters))).size === names.length) return letters;
  }
}

function listTable(runs: readonly Whole[]): string[][] {
  const letters = lettersOf(runs.map(({ name }) => name));
  return [
    ["run", "loss", "T", "data", "network", "ep", "seed", "kNN", "mean", "size", "age"],
    ...runs.map(({ name, record: { settings, metrics }, bytes, modified }) => {
      const { loss, dataset, encoder, epochs, seed } = settings, { top1, classMean } = metrics.at(-1)!;
      return [
        name.slice(0, letters),
        cut(lossLabel(loss), 20),
        String(loss.temperature ?? ""),
        cut(dataset.name, 10),
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

/** A run as JSON. */
function plain({ record, ...stored }: StoredRun) {
  return { ...stored, ...(record ? { settings: record.settings, metrics: record.metrics } : {}) };
}

async function listAll(
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
  if (whole.length > 0) console.log(alignedLines(listTable(whole)).join("\n"));
  if (whole.length > 0) {
    console.log("\nkNN of features and nearest class mean of embeddings, % after the last epoch");
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

async function storedRun(typed: string, out: string, listing: string): Promise<Whole> {
  const record = await findRun(typed, out, listing);
  const found = (await storedRuns(dirname(record.folder))).find(({ name }) =>
    name === basename(record.folder)
  );
  if (found?.record) return { ...found, record: found.record };
  throw new UsageError(`${record.folder} must stay where it is: received none`);
}

function metricsTable(metrics: readonly RunMetrics[]): string[][] {
  return [
    ["epoch", "loss", "kNN top-1", "kNN top-5", "class mean", "seconds", "images/s"],
    ...metrics.map(({ epoch, loss, top1, top5, classMean, seconds, imagesPerSecond }) => [
      String(epoch),
      loss.toFixed(4),
      percent(top1),
      percent(top5),
      percent(classMean),
      seconds.toFixed(1),
      imagesPerSecond.toFixed(0),
    ]),
  ];
}

/** All settings by their paths. */
function settingLines({ settings }: RunRecord): string[] {
  // Against nothing, every setting differs.
  const all = differingSettings([settings, {} as typeof settings]);
  const width = Math.max(...all.map(({ setting }) => setting.length)) + 2;
  return all.flatMap(({ setting, values: [value] }) =>
    wrap(value.replaceAll('","', '", "'), 100 - width).map((line, i) =>
      `${(i === 0 ? setting : "").padEnd(width)}${line}`
    )
  );
}

async function show(typed: string, out: string, listing: string, json: boolean): Promise<void> {
  const run = await storedRun(typed, out, listing), { record, folder, bytes, modified } = run;
  if (json) return console.log(JSON.stringify(plain(run), undefined, 1));
  console.log(
    [
      runLabel(record.settings),
      `${folder}, ${size(bytes)}, ${age(modified)} old`,
      "",
      ...settingLines(record),
      "",
      ...alignedLines(metricsTable(record.metrics)),
      "accuracies in %",
    ].join("\n"),
  );
}

async function compare(
  typed: readonly string[],
  out: string,
  commandOf: (name: string) => string,
  json: boolean,
): Promise<void> {
  const listing = commandOf("runs"),
    [a, b] = [await storedRun(typed[0], out, listing), await storedRun(typed[1], out, listing)];
  if (a.name === b.name) throw new UsageError(`compare takes two different runs: received ${a.name} twice`);
  const settings = differingSettings([a.record.settings, b.record.settings]);
  const [first, second] = [a, b].map(({ record }) => record.metrics.at(-1)!);
  if (json) {
    return console.log(JSON.stringify({ runs: [plain(a), plain(b)], settings }, undefined, 1));
  }
  const shares = [["kNN top-1 (%)", "top1"], ["kNN top-5 (%)", "top5"], [
    "class mean (%)",
    "classMean",
  ]] as const;
  console.log(
    [
      ...alignedLines([
        ["", a.name, b.name],
        ["", runLabel(a.record.settings), runLabel(b.record.settings)],
        ...settings.map((
          { setting, values },
        ) => [cut(setting, 28), ...values.map((value) => cut(value, 33))]),
      ]),
      "",
      ...alignedLines([
        ["last epoch", "", "", "difference"],
        ["loss", first.loss.toFixed(4), second.loss.toFixed(4), (second.loss - first.loss).toFixed(4)],
        ...shares.map(([words, name]) => [
          words,
          percent(first[name]),
          percent(second[name]),
          percent(second[name] - first[name]),
        ]),
      ]),
      "",
      ...wrap(
        `${commandOf("evaluate")} ${a.name.slice(0, 8)} ${
          b.name.slice(0, 8)
        } says which differences the test images decide`,
      ),
    ].join("\n"),
  );
}

/** The names of what somebody wants to remove from the folder of runs, and nothing outside of it. */
async function namesIn(
  folder: string,
  typed: readonly string[],
  out: string,
  listing: string,
): Promise<string[]> {
  const names: string[] = [];
  for (const each of typed) {
    const path = await findRunFolder(each, out, listing);
    if ((await Deno.lstat(path)).isSymlink) {
      throw new UsageError(`what is removed must be the folder of a run: received the link ${path}`);
    }
    const [parent, place] = await Promise.all([
      Deno.realPath(dirname(path)),
      Deno.realPath(folder).catch(() => undefined),
    ]);
    if (parent !== place) {
      throw new UsageError(`what is removed must be in ${folder}: received ${path}`);
    }
    names.push(basename(path));
  }
  return [...new Set(names)];
}

async function remove(
  typed: readonly string[],
  out: string,
  listing: string,
  { unreferenced, yes }: { unreferenced: boolean; yes: boolean },
): Promise<void> {
  const folder = runsFolderOf(out);
  if ((typed.length > 0) === unreferenced) {
    throw new UsageError(
      `remove takes runs or --unreferenced: received ${unreferenced ? "both" : "neither"}`,
    );
  }
  const all = await storedRuns(folder), { files, silent } = await runReferences(out);
  if (unreferenced && silent.length > 0) {
    throw new UsageError(
      `every figure must say of which runs it is, before those that none names are removed: received ` +
        `${list(silent)}, of an older version (draw again, or remove)`,
    );
  }
  const names = await namesIn(folder, typed, out, listing);
  const strange = names.find((name) => !all.some((run) => run.name === name));
  if (strange !== undefined) {
    throw new UsageError(
      `what is removed must be a run (${listing} lists them): received ${join(folder, strange)}`,
    );
  }
  const chosen = all.filter(({ name, state }) =>
    unreferenced ? state !== "unfinished" && (state !== "whole" || !files.has(name)) : names.includes(name)
  );
  const written = chosen.find(({ state }) => state === "unfinished");
  if (written) {
    throw new UsageError(`what is removed must be finished: received ${written.folder}, being written`);
  }
  for (const { name, record, fault, bytes } of chosen) {
    const used = record && files.get(name);
    const what = record ? runLabel(record.settings) : fault;
    console.log(
      wrap(`${name} (${size(bytes)}): ${what}${used ? `; named by ${list(used)}` : ""}`).join("\n  "),
    );
  }
  if (chosen.length === 0) return console.log(`nothing to remove in ${folder}`);
  if (!yes) {
    return console.log(`\n${count(chosen.length, "run")}, ${total(chosen)}, would be removed: --yes does it`);
  }
  for (const { name } of chosen) await removeStoredRun(folder, name);
  console.log(`\nremoved ${count(chosen.length, "run")}, ${total(chosen)}`);
}

const script = command({
  name: "runs",
  summary:
    "Lists the runs that are there, with settings, accuracy, size and age (list, which is what it does if nothing is said); " +
    "shows one in full (show); says what two differ in (compare); removes some, or those that nothing refers to (remove).",
  operands: {
    form: "[list | show RUN | compare RUN RUN | remove RUN…]",
    help: "What to do; a RUN is the folder of one, or the beginning of its name",
  },
  flags,
  examples: [
    "deno task runs",
    "deno task runs list --loss hscl --dataset characters",
    "deno task runs show 0123",
    "deno task runs compare 0123 4567",
    "deno task runs remove --unreferenced",
    "deno task runs remove 0123 --yes",
  ],
}, async ({ out, ...values }, { operands: [action = "list", ...runs], commandOf }) => {
  if (!isAction(action)) {
    throw new UsageError(
      `unknown action ${JSON.stringify(action)}${didYouMean(action, actions)} (expected ${
        actions.join(", ")
      })`,
    );
  }
  for (const name of Object.keys(values) as (keyof typeof values)[]) {
    if (!values[name] || flagsOf[action].includes(name)) continue;
    const having = actions.filter((each) => flagsOf[each].includes(name));
    throw new UsageError(`${flagName(name)} goes with ${having.join(", ")}: received ${action}`);
  }
  const wanted: Partial<Record<Action, number>> = { list: 0, show: 1, compare: 2 };
  if (wanted[action] !== undefined && runs.length !== wanted[action]) {
    throw new UsageError(`${action} takes ${count(wanted[action], "run")}: received ${runs.length}`);
  }
  const listing = commandOf("runs");
  if (action === "list") await listAll(runsFolderOf(out), values);
  else if (action === "show") await show(runs[0], out, listing, values.json);
  else if (action === "compare") await compare(runs, out, commandOf, values.json);
  else await remove(runs, out, listing, values);
});

function isAction(word: string): word is Action {
  return (actions as readonly string[]).includes(word);
}

export default script;
if (import.meta.main) await script.run();
