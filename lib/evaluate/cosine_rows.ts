import * as tf from "../core/tfjs.ts";
import { rowProducts } from "../backend/operations/row_products.ts";
import type { ProductBlock } from "../backend/wasm/product_rows.ts";
import { normalizeRows } from "../core/similarity.ts";
import { type BlockWork, eachBlock } from "../core/workers/each_block.ts";
import { threadsFor } from "../core/workers/threads.ts";
import { judgeBlocks, type JudgeSetup } from "./judge_block.ts";
import type { JudgeSettings } from "./row_judges.ts";

// Cosines are computed for this many rows at a time: memory stays at rows × columns floats for each thread.
const BLOCK = 256;
// Rows that are scaled at a time.
const SCALED = 4096;
// A second on one thread, of which others take a part to start.
const WORTHWHILE = 5 * 10 ** 7;

/** Rows that are compared with others by cosine. */
export interface ComparedRows {
  /** `[count, dim]`, row-major, of any norm. */
  rows: Float32Array;
  /** `[bank, dim]`. */
  columns: Float32Array;
  dim: number;
  /** As the caller asks for. */
  threads: number | undefined;
}

/**
 * The cosines of every row of one array with all rows of another, judged one row after the other, on the running backend and
 * several threads.
 *
 * @returns two numbers of each row
 */
export async function judgeCosines(
  { rows, columns, dim, threads: asked }: ComparedRows,
  settings: JudgeSettings,
): Promise<Float64Array> {
  const count = rows.length / dim, bank = columns.length / dim, found = new Float64Array(2 * count);
  const threads = threadsFor(asked, { pairs: count * bank, worthwhile: WORTHWHILE });
  const unitColumns = await unitRows(columns, dim);
  const unit = rows === columns ? unitColumns : await unitRows(rows, dim);
  const { source, blockAt, dispose } = rowProducts(unit, unitColumns, dim, threads);
  const setup: JudgeSetup = { source, settings };
  try {
    const work: BlockWork<JudgeSetup, ProductBlock, Float64Array> = {
      threads,
      blocks: Math.ceil(count / BLOCK),
      blockAt: (index) => blockAt(index * BLOCK, Math.min(BLOCK, count - index * BLOCK)),
      here: () => judgeBlocks(setup),
      elsewhere: {
        module: () => new URL("./worker.ts", import.meta.url),
        start: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
        setup,
      },
    };
    await eachBlock(work, (judged, index) => found.set(judged, 2 * index * BLOCK));
  } finally {
    dispose();
  }
  return found;
}

/** Rows of unit norm. */
async function unitRows(rows: Float32Array, dim: number): Promise<Float32Array> {
  const unit = new Float32Array(rows.length), step = SCALED * dim;
  for (let start = 0; start < rows.length; start += step) {
    const part = rows.subarray(start, start + step);
    const scaled = tf.tidy(() => normalizeRows(tf.tensor2d(part, [part.length / dim, dim])));
    unit.set(await scaled.data(), start);
    scaled.dispose();
  }
  return unit;
}
