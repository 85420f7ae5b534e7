/** Checks the claims of the theory on anyone's embeddings: sentences and tables on stdout, and all of it as files. */
import { basename, join, resolve } from "node:path";
import { backendNames } from "../lib/backend/mod.ts";
import { hardeningFlags, hardeningsOf } from "../lib/experiment/hardening_flags.ts";
import { type OpenEmbeddings, openEmbeddings, readLabels } from "../lib/experiment/files.ts";
import { negativeWeightOf, openRun, presets, type Run } from "../lib/experiment/mod.ts";
import { checkRunFiles } from "../lib/experiment/run_manifest.ts";
import { CheckProgress } from "./check/progress.ts";
import type { CheckAnswer, CheckOutcome, CheckRequest } from "./check/worker.ts";
import { writeCheck } from "./check/write_check.ts";
import { command, interruptible, UsageError, wrap } from "./cli/mod.ts";
import { findRunFolder, mayBeRunName } from "./runs/find_run.ts";

// A norm this near to 1 is 1 up to the rounding of float32 and of whoever wrote the file.
const UNIT_TOLERANCE = 1e-3;

/** The folder of the run that somebody has typed; nothing if it is the path of a file, which reading says what is wrong with. */
async function runFolderOf(typed: string, out: string, listing: string): Promise<string | undefined> {
  const there = await Deno.stat(typed).catch(() => undefined);
  const isRun = there === undefined ? mayBeRunName(typed) : there.isDirectory;
  return isRun ? await findRunFolder(typed, out, listing, "--embeddings") : undefined;
}

/** Refuses what would not fit, before it is read: beside the embeddings, their unit rows in float64 and float32. */
function checkMemory({ count, dim, bytes }: OpenEmbeddings): void {
  const needed = count * (bytes + 12 * dim), { available } = Deno.systemMemoryInfo();
  if (needed <= available) return;
  const gibibytes = (size: number) => (size / 2 ** 30).toFixed(1);
  throw new UsageError(
    `--embeddings must fit into memory: ${count} of ${dim} dimensions need ${
      gibibytes(needed)
    } GiB, received ` +
      `${gibibytes(available)} GiB`,
  );
}

/** Lets a thread do the checks. */
function check(request: CheckRequest, progress: CheckProgress, signal: AbortSignal) {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./check/worker.ts", import.meta.url).href, { type: "module" });
  const ended = Promise.withResolvers<CheckOutcome>();
  worker.onmessage = ({ data }: MessageEvent<CheckAnswer>) => {
    if (data.kind === "stage") progress.stage(data.stage);
    else if (data.kind === "fault") console.error(`check: ${data.fault}`);
    else if (data.kind === "estimate") progress.expect(data.seconds);
    else if (data.kind === "done") ended.resolve(data.outcome);
    else ended.reject(Object.assign(new Error(data.message), { stack: data.stack }));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    ended.reject(new Error(event.message));
  };
  signal.addEventListener("abort", () => ended.reject(signal.reason));
  worker.postMessage(request, [request.values.buffer, request.labels.buffer]);
  return ended.promise.finally(() => worker.terminate());
}

/** `T` and `Q` of the losses: what was typed, else what a run was trained with, else what the figures are; and where they are from. */
function scaleOf(typed: { temperature?: number; negativeWeight?: number }, run: Run | undefined) {
  const { batchSize } = run?.settings ?? presets.default;
  const temperature = typed.temperature ?? run?.settings.loss.temperature ?? 0.5;
  const negativeWeight = typed.negativeWeight ?? negativeWeightOf(batchSize, run?.settings.views);
  const usual = [
    ...(typed.temperature === undefined ? ["T (--temperature)"] : []),
    ...(typed.negativeWeight === undefined ? ["Q (--negative-weight)"] : []),
  ];
  const words = usual.length === 0
    ? ""
    : `${usual.join(" and ")} as in ${
      run ? "the run's training" : "the figures' trainings"
    }, in batches of ${batchSize}`;
  return { temperature, negativeWeight, words };
}

/** What the folder of results is called: by the run, or by the file, without what a file system might not take. */
function nameOf(path: string, run: string | undefined): string {
  const name = basename(resolve(run ?? path)).replace(/(\.np[yz])?(:.*)?$/i, "").replaceAll(/[^\w.-]+/g, "_");
  return name.replace(/^\.+/, "") || "embeddings";
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

const script = command({
  name: "check",
  summary:
    "Checks Assumption 1, Theorems 1 and 2, Harris' inequality, the limit of many negatives and the geometry of " +
    "the class means on labelled embeddings, over all pairs.",
  flags: {
    embeddings: {
      kind: "string",
      required: true,
      valueName: "path",
      help:
        "A .npy file [embeddings, dimensions] of float16, float32 or float64, an array of a .npz file (features.npz:name), " +
        "the folder of a run, or the beginning of its name",
    },
    labels: {
      kind: "string",
      valueName: "path",
      help: "A .npy file, or an array of a .npz file, of one integer per embedding; a run's own if not given",
    },
    ...hardeningFlags("numbers"),
    temperature: {
      kind: "number",
      min: 0.01,
      help: "Temperature T; that of a run's training if not given, else 0.5",
    },
    negativeWeight: {
      kind: "number",
      above: 0,
      help:
        "Weight Q of the negatives in the losses; if not given 2·batch − 2, as losses and figures have it, with the batch " +
        `of a run's training, else of ${presets.default.batchSize}`,
    },
    products: {
      kind: "choice",
      allowed: ["auto", "float64", "float32"],
      default: "auto",
      help: "Precision of the cosines; auto takes float64 for up to 2,048 embeddings",
    },
    backend: {
      kind: "choice",
      allowed: backendNames,
      default: "auto",
      help: "TensorFlow.js backend of float32 products",
    },
    seed: {
      kind: "integer",
      min: 0,
      default: 0,
      help: "Of what is left out for intervals, bootstrap intervals and sampled negatives",
    },
    out: {
      kind: "directory",
      written: true,
      default: "results",
      help:
        "Folder for check/, where each call makes a folder of its own; runs are looked for in runs/ in it",
    },
  },
  examples: [
    "deno task check --embeddings results/runs/0123456789abcdef --beta 0.5,1,5",
    "deno task check --embeddings 0123",
    "deno task check --embeddings features.npy --labels labels.npy --temperature 0.1",
    "deno task check --embeddings features.npy --labels labels.npy --hardening threshold --tau 0,0.5",
  ],
}, async (flags, { commandOf }) => {
  const { products, seed, backend } = flags;
  const folder = await runFolderOf(flags.embeddings, flags.out, commandOf("runs"));
  if (folder !== undefined) await checkRunFiles(folder, { sums: true });
  const run = folder === undefined ? undefined : await openRun(folder);
  const labelsPath = flags.labels ?? (folder === undefined ? undefined : join(folder, "labels.npy"));
  const hardenings = hardeningsOf(flags, "numbers");
  const { temperature, negativeWeight, words } = scaleOf(flags, run);

  const embeddingsPath = folder === undefined ? flags.embeddings : join(folder, "embeddings.npy");
  const open = await openEmbeddings(embeddingsPath), { count, dim } = open;
  // Only now, as what is missing may be the run.
  if (labelsPath === undefined) {
    throw new UsageError("--labels is required unless --embeddings is a run");
  }
  checkMemory(open);
  const { indices: labels, labels: labelsOfClasses, classes } = await readLabels(labelsPath, count);
  const names = labelsOfClasses.map((label) => `${run?.classes[Number(label)] ?? label}`);

  await interruptible("nothing was written", async (signal) => {
    const progress = new CheckProgress();
    try {
      const { values, norms } = await open.read();
      const options = { temperature, negativeWeight, products, seed };
      const outcome = await check(
        { values, dim, labels, names, options, hardenings, backend },
        progress,
        signal,
      );
      progress.close();

      const { products: computed } = outcome.check;
      const isUnit = norms.every((norm) => Math.abs(norm - 1) <= UNIT_TOLERANCE);
      const [smallest, largest] = norms.map((norm) => Number(norm.toPrecision(4)));
      const head = [
        ...wrap(
          `${plural(count, "embedding")} of ${plural(dim, "dimension")} in ${classes} classes; ` +
            `T = ${temperature}, Q = ${negativeWeight}, ${computed} products`,
        ),
        ...(words === "" ? [] : [words]),
        ...(isUnit ? [] : [`rows had norms from ${smallest} to ${largest}: normalised`]),
      ];
      console.log([...head, "", ...outcome.lines, ""].join("\n"));
      const settings = { embeddings: embeddingsPath, labels: labelsPath, seed, norms };
      const parent = join(flags.out, "check"), name = nameOf(flags.embeddings, folder);
      const files = await writeCheck({ parent, name, settings, head }, outcome);
      console.log(files.join("\n"));
    } finally {
      progress.close();
    }
  });
});

export default script;
if (import.meta.main) await script.run();
