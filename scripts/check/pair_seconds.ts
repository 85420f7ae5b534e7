import { anchorStatistics, type TheoryOptions } from "../../mod.ts";

/** Embeddings with the class of each. */
export interface Labelled {
  values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  dim: number;
  labels: Int32Array<ArrayBuffer>;
}

// From here on the pairs take seconds.
const MANY = 16_384;
// Of fewer, what is not for pairs takes most of the time.
const SAMPLED = 4096;

/**
 * How long the pairs will take, by those of some embeddings, in seconds; nothing for so few that nobody needs to know.
 */
export async function pairSeconds(all: Labelled, options: TheoryOptions): Promise<number | undefined> {
  const { labels } = all;
  if (labels.length < MANY) return undefined;
  // Few embeddings would take the other products.
  const products = options.products === "auto" ? "float32" : options.products;
  const timed = async (count: number, leaveOut?: number) => {
    const { values, dim, labels } = evenlySpaced(all, count), started = performance.now();
    await anchorStatistics(values, dim, labels, { ...options, products, leaveOut });
    return (performance.now() - started) / 1000;
  };
  const sampled = Math.min(SAMPLED, labels.length / 4), more = labels.length / sampled;
  await timed(sampled / 4); // compiles
  // What is left out for intervals are always as many.
  const pairs = await timed(sampled, 0), both = await timed(sampled);
  return pairs * more ** 2 + Math.max(0, both - pairs) * more;
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
