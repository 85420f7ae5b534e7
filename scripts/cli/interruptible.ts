import { stopWithTask } from "./orphans.ts";

/** Work that was stopped by Ctrl-C or a request to end. */
export class Interrupted extends Error {
  /** The code of a program ended by Ctrl-C. */
  readonly exitCode = 130;
}

/** Ctrl-C, and other requests to end. */
export const endSignals: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

// What a work may take to clean up once it was told to stop.
const MILLISECONDS = 10_000;

/**
 * Does work that Ctrl-C, a request to end, or the end of the `deno task` it belongs to, gives up: with one line and exit code
 * 130, once the work's own cleaning up is done.
 *
 * @param left what the line says of what is left behind, such as "nothing was written"
 * @param work waits, so that signals arrive; `signal` tells it to stop, and it ends soon
 */
export async function interruptible<T>(left: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController(), late = Promise.withResolvers<never>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    if (controller.signal.aborted) return;
    const reason = new Interrupted(`stopped; ${left}`);
    controller.abort(reason);
    timer = setTimeout(() => late.reject(reason), MILLISECONDS);
  };
  for (const name of endSignals) Deno.addSignalListener(name, stop);
  const task = stopWithTask(stop);
  try {
    const result = await Promise.race([work(controller.signal), late.promise]);
    controller.signal.throwIfAborted();
    return result;
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    task.forget();
    for (const name of endSignals) Deno.removeSignalListener(name, stop);
  }
}
