/** Work that was stopped by Ctrl-C or a request to end. */
export class Interrupted extends Error {
  /** The code of a program ended by Ctrl-C. */
  readonly exitCode = 130;
}

/**
 * Does work that Ctrl-C, or a request to end, gives up: with one line and exit code 130, once the work's own cleaning up
 * is done.
 *
 * @param left what the line says of what is left behind, such as "nothing was written"
 * @param work waits, so that signals arrive; `signal` tells it to stop
 */
export async function interruptible<T>(left: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController(), stopped = Promise.withResolvers<never>();
  const stop = () => {
    const reason = new Interrupted(`stopped; ${left}`);
    controller.abort(reason);
    stopped.reject(reason);
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const name of signals) Deno.addSignalListener(name, stop);
  try {
    return await Promise.race([work(controller.signal), stopped.promise]);
  } finally {
    for (const name of signals) Deno.removeSignalListener(name, stop);
  }
}
