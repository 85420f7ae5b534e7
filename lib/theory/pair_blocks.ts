import { rowProducts, type RowProductWork } from "../backend/operations/row_products.ts";
import { type BlockWork, eachBlock } from "../core/workers/each_block.ts";
import { sharedCopy } from "../core/workers/shared.ts";
import { threadsFor } from "../core/workers/threads.ts";
import { sentHardening } from "../hardening/sent.ts";
import { BlockPass, type BlockStatistics, type PairPass, type PassSetup } from "./block_statistics.ts";
import type { ClassSorted } from "./class_sorted.ts";
import type { ProductBlock } from "../backend/wasm/product_rows.ts";
import type { CosineSource } from "./cosines.ts";
import type { CompleteTheoryOptions } from "./options.ts";

// Cosines of a block; 32 MiB in float32.
const BLOCK_COSINES = 2 ** 23;
// Few enough that many threads have their share of them.
const MOST_ROWS = 256;
// Some seconds on one thread, where others take half a second to start.
const WORTHWHILE = 10 ** 8;

/**
 * Looks at all pairs, a block of rows after the other.
 *
 * The blocks depend on nothing but the number of embeddings, so that no sum depends on how many threads there are.
 */
export async function eachPairBlock(
  sorted: ClassSorted,
  options: CompleteTheoryOptions & { products: "float64" | "float32" },
  use: (statistics: BlockStatistics, first: number, count: number) => void,
): Promise<void> {
  const { count } = sorted, { hardenings } = options;
  const height = Math.max(1, Math.min(MOST_ROWS, Math.floor(BLOCK_COSINES / count)));
  const rowsAt = (index: number): [first: number, count: number] => {
    const first = index * height;
    return [first, Math.min(height, count - first)];
  };
  const threads = threadsFor(options.threads, { pairs: count ** 2, worthwhile: WORTHWHILE });
  const { source, blockAt, dispose } = cosinesOf(sorted, options.products, threads);
  const { starts, ends } = sorted, { temperature, leaveOut, seed } = options;
  const logQ = Math.log(options.negativeWeight);
  const pass: PairPass = { count, starts, ends, source, temperature, logQ, leaveOut, seed };
  try {
    const work: BlockWork<PassSetup, ProductBlock, BlockStatistics> = {
      threads,
      blocks: Math.ceil(count / height),
      blockAt: (index) => blockAt(...rowsAt(index)),
      here: () => {
        const blocks = new BlockPass(pass, hardenings);
        return (block) => blocks.of(block);
      },
      elsewhere: elsewhere(pass, options),
    };
    await eachBlock(work, (statistics, index) => use(statistics, ...rowsAt(index)));
  } finally {
    dispose();
  }
}

/** Where the cosines come from, and what each block brings along. */
function cosinesOf(
  { dim, rows }: ClassSorted,
  products: "float64" | "float32",
  threads: number,
): Omit<RowProductWork, "source"> & { source: CosineSource } {
  if (products === "float32") {
    const floats = Float32Array.from(rows);
    return rowProducts(floats, floats, dim, threads);
  }
  return {
    source: { kind: "float64", rows: threads > 1 ? sharedCopy(rows) : rows, dim },
    blockAt: (first, count) => ({ block: { first, count } }),
    dispose: () => {},
  };
}

/** How others take part, if all that they need to know can be sent to them. */
function elsewhere(
  pass: PairPass,
  { hardenings, temperature }: CompleteTheoryOptions,
): BlockWork<PassSetup, ProductBlock, BlockStatistics>["elsewhere"] {
  const sent = hardenings.flatMap((hardening) => sentHardening(hardening, temperature) ?? []);
  if (sent.length < hardenings.length) return undefined;
  return {
    module: () => new URL("./worker.ts", import.meta.url),
    start: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
    setup: { ...pass, hardenings: sent },
  };
}
