/** Checks the claims of the theory on anyone's embeddings: a table on stdout, and the numbers as JSON. */
import {
  anchorStatistics,
  assumption1,
  checkConvergence,
  collapseGeometry,
  harris,
  initBackend,
  populationLosses,
  theorem1,
  theorem2,
} from "../mod.ts";
import { backendNames } from "../lib/backend/mod.ts";
import { checkRunFiles } from "../lib/train/run_manifest.ts";
import { join } from "node:path";
import { hardeningFlags, hardeningsOf } from "./check/hardenings.ts";
import { readEmbeddings, readLabels } from "./check/npy.ts";
import { type CheckResults, tableLines } from "./check/table.ts";
import { command, UsageError } from "./cli/mod.ts";

// A norm this near to 1 is 1 up to the rounding of float32 and of whoever wrote the file.
const UNIT_TOLERANCE = 1e-3;

/** Typed arrays as arrays, without what has an entry per embedding. */
function forJson(key: string, value: unknown): unknown {
  if (key === "gaps" || key === "holdsAt") return undefined;
  return value instanceof Float64Array ? Array.from(value) : value;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false; // reading it will say what is wrong
  }
}

const script = command({
  name: "check",
  summary:
    "Checks Assumption 1, Theorems 1 and 2, Harris' inequality, the limit of many negatives and the geometry of " +
    "the class means on labelled embeddings, over all pairs.",
  flags: {
    embeddings: {
      kind: "string",
      required: true,
      placeholder: "path",
      help: "A .npy file [embeddings, dimensions] of float32 or float64, or the folder of a run",
    },
    labels: {
      kind: "string",
      placeholder: "path",
      help: "A .npy file of one integer per embedding; a run's own if not given",
    },
    ...hardeningFlags,
    temperature: { kind: "number", min: 0.01, default: 0.5, help: "Temperature T" },
    negativeWeight: { kind: "number", above: 0, default: 1, help: "Weight Q of the negatives in the losses" },
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
    seed: { kind: "integer", min: 0, default: 0, help: "Of bootstrap intervals and sampled negatives" },
    out: { kind: "directory", default: "results", help: "Folder for check/check.json" },
  },
  examples: [
    "deno task check --embeddings results/runs/0123456789abcdef --beta 0.5,1,5",
    "deno task check --embeddings features.npy --labels labels.npy --temperature 0.1",
    "deno task check --embeddings features.npy --labels labels.npy --hardening threshold --tau 0,0.5",
  ],
}, async (flags) => {
  const { temperature, negativeWeight, products, seed } = flags;
  const isRun = await isFolder(flags.embeddings);
  if (isRun) await checkRunFiles(flags.embeddings);
  const labelsPath = flags.labels ?? (isRun ? join(flags.embeddings, "labels.npy") : undefined);
  if (labelsPath === undefined) {
    throw new UsageError("--labels is required unless --embeddings is a run's folder");
  }
  const options = { temperature, negativeWeight, products, seed, hardenings: hardeningsOf(flags) };

  const embeddingsPath = isRun ? join(flags.embeddings, "embeddings.npy") : flags.embeddings;
  const { values, count, dim, norms } = await readEmbeddings(embeddingsPath);
  const labels = await readLabels(labelsPath, count);
  await initBackend({ backend: flags.backend });
  const statistics = await anchorStatistics(values, dim, labels, options);
  const results: CheckResults = {
    losses: populationLosses(statistics, options),
    assumption1: assumption1(statistics, options),
    theorem1: theorem1(statistics, options),
    theorem2: theorem2(statistics, options),
    harris: harris(statistics, options),
    convergence: checkConvergence(values, dim, labels, options),
    geometry: collapseGeometry(values, dim, labels),
  };

  console.log(
    `${count} embeddings of ${dim} dimensions in ${results.geometry.classes} classes; ` +
      `T = ${temperature}, Q = ${negativeWeight}, ${statistics.products} products`,
  );
  if (norms.some((norm) => Math.abs(norm - 1) > UNIT_TOLERANCE)) {
    const [smallest, largest] = norms.map((norm) => Number(norm.toPrecision(4)));
    console.log(`rows had norms from ${smallest} to ${largest}: normalised`);
  }
  console.log(["", ...tableLines(results), ""].join("\n"));
  const folder = join(flags.out, "check"), file = join(folder, "check.json");
  await Deno.mkdir(folder, { recursive: true });
  const settings = {
    embeddings: embeddingsPath,
    labels: labelsPath,
    count,
    dim,
    temperature,
    negativeWeight,
    seed,
  };
  const all = { ...settings, products: statistics.products, norms, ...results };
  await Deno.writeTextFile(file, JSON.stringify(all, forJson, 1) + "\n");
  console.log(file);
});

export default script;
if (import.meta.main) await script.run();
