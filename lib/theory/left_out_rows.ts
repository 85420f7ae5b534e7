import { Random } from "../core/random.ts";

/** Which of so many rows are left out, ascending: all, or `leaveOut` of them, spread evenly from where `seed` decides. */
export function leftOutRows(
  count: number,
  { leaveOut, seed }: { leaveOut: number; seed: number },
): Int32Array {
  const left = Math.min(count, leaveOut);
  const random = new Random(seed).child("theory").child("leave one out");
  const offset = left < count ? random.uniform() : 0;
  return Int32Array.from({ length: left }, (_, c) => Math.floor((c + offset) * count / left));
}
