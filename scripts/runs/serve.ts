/**
 * What every worker process is, whatever it trains: it starts a backend, then executes the runs it is sent, one after the other.
 * Started by pool.ts with a setup as argument; ends when it is told to, once it has kept the state of its run, and when its stdin
 * ends, also in the middle of a run, so it cannot outlive its parent.
 */
import { initBackend } from "../../mod.ts";
import { limitThreads } from "../../lib/core/workers/threads.ts";
import { RunTakenError } from "../../lib/experiment/mod.ts";
import { endSignals } from "../cli/interruptible.ts";
import type { AnySetup } from "./pool.ts";
import type { WorkerMessage, WorkerRequest } from "./protocol.ts";

/** A run that was asked for, and what its execution may do besides. */
export interface Order<Run> {
  settings: Run;
  force: boolean;
  sums: boolean;
  scores?: boolean;
  signal: AbortSignal;
  send(message: WorkerMessage): void;
}

const encoder = new TextEncoder();
function send(message: WorkerMessage): void {
  const bytes = encoder.encode(JSON.stringify(message) + "\n");
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}

/**
 * Serves until the process is told to end, and ends it.
 *
 * @param open prepares for the runs of a setup, once the backend runs; gives what executes one, and says in which folder it is
 */
export async function serveRuns<Run, Setup extends AnySetup>(
  open: (setup: Setup) => (order: Order<Run>) => Promise<string>,
): Promise<never> {
  // stdout carries messages only.
  console.log = console.info = console.warn = console.error;

  limitThreads(1); // other processes train on the other processors
  const setup: Setup = JSON.parse(Deno.args[0]);
  const requests: (WorkerRequest<Run> & { type: "run" })[] = [], stopping = new AbortController();
  let wake = () => {};
  const stop = () => {
    stopping.abort(new Error("stopped"));
    wake();
  };

  const reader = new Worker(new URL("./requests.ts", import.meta.url).href, { type: "module" });
  reader.onmessage = ({ data }: MessageEvent<WorkerRequest<Run> | "end">) => {
    if (data === "end") Deno.exit(0); // what was kept of the run stays
    if (data.type !== "run") return stop();
    requests.push(data);
    wake();
  };
  // Terminals and schedulers send these to every process, not only to the one that tells the others.
  for (const name of endSignals) Deno.addSignalListener(name, stop);

  try {
    send({ type: "ready", report: await initBackend({ backend: setup.backend }) });
  } catch (error) {
    send({ type: "failed", message: (error as Error).message });
    Deno.exit(1);
  }
  const execute = open(setup);

  while (!stopping.signal.aborted) {
    const request = requests.shift();
    if (!request) {
      await new Promise<void>((resolve) => wake = resolve);
      continue;
    }
    try {
      const { type: _, ...order } = request;
      send({ type: "done", folder: await execute({ ...order, signal: stopping.signal, send }) });
    } catch (error) {
      if (stopping.signal.aborted) break;
      if (error instanceof RunTakenError) send({ type: "taken", owner: error.owner });
      else send({ type: "failed", message: error instanceof Error ? error.message : String(error) });
    }
  }
  Deno.exit(0);
}

/** Throws unless the folder of the runs is there: whoever started this has made it. On a disk that is gone it would be made once more. */
export async function checkRunsPlace(folder: string): Promise<void> {
  const place = await Deno.stat(folder).catch(() => undefined);
  if (!place) throw new Error(`Cannot train as ${folder} must stay where it is: received none`);
}
