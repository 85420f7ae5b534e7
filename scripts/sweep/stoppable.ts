/** The signal by which a batch script says that the time limit is near. */
const SIGNAL = "SIGUSR1";

/** The exit code of a program that was told to stop near its time limit and has got further since it began: it is worth going on. */
export const STOPPED_FURTHER = 75;
/** The same where nothing has been won. */
export const STOPPED_NO_FURTHER = 76;

/** Work that a batch script has stopped before its time limit. */
export class StoppedBeforeLimit extends Error {
  /** The exit code of the script. */
  readonly exitCode: number;

  /** @param isFurther whether anything was won */
  constructor(isFurther: boolean) {
    super("stopped before the time limit; what is trained is kept");
    this.exitCode = isFurther ? STOPPED_FURTHER : STOPPED_NO_FURTHER;
  }
}

/**
 * Does work that SIGUSR1 gives up as Ctrl-C does, but with an exit code that says whether it has got further.
 *
 * @param interrupted gives it up, too
 * @param far how far each part of the work is
 */
export async function stoppable<T>(
  interrupted: AbortSignal,
  far: () => Promise<number[]>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (Deno.build.os === "windows") return await work(interrupted);
  const controller = new AbortController();
  const stop = () => controller.abort(new StoppedBeforeLimit(false));
  Deno.addSignalListener(SIGNAL, stop);
  try {
    const before = await far();
    try {
      return await work(AbortSignal.any([interrupted, controller.signal]));
    } catch (error) {
      if (!controller.signal.aborted || interrupted.aborted) throw error;
      throw new StoppedBeforeLimit((await far()).some((part, at) => part > before[at]));
    }
  } finally {
    Deno.removeSignalListener(SIGNAL, stop);
  }
}
