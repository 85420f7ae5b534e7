/**
 * Table 2: which of the four losses learns the better representation of graphs? Trains networks of graphs with UCL, SCL, H-UCL and
 * H-SCL over several seeds and the parts of a cross-validation, and evaluates them with support vector machines.
 */
import { join } from "node:path";
import { backendNames, type BackendReport } from "../lib/backend/mod.ts";
import { graphViewNames } from "../lib/augment/mod.ts";
import {
  type GraphCollection,
  type GraphCollectionName,
  graphCollectionNames,
  graphCollections,
  loadGraphs,
} from "../lib/data/mod.ts";
import {
  graphPresetOf,
  graphRunHash,
  type GraphRunRecord,
  type GraphRunSettings,
  graphRunsOf,
  presetNames,
  readGraphRun,
} from "../lib/experiment/mod.ts";
import { comparedLosses, comparisonFlags } from "../lib/experiment/loss_flags.ts";
import type { FlagValues } from "../lib/core/flags.ts";
import { negativesLabel } from "../lib/figures/comparison.ts";
import { record } from "../lib/figures/table2/mod.ts";
import { table2Row } from "../lib/figures/table2/rows.ts";
import { count } from "../lib/figures/words.ts";
import { duration } from "./cli/duration.ts";
import { command, interruptible, UsageError } from "./cli/mod.ts";
import type { GraphWorkerSetup } from "./runs/graph_worker.ts";
import { nativeFault } from "./runs/native_fault.ts";
import { type PoolListener, usualJobs, WorkerPool } from "./runs/pool.ts";
import { trainingFlags } from "./runs/training_flags.ts";
import { figureFolder, writeFigure } from "./runs/write_figure.ts";

const { preset, backend, temperature, jobs, out, force } = trainingFlags;

const flags = {
  preset: {
    ...preset,
    help: "How much to train: collections, seeds, parts, epochs, batch size",
    allowed: presetNames,
  },
  collections: { kind: "choices", allowed: graphCollectionNames, help: "Graphs to learn from (preset)" },
  data: { kind: "directory", help: "Folder that has the folders of the TU collections" },
  attributes: { kind: "boolean", help: "Give nodes their attributes, too, beside their labels" },
  ...comparisonFlags,
  views: { kind: "choice", allowed: graphViewNames, default: "random", help: "How views are made of graphs" },
  backend,
  seeds: { kind: "integer", min: 1, max: 1000, help: "Trainings per loss and part (preset)", valueName: "n" },
  folds: { kind: "integer", min: 2, help: "Parts of the cross-validation (preset)", valueName: "n" },
  epochs: { kind: "integer", min: 1, help: "Passes over the training graphs (preset)", valueName: "n" },
  batchSize: {
    kind: "integer",
    min: 2,
    help: "Graphs per batch, each in two views (preset)",
    valueName: "n",
  },
  lr: { kind: "number", above: 0, help: "Learning rate of Adam (preset)" },
  weightDecay: { kind: "number", min: 0, default: 0, help: "Weight decay of Adam" },
  temperature,
  jobs,
  out,
  force,
} as const;

type Flags = FlagValues<typeof flags>;

/** The folder of the trainings of networks of graphs, in that of all results. */
const RUNS = "graph-runs";
const LEFT = "finished trainings are kept and will be reused";
// Without a terminal that could show bars, trainings are told of at most this often.
const LINE_SECONDS = 10;

const say = (line: string) => console.error(`table2: ${line}`);

/** The trainings of all collections on a backend, in the order of the table. */
function runsOn(backend: string, collections: readonly GraphCollection[], flags: Flags): GraphRunSettings[] {
  const usual = graphPresetOf(flags.preset), losses = comparedLosses(flags, flags.temperature);
  return collections.flatMap((collection) => {
    const folds = flags.folds ?? usual.folds;
    if (folds > collection.graphs.count) {
      throw new UsageError(
        `--folds must be at most ${collection.graphs.count}, the graphs of ${collection.name}: received ${folds}`,
      );
    }
    return graphRunsOf({
      backend,
      collection,
      views: flags.views,
      seeds: flags.seeds ?? usual.seeds,
      folds,
      epochs: flags.epochs ?? usual.epochs,
      batchSize: flags.batchSize ?? usual.batchSize,
      temperature: flags.temperature,
      optimizer: { learningRate: flags.lr ?? usual.learningRate, weightDecay: flags.weightDecay },
    }, losses);
  });
}

/** Says now and then how far a pool is. */
function listener(total: number): PoolListener<GraphRunSettings> {
  const started = performance.now();
  let ended = 0, last = started;
  return {
    onStart() {},
    onStep() {},
    onEpoch() {},
    onResume() {},
    onTaken() {},
    onTold: say,
    onEnd(_worker, { loss, seed, part, collection }, failure) {
      ended++;
      const now = performance.now(),
        what = `${collection.name}, ${loss?.name ?? "untrained"}, seed ${seed}, part ${part.fold}`;
      if (failure !== undefined) say(`${what}: failed, ${failure}`);
      else if (now - last > 1000 * LINE_SECONDS && ended < total) {
        last = now;
        say(`${ended} of ${total}, ${duration((now - started) / 1000 * (total - ended) / ended)} left`);
      }
    },
  };
}

/** Finds trainings, on the first of the wanted backends that has all, or does those that are missing. */
async function findOrTrain(
  collections: readonly GraphCollection[],
  flags: Flags,
  runsFolder: string,
  signal: AbortSignal,
): Promise<GraphRunRecord[]> {
  const read = async (runs: readonly GraphRunSettings[]) => {
    const records = new Map<string, GraphRunRecord>();
    if (flags.force) return records;
    for (const run of runs) {
      const found = await readGraphRun(runsFolder, run);
      if (found) records.set(graphRunHash(run), found);
    }
    return records;
  };
  for (
    const name of backendNames.filter((name) =>
      name !== "auto" && (flags.backend === "auto" || flags.backend === name)
    )
  ) {
    const runs = runsOn(name, collections, flags), records = await read(runs);
    if (records.size < runs.length) continue;
    say(`${count(runs.length, "training")} in ${runsFolder}, of backend ${name}; nothing to train`);
    return runs.map((run) => records.get(graphRunHash(run))!);
  }
  await Deno.mkdir(runsFolder, { recursive: true });
  const setup: GraphWorkerSetup = {
    backend: flags.backend,
    options: { ...(flags.data === undefined ? {} : { dataDir: flags.data }), attributes: flags.attributes },
    runsFolder,
  };
  const pool = new WorkerPool<GraphRunSettings, GraphWorkerSetup>(
    setup,
    new URL("./runs/graph_worker.ts", import.meta.url).href,
  );
  const stop = () => void pool.stop();
  signal.addEventListener("abort", stop);
  try {
    const report: BackendReport = await pool.probe().catch((error: Error) => {
      throw flags.backend === "auto" || signal.aborted
        ? error
        : new UsageError(`--backend ${flags.backend}: ${error.message}`);
    });
    const fault = nativeFault(report);
    if (fault) say(fault);
    say(`backend ${report.backend}: ${report.detail}`);
    const runs = runsOn(report.backend, collections, flags), records = await read(runs);
    const missing = runs.filter((run) => !records.has(graphRunHash(run)));
    const workers = Math.min(flags.jobs ?? usualJobs(report), missing.length);
    say(
      `${
        count(runs.length, "training")
      }: ${records.size} there, ${missing.length} to do on ${workers} worker process${
        workers === 1 ? "" : "es"
      }`,
    );
    const failed = await pool.execute(missing, workers, listener(missing.length), {
      force: flags.force,
      sums: false,
    });
    if (failed.length > 0) {
      throw new Error(
        `${failed.length} of ${
          count(missing.length, "training")
        } failed and nothing was drawn; ${LEFT}. First: ${failed[0].reason}`,
      );
    }
    return await Promise.all(runs.map(async (run) => {
      const found = records.get(graphRunHash(run)) ?? await readGraphRun(runsFolder, run);
      if (found) return found;
      throw new Error(`Cannot draw as training ${graphRunHash(run)} must stay where it is: received none`);
    }));
  } finally {
    signal.removeEventListener("abort", stop);
    await pool.stop();
  }
}

const script = command({
  name: "table2",
  summary:
    "Trains networks of graphs with the four losses, and tables their accuracy by support vector machines on the parts of a " +
    "cross-validation that they have not seen, with 95 % intervals over the seeds.",
  flags,
  examples: [
    "deno task table2",
    "deno task table2 --preset smoke",
    "deno task table2 --collections MUTAG,PROTEINS_full --data ~/tu --folds 10",
  ],
}, async (flags, { again }) => {
  await interruptible(LEFT, async (signal) => {
    const names = flags.collections ?? graphPresetOf(flags.preset).collections;
    const options = {
      ...(flags.data === undefined ? {} : { dataDir: flags.data }),
      attributes: flags.attributes,
    };
    const collections = await Promise.all(names.map((name) => loadGraphs(name, options)));
    const records = await findOrTrain(collections, flags, join(flags.out, RUNS), signal);
    signal.throwIfAborted();
    const [{ settings }] = records, [first, ...others] = collections;
    const context = {
      // More are named by their panels.
      dataset: others.length === 0
        ? `${graphCollections[names[0]].label}, ${count(first.graphs.count, "graph")}`
        : `${collections.length} collections`,
      negatives: negativesLabel(comparedLosses(flags, flags.temperature), flags),
      temperature: flags.temperature,
      epochs: flags.epochs ?? graphPresetOf(flags.preset).epochs,
      batchSize: flags.batchSize ?? graphPresetOf(flags.preset).batchSize,
      encoder: `GIN, ${settings.encoder.layers} × ${settings.encoder.width}`,
      backend: settings.backend,
      folds: settings.part.of,
      views: flags.views,
      sets: collections.map(({ name, graphs, classes }) => {
        const own = records.find(({ settings }) =>
          settings.loss && settings.collection.name === name
        )!.settings;
        return {
          dataset: graphCollections[name as GraphCollectionName].label,
          settings: [
            ["SHA-256 of the graphs", `${own.collection.digest.slice(0, 16)}…`],
            ["graphs", String(graphs.count)],
            ["classes", String(classes.length)],
            ["network", `GIN, ${own.encoder.layers} × ${own.encoder.width}`],
            ["features of a node", String(own.encoder.nodeFeatures)],
            ["views", flags.views],
            ["parts", String(own.part.of)],
            ["epochs", String(own.epochs)],
            ["batch size", String(own.batchSize)],
            ["learning rate", String(own.optimizer.learningRate)],
            ["weight decay", String(own.optimizer.weightDecay)],
            ["negatives", negativesLabel(comparedLosses(flags, flags.temperature), flags) || "–"],
            ["temperature", String(flags.temperature)],
            ["backend", own.backend],
          ] as const,
        };
      }),
    };
    await writeFigure({
      folder: figureFolder(flags, record.name),
      record,
      rows: records.map(table2Row),
      context,
      runs: records.map(({ settings }) => graphRunHash(settings)).sort(),
      command: again,
    }, signal);
  });
});

export default script;
if (import.meta.main) await script.run();
