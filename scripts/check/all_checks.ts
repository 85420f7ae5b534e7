import {
  anchorStatistics,
  assumption1,
  checkConvergence,
  collapseGeometry,
  type Hardening,
  harris,
  populationLosses,
  theorem1,
  theorem2,
} from "../../mod.ts";
import type { CheckResults } from "./table.ts";

/** Embeddings with the class of each. */
export interface Labelled {
  values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  dim: number;
  labels: Int32Array<ArrayBuffer>;
}

/** How the theory is checked. */
export interface CheckOptions {
  temperature: number;
  negativeWeight: number;
  products: "auto" | "float64" | "float32";
  seed: number;
  hardenings: Hardening[];
}

// From here on the pairs take seconds.
const MANY = 8192;
// Of fewer, what is not for pairs takes most of the time.
const SAMPLED = 4096;

/** All checks, and how the cosines were computed. */
export async function checkAll(
  { values, dim, labels }: Labelled,
  options: CheckOptions,
  onStage: (stage: string) => void,
): Promise<{ products: string; results: CheckResults }> {
  onStage("comparing all pairs");
  const statistics = await anchorStatistics(values, dim, labels, options);
  onStage("claims and their intervals");
  const claims = {
    losses: populationLosses(statistics, options),
    assumption1: assumption1(statistics, options),
    theorem1: theorem1(statistics, options),
    theorem2: theorem2(statistics, options),
    harris: harris(statistics, options),
  };
  onStage("limit of many negatives");
  const convergence = checkConvergence(values, dim, labels, options);
  onStage("geometry of the class means");
  const geometry = collapseGeometry(values, dim, labels);
  return { products: statistics.products, results: { ...claims, convergence, geometry } };
}

/**
 * How long the pairs will take, by those of some embeddings, in seconds; nothing for so few that nobody needs to know.
 */
export async function pairSeconds(all: Labelled, options: CheckOptions): Promise<number | undefined> {
  const { labels } = all;
  if (labels.length < MANY) return undefined;
  // Few embeddings would take the other products.
  const products = options.products === "auto" ? "float32" : options.products;
  const timed = async (count: number) => {
    const { values, dim, labels } = evenlySpaced(all, count), started = performance.now();
    await anchorStatistics(values, dim, labels, { ...options, products });
    return (performance.now() - started) / 1000;
  };
  const sampled = Math.min(SAMPLED, labels.length / 4);
  await timed(sampled / 4); // compiles
  return await timed(sampled) * (labels.length / sampled) ** 2;
}

function evenlySpaced({ values, dim, labels }: Labelled, share: number): Labelled {
  const count = Math.floor(share), { length } = labels;
  const rows = Int32Array.from({ length: count }, (_, i) => Math.floor(i * length / count));
  const chosen = values instanceof Float32Array
    ? new Float32Array(count * dim)
    : new Float64Array(count * dim);
  rows.forEach((row, i) => chosen.set(values.subarray(row * dim, (row + 1) * dim), i * dim));
  return { values: chosen, dim, labels: rows.map((row) => labels[row]) };
}
