/** What a worker is told: once what all blocks share, then one block after the other. */
export type BlockRequest<Setup, Block> = { setup: Setup } | { block: Block };

/** What it answers to each. */
export type BlockAnswer<Result> =
  | { kind: "ready" }
  | { kind: "done"; result: Result }
  | { kind: "failed"; name: string; message: string; stack?: string };

/**
 * The worker's side of {@linkcode eachBlock}: the last line of its module.
 *
 * @param open makes what computes a block from what all share
 */
export function serveBlocks<Setup, Block, Result>(open: (setup: Setup) => (block: Block) => Result): void {
  const thread = globalThis as unknown as {
    onmessage: (event: MessageEvent<BlockRequest<Setup, Block>>) => void;
    postMessage(answer: BlockAnswer<Result>): void;
  };
  let compute: (block: Block) => Result;
  thread.onmessage = ({ data }) => {
    try {
      if ("block" in data) thread.postMessage({ kind: "done", result: compute(data.block) });
      else {
        compute = open(data.setup);
        thread.postMessage({ kind: "ready" });
      }
    } catch (error) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      thread.postMessage({ kind: "failed", name, message, stack });
    }
  };
}
