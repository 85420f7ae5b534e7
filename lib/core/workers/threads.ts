// Each thread has its own copy of what all blocks need.
const MOST = 16;

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
  return Math.min(MOST, globalThis.navigator?.hardwareConcurrency ?? 1);
}
