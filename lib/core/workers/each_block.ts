import { nextTurn } from "../next_turn.ts";
import { BlockWorker, CannotStart } from "./block_worker.ts";
import { mayLoad } from "./may_load.ts";

/** What a block's computation is given. */
export interface GivenBlock<Block> {
  block: Block;
  /** What of it is handed over rather than copied to another thread. */
  transfer?: Transferable[];
  /** Called once the block is computed. */
  release?(): void;
}

/** Work in numbered blocks, each of which is computed from what all share and what it is given. */
export interface BlockWork<Setup, Block, Result> {
  /** How many blocks. */
  blocks: number;
  /** Blocks from this one on are given nothing before all others have been used. */
  second?: number;
  /** What a block is given; called on this thread, in ascending order, for no more blocks at a time than there are threads. */
  blockAt(index: number): GivenBlock<Block> | Promise<GivenBlock<Block>>;
  /** Makes what computes a block on this thread. */
  here(): (block: Block) => Result;
  /** The same on others. Without it there is but this one. */
  elsewhere?: {
    /** Its module, which calls {@linkcode serveBlocks}. */
    module(): URL;
    /** Starts a worker of it: written out where it is asked for, as bundlers look for it. */
    start(): Worker;
    /** What all blocks share, as it can be sent. */
    setup: Setup;
  };
  /** How many threads compute at most. */
  threads: number;
}

/**
 * Computes blocks on several threads and uses their results in ascending order: what is summed of them is the same however many
 * threads there are. One thread, which is this one, where others cannot be started.
 *
 * @throws what computing a block throws, once; all workers have ended then, as they have at the end
 */
export async function eachBlock<Setup, Block, Result>(
  work: BlockWork<Setup, Block, Result>,
  use: (result: Result, index: number) => void,
): Promise<void> {
  const workers = await startWorkers(work);
  if (workers.length === 0) return await eachBlockHere(work, use);
  try {
    await eachBlockOn(workers, work, use);
  } finally {
    workers.forEach((worker) => worker.end());
  }
}

async function eachBlockHere<Setup, Block, Result>(
  { blocks, blockAt, here }: BlockWork<Setup, Block, Result>,
  use: (result: Result, index: number) => void,
): Promise<void> {
  const compute = here();
  for (let index = 0; index < blocks; index++) {
    const { block, release } = await blockAt(index);
    try {
      use(compute(block), index);
    } finally {
      release?.();
    }
    if (index + 1 < blocks) await nextTurn();
  }
}

/** The workers that started; none where one would not be worth it. */
async function startWorkers<Setup, Block, Result>(
  { blocks, elsewhere, threads }: BlockWork<Setup, Block, Result>,
): Promise<BlockWorker<Setup, Block, Result>[]> {
  const count = Math.min(threads, blocks), workers: BlockWorker<Setup, Block, Result>[] = [];
  if (count < 2 || !elsewhere || !mayLoad(elsewhere.module)) return [];
  try {
    for (let i = 0; i < count; i++) workers.push(new BlockWorker(elsewhere.start));
    await Promise.all(workers.map((worker) => worker.open(elsewhere.setup)));
    return workers;
  } catch (error) {
    workers.forEach((worker) => worker.end());
    if (error instanceof CannotStart) return [];
    throw error;
  }
}

async function eachBlockOn<Setup, Block, Result>(
  workers: readonly BlockWorker<Setup, Block, Result>[],
  { blocks, second = 0, blockAt }: BlockWork<Setup, Block, Result>,
  use: (result: Result, index: number) => void,
): Promise<void> {
  const early = new Map<number, Result>();
  const first = Promise.withResolvers<void>(); // is over, or has failed
  let next = 0, used = 0, failed = false;
  const run = async (worker: BlockWorker<Setup, Block, Result>) => {
    while (next < blocks && !failed) {
      const index = next++;
      if (index >= second && used < second) await first.promise;
      if (failed) return;
      try {
        const { block, transfer, release } = await blockAt(index);
        try {
          early.set(index, await worker.compute(block, transfer ?? []));
        } finally {
          release?.();
        }
        for (; early.has(used); used++) {
          use(early.get(used)!, used);
          early.delete(used);
        }
        if (used >= second) first.resolve();
      } catch (error) {
        failed = true;
        first.resolve();
        throw error;
      }
    }
  };
  // All come to an end before the first failure is told: what was lent to a worker has been given back then.
  const ended = await Promise.allSettled(workers.map(run));
  for (const outcome of ended) if (outcome.status === "rejected") throw outcome.reason;
}
