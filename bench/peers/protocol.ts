import { jsonLines } from "../../scripts/runs/protocol.ts";
import type { LossSettings } from "../loss_step.ts";
import type { StepSettings } from "../training_step.ts";

/** One training step: two views through the network, H-SCL, the gradients, Adam, and the loss value read. */
export interface StepWork extends StepSettings {
  kind: "step";
  form: Form;
}

/** H-SCL, or SupCon, of two views with the gradients in both, and the loss value read. */
export interface LossWork extends LossSettings {
  kind: "loss";
  form: Form;
}

/** The statistics of all pairs of embeddings that a formula gives, for several strengths of hardening. */
export interface TheoryWork {
  kind: "theory";
  /** Embeddings. */
  count: number;
  dim: number;
  classes: number;
  betas: readonly number[];
  form: Form;
}

/**
 * How a side does the work: `library` is ours, and `product` our backend's bare product of all pairs; the others are
 * PyTorch's memory formats and ways to write the work, or another library's.
 */
export type Form =
  | "library"
  | "product"
  | "contiguous"
  | "channels_last"
  | "paper"
  | "vectorised"
  | "blocks"
  | "metric_learning";

/** What a peer can be asked to do. */
export type Work = StepWork | LossWork | TheoryWork;

/** What a peer process is started with, as its last argument in JSON. */
export interface PeerSetup {
  /** Of ours. */
  backend?: string;
  /** Of PyTorch; as many as it takes by itself if absent. */
  threads?: number;
}

/** To a peer, one JSON line on stdin: do the work some times, preparing it if it is new. The end of stdin ends the peer. */
export interface PeerRequest {
  work: Work;
  iterations: number;
}

/** The answer, one JSON line on stdout. */
export interface PeerSample {
  /** Per iteration. */
  seconds: number;
  /** The last loss, or the mean of several; null if it is not finite, for which JSON has no number. */
  value: number;
  /** Trained numbers of the network, so that both sides are known to have the same one; 0 for a loss. */
  parameters: number;
  /** Resident memory after the work; only ours tells. */
  residentBytes?: number;
  /** The most resident memory so far; only ours tells. */
  peakBytes?: number;
  /** How much the most resident memory has grown since the process was ready; none on Windows, where PyTorch's side cannot tell. */
  grownBytes?: number;
}

interface Ready {
  /** What runs, with its version. */
  ready: string;
  threads: number;
}

/** A peer that could not start, ended, or could not do what it was asked. */
export class PeerError extends Error {}

/** One side of the comparison: a process that stays, so that samples of several sides can alternate. */
export class Peer {
  readonly #process: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncGenerator<Record<string, unknown>>;
  readonly #errors: Promise<string>;
  /** What runs, with its version. */
  readonly description: string = "";
  /** Threads it computes with. */
  readonly threads: number = 0;

  private constructor(command: readonly string[], setup: PeerSetup) {
    const [program, ...args] = command;
    this.#process = new Deno.Command(program, {
      args: [...args, JSON.stringify(setup)],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#requests = this.#process.stdin.getWriter();
    this.#answers = jsonLines(this.#process.stdout, () => {});
    this.#errors = new Response(this.#process.stderr).text();
  }

  /**
   * Starts a peer and waits until it can be asked.
   *
   * @param command program and arguments; the setup is added as the last one
   * @throws {PeerError} if it cannot start, with the last line it wrote
   */
  static async start(command: readonly string[], setup: PeerSetup): Promise<Peer> {
    let peer: Peer;
    try {
      peer = new Peer(command, setup);
    } catch (error) {
      throw new PeerError(`${command[0]} cannot be started: ${(error as Error).message}`);
    }
    const { ready, threads } = await peer.#next() as unknown as Ready;
    return Object.assign(peer, { description: ready, threads });
  }

  /**
   * Has it do the work.
   *
   * @throws {PeerError} if it cannot, or the loss is not finite
   */
  async sample(work: Work, iterations: number): Promise<PeerSample> {
    const request: PeerRequest = { work, iterations };
    await this.#requests.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    const sample = await this.#next() as unknown as PeerSample;
    if (!Number.isFinite(sample.value)) {
      throw new PeerError(`${this.description}: the loss is not finite`);
    }
    return sample;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.#requests.close().catch(() => {});
    await this.#answers.return(undefined);
    await this.#process.status;
    await this.#errors;
  }

  async #next(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#answers.next();
    if (done) {
      const last = (await this.#errors).trim().split("\n").at(-1);
      await this.#process.status;
      throw new PeerError(last || "the process ended without a word");
    }
    if (typeof value.failed === "string") throw new PeerError(value.failed);
    return value;
  }
}
