import { BackendRowProducts, wasmProducts } from "../backend/operations/row_products.ts";
import { type BlockWork, eachBlock, type GivenBlock } from "../core/workers/each_block.ts";
import { lend } from "../core/workers/lent_values.ts";
import { sharedCopy } from "../core/workers/shared.ts";
import { threadsFor } from "../core/workers/threads.ts";
import { sentHardening } from "../hardening/sent.ts";
import { BlockPass, type BlockStatistics, type PairPass, type PassSetup } from "./block_statistics.ts";
import type { ClassSorted } from "./class_sorted.ts";
import type { CosineSource, RowBlock } from "./cosines.ts";
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
  use: (statistics: BlockStatistics, rows: RowBlock) => void,
): Promise<void> {
  const { count, dim } = sorted, { hardenings } = options;
  const height = Math.max(1, Math.min(MOST_ROWS, Math.floor(BLOCK_COSINES / count)));
  const rowsAt = (index: number): RowBlock => {
    const first = index * height;
    return { first, count: Math.min(height, count - first) };
  };
  const threads = threadsFor(options.threads, { pairs: count ** 2, worthwhile: WORTHWHILE });
  const { source, blockAt, dispose } = cosinesFor(sorted, options.products, threads > 1);
  const { starts, ends } = sorted, { temperature, leaveOut, seed } = options;
  const logQ = Math.log(options.negativeWeight);
  const pass: PairPass = { count, starts, ends, dim, source, temperature, logQ, leaveOut, seed };
  try {
    const work: BlockWork<PassSetup, RowBlock, BlockStatistics> = {
      threads,
      blocks: Math.ceil(count / height),
      blockAt: (index) => blockAt(rowsAt(index)),
      here: () => {
        const blocks = new BlockPass(pass, hardenings);
        return (block) => blocks.of(block);
      },
      elsewhere: elsewhere(pass, options),
    };
    await eachBlock(work, (statistics, index) => use(statistics, rowsAt(index)));
  } finally {
    dispose();
  }
}

/** Where the cosines come from, and what each block brings along. */
function cosinesFor(
  { dim, rows }: ClassSorted,
  products: "float64" | "float32",
  shared: boolean,
): {
  source: CosineSource;
  blockAt(rows: RowBlock): GivenBlock<RowBlock> | Promise<GivenBlock<RowBlock>>;
  dispose(): void;
} {
  const blockAt = (block: RowBlock) => ({ block }), dispose = () => {};
  if (products === "float64") {
    return { source: { kind: "float64", rows: shared ? sharedCopy(rows) : rows }, blockAt, dispose };
  }
  const floats = Float32Array.from(rows), kernels = wasmProducts();
  if (kernels) {
    return {
      source: { kind: "kernels", rows: shared ? sharedCopy(floats) : floats, ...kernels },
      blockAt,
      dispose,
    };
  }
  const backend = new BackendRowProducts(floats, dim);
  return {
    source: { kind: "given" },
    blockAt: async ({ first, count }) =>
      lend(
        await backend.of(floats.subarray(first * dim, (first + count) * dim)),
        (cosines) => ({ first, count, cosines }),
      ),
    dispose: () => backend.dispose(),
  };
}

/** How others take part, if all that they need to know can be sent to them. */
function elsewhere(
  pass: PairPass,
  { hardenings, temperature }: CompleteTheoryOptions,
): BlockWork<PassSetup, RowBlock, BlockStatistics>["elsewhere"] {
  const sent = hardenings.flatMap((hardening) => sentHardening(hardening, temperature) ?? []);
  if (sent.length < hardenings.length) return undefined;
  return {
    module: () => new URL("./worker.ts", import.meta.url),
    start: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
    setup: { ...pass, hardenings: sent },
  };
}
