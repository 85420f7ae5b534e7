/** The work was ended by Ctrl-C or a request to end. */
class Interrupted extends Error {
  /** The code of a program ended by Ctrl-C. */
  readonly exitCode = 130;

  constructor() {
    super("stopped; nothing was installed");
  }
}

/** Does work that Ctrl-C, or a request to end, aborts through `signal`; waits until it has cleaned up. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort(new Interrupted());
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
  }
}
