/** What is added to every block, and what blocks come to grief. */
export interface Addition {
  add: number;
  refused?: number;
  fatal?: number;
  broken?: boolean;
}

/** Adds, later for even blocks than for odd ones, so that results come in another order than they are asked for. */
export function addTo({ add, refused, fatal, broken }: Addition): (block: number) => number {
  if (broken) throw new TypeError("no addition");
  return (block) => {
    if (block === refused) throw new RangeError(`block ${block} is refused`);
    if (block === fatal) {
      queueMicrotask(() => {
        throw new Error(`block ${block} ends its thread`);
      });
      return new Promise(() => {}) as unknown as number; // which cannot be sent either
    }
    for (const until = performance.now() + (block % 2 ? 0 : 20); performance.now() < until;);
    return block + add;
  };
}
