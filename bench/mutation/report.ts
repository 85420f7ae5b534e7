import { markdownTable } from "../table.ts";
import type { Fate } from "./suites.ts";

/** A mutant and what became of it. */
export interface Judged extends Omit<Fate, "outcome"> {
  room: string;
  id: string;
  /** `file:line:column`. */
  place: string;
  outcome: Fate["outcome"] | "equivalent";
  /** Why it is equivalent. */
  why?: string;
}

/** Caught or timed out, of those that are not equivalent; 1 without any. */
export function shareCaught(judged: readonly Judged[]): number {
  const real = judged.filter(({ outcome }) => outcome !== "equivalent");
  return real.length === 0 ? 1 : real.filter(({ outcome }) => outcome !== "survived").length / real.length;
}

/** A table with a row per room, and the survivors below it. */
export function reportText(judged: readonly Judged[]): string {
  const outcomes = ["caught", "timed out", "survived", "equivalent"] as const;
  const row = (name: string, of: readonly Judged[]) => [
    name,
    String(of.length),
    ...outcomes.map((wanted) => String(of.filter(({ outcome }) => outcome === wanted).length)),
    `${(100 * shareCaught(of)).toFixed(1)} %`,
    `${(of.reduce((sum, { seconds }) => sum + seconds, 0) / of.length).toFixed(0)} s`,
  ];
  const rooms = [...new Set(judged.map(({ room }) => room))];
  const table = markdownTable(["room", "mutants", ...outcomes, "share", "time each"], [
    ...rooms.map((room) => row(room, judged.filter((one) => one.room === room))),
    row("all", judged),
  ]);
  const survivors = judged.filter(({ outcome }) => outcome === "survived").map(({ place, id }) =>
    `${place} ${id}`
  );
  return [table, ...survivors.map((line) => `survived: ${line}`)].join("\n");
}
