import { checkInteger } from "../checks.ts";

// Each thread has its own copy of what all blocks need.
const MOST = 16;

let limit = MOST;

/** Starts no more threads by default from now on: what runs beside other programs leaves the processors to them. */
export function limitThreads(most: number): void {
  limit = most;
}

/** Checks an option for the number of threads. */
export function checkThreads(threads: number | undefined): number | undefined {
  return threads === undefined ? undefined : checkInteger("threads", threads, { min: 1 });
}

/**
 * How many threads are to share some blocks: as many as are asked for, else one for each processor, at most 16, or only this
 * one where starting others would take longer than they save.
 *
 * @param asked by the caller
 * @param pairs how much there is to do
 * @param worthwhile from how many pairs on others are started
 */
export function threadsFor(
  asked: number | undefined,
  { pairs, worthwhile }: { pairs: number; worthwhile: number },
): number {
  if (asked !== undefined) return asked;
  if (pairs < worthwhile) return 1;
  return Math.min(limit, globalThis.navigator?.hardwareConcurrency ?? 1);
}
