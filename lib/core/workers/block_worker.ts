import type { BlockAnswer, BlockRequest } from "./serve_blocks.ts";

/** A worker of another module cannot be loaded here, or not from there. */
export class CannotStart extends Error {}

/** One worker whose module calls {@linkcode serveBlocks}. It has to be ended. */
export class BlockWorker<Setup, Block, Result> {
  readonly #worker: Worker;
  #answered: PromiseWithResolvers<BlockAnswer<Result>> | undefined;
  #broken: Error | undefined;

  /** @throws {CannotStart} where there are no workers, or none of this module */
  constructor(start: () => Worker) {
    try {
      this.#worker = start();
    } catch (error) {
      throw new CannotStart(String(error));
    }
    this.#worker.onmessage = ({ data }: MessageEvent<BlockAnswer<Result>>) => this.#answered?.resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault(); // it is told below
      this.#broken = new Error(
        `Cannot go on as a worker thread ended: received ${event.message || "no reason"}`,
      );
      this.#answered?.reject(this.#broken);
    };
  }

  /**
   * Hands over what all blocks share.
   *
   * @throws {CannotStart} if the module does not load
   */
  async open(setup: Setup): Promise<void> {
    const answer = await this.#ask({ setup }).catch((error) => {
      throw new CannotStart(error.message);
    });
    if (answer.kind === "failed") throw errorOf(answer);
  }

  /** Lets it compute a block. */
  async compute(block: Block, transfer: Transferable[]): Promise<Result> {
    const answer = await this.#ask({ block }, transfer);
    if (answer.kind === "done") return answer.result;
    throw answer.kind === "failed" ? errorOf(answer) : new Error("unreachable");
  }

  end(): void {
    this.#worker.terminate();
  }

  #ask(request: BlockRequest<Setup, Block>, transfer: Transferable[] = []): Promise<BlockAnswer<Result>> {
    if (this.#broken) return Promise.reject(this.#broken);
    this.#answered = Promise.withResolvers();
    this.#worker.postMessage(request, transfer);
    return this.#answered.promise;
  }
}

/** The error as it was thrown in the thread. */
function errorOf({ name, message, stack }: BlockAnswer<never> & { kind: "failed" }): Error {
  const Known = name === "RangeError" ? RangeError : name === "TypeError" ? TypeError : Error;
  return Object.assign(new Known(message), { stack });
}
