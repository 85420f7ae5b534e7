import { rowProducts, type RowProductWork } from "../backend/operations/row_products.ts";
import type { ProductColumns } from "../backend/wasm/product_rows.ts";
import { type BlockWork, eachBlock } from "../core/workers/each_block.ts";
import { sharedCopy } from "../core/workers/shared.ts";
import { threadsFor } from "../core/workers/threads.ts";
import { sentHardening } from "../hardening/sent.ts";
import {
  type BlockStatistics,
  type PairBlock,
  pairBlocks,
  type PairPass,
  type PairResult,
  type PassSetup,
} from "./block_statistics.ts";
import type { ClassSorted } from "./class_sorted.ts";
import type { CosineSource } from "./cosines.ts";
import { leftOutRows } from "./left_out_rows.ts";
import type { CompleteTheoryOptions } from "./options.ts";
import { PairTotals } from "./pair_totals.ts";
import { canShare, sumCount } from "./shared_sums.ts";

// Cosines of a block; 32 MiB in float32.
const BLOCK_COSINES = 2 ** 23;
// Few enough that many threads have their share of them; a multiple of what kernels compute side by side.
const MOST_ROWS = 256, ALIGNED = 8;
// Some seconds on one thread, where others take half a second to start.
const WORTHWHILE = 10 ** 8;

/** What is said of all pairs while they are looked at. */
export interface PairListener {
  /** What there is to say about `count` rows from the first on. */
  use(statistics: BlockStatistics, first: number, count: number): void;
  /** How much is done, 0 … 1. */
  onShare(share: number): void;
}

/**
 * Looks at all pairs, a block of rows after the other; where it can, at each pair once for both of its anchors, and then at the
 * anchors with their sums.
 *
 * The blocks depend on nothing but the number of embeddings, so that no sum depends on how many threads there are.
 */
export async function eachPairBlock(
  sorted: ClassSorted,
  options: CompleteTheoryOptions & { products: "float64" | "float32" },
  { use, onShare }: PairListener,
): Promise<void> {
  const { count, starts, ends } = sorted, { hardenings, temperature, leaveOut, seed } = options;
  const height = Math.max(
    ALIGNED,
    ALIGNED * Math.floor(Math.min(MOST_ROWS, BLOCK_COSINES / count) / ALIGNED),
  );
  const threads = threadsFor(options.threads, { pairs: count ** 2, worthwhile: WORTHWHILE });
  const isShared = options.products === "float32" && canShare(hardenings, temperature);
  const { source, shared, blockAt, dispose } = cosinesOf(sorted, options, threads, isShared);
  const logQ = Math.log(options.negativeWeight);
  const pass: PairPass = { count, starts, ends, source, temperature, logQ, leaveOut, seed, shared };
  const blocks = Math.ceil(count / height), second = isShared ? blocks : 0;
  const rowsAt = (index: number): [first: number, count: number] => {
    const first = (index % blocks) * height;
    return [first, Math.min(height, count - first)];
  };
  const columnsAt = (index: number): ProductColumns => {
    const [first, rows] = rowsAt(index);
    if (!isShared) return { from: 0, to: count, extra: false };
    if (index < second) return { from: first, to: count, extra: false };
    return { from: starts[first], to: ends[first + rows - 1], extra: true };
  };
  const totals = new PairTotals(isShared ? count : 0, sumCount(hardenings.length));
  try {
    const work: BlockWork<PassSetup, PairBlock, PairResult> = {
      threads,
      blocks: second + blocks,
      second,
      blockAt: async (index) => {
        const rows = rowsAt(index), given = await blockAt(...rows, columnsAt(index));
        const isTile = index < second, sums = isShared && !isTile ? totals.of(...rows) : undefined;
        return { ...given, block: { ...given.block, isTile, sums } };
      },
      here: () => pairBlocks(pass, hardenings),
      elsewhere: elsewhere(pass, options),
    };
    await eachBlock(work, (result, index) => {
      const [first, rows] = rowsAt(index);
      if ("tile" in result) totals.add(first, result.tile);
      else use(result.statistics, first, rows);
      onShare((index + 1) / work.blocks);
    });
  } finally {
    dispose();
  }
}

/** Where the cosines come from, and what each block brings along. */
function cosinesOf(
  { count, dim, rows }: ClassSorted,
  { products, leaveOut, seed }: CompleteTheoryOptions & { products: "float64" | "float32" },
  threads: number,
  isShared: boolean,
): Omit<RowProductWork, "source"> & Pick<PairPass, "source" | "shared"> {
  if (products === "float64") {
    const source: CosineSource = { kind: "float64", rows: threads > 1 ? sharedCopy(rows) : rows, dim };
    return {
      source,
      blockAt: (first, count, columns) => ({ block: { first, count, columns: columns! } }),
      dispose() {},
    };
  }
  const floats = Float32Array.from(rows);
  if (!isShared) return rowProducts(floats, floats, dim, threads);
  const left = leftOutRows(count, { leaveOut, seed }), extra = new Float32Array(left.length * dim);
  left.forEach((row, c) => extra.set(floats.subarray(row * dim, (row + 1) * dim), c * dim));
  const shared = { rows: threads > 1 ? sharedCopy(floats) : floats, dim };
  return { ...rowProducts(floats, floats, dim, threads, extra), shared };
}

/** How others take part, if all that they need to know can be sent to them. */
function elsewhere(
  pass: PairPass,
  { hardenings, temperature }: CompleteTheoryOptions,
): BlockWork<PassSetup, PairBlock, PairResult>["elsewhere"] {
  const sent = hardenings.flatMap((hardening) => sentHardening(hardening, temperature) ?? []);
  if (sent.length < hardenings.length) return undefined;
  return {
    module: () => new URL("./worker.ts", import.meta.url),
    start: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
    setup: { ...pass, hardenings: sent },
  };
}
