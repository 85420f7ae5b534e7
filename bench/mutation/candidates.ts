import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Random } from "@hscl/hscl";
import type { Change, Copy } from "./copy.ts";
import { listMutants, type Mutant, mutated } from "./mutants.ts";

/** A mutant of a file of a room. */
export interface Candidate extends Change {
  room: string;
  mutant: Mutant;
  /** File, change and, where lines repeat, which of them: what it is known by. */
  id: string;
}

/** All mutants of a room. */
export function candidatesOf(root: string, room: string): Candidate[] {
  const files = readdirSync(join(root, "lib", room)).filter((name) => name.endsWith(".ts")).sort();
  return files.flatMap((name) => {
    const file = `lib/${room}/${name}`, source = Deno.readTextFileSync(join(root, file));
    const times = new Map<string, number>();
    return listMutants(source).map((mutant) => {
      const nth = (times.get(mutant.change) ?? 0) + 1;
      times.set(mutant.change, nth);
      return {
        room,
        file,
        mutant,
        id: `${file}: ${mutant.change}${nth > 1 ? ` #${nth}` : ""}`,
        text: mutated(source, mutant),
      };
    });
  });
}

/** From each room as many mutants, drawn by a seed from those that pass the type check. */
export async function drawn(
  copy: Copy,
  ofRooms: readonly Candidate[][],
  perRoom: number,
  seed: number,
): Promise<Candidate[]> {
  const decks = ofRooms.map((all) => ({
    left: Array.from(new Random(seed).child(all[0].room).permutation(all.length), (i) => all[i]),
    taken: [] as Candidate[],
  }));
  for (;;) {
    const next = decks.flatMap(({ left, taken }) => left.splice(0, perRoom - taken.length));
    if (next.length === 0) return decks.flatMap(({ taken }) => taken);
    const compiling = await copy.compiling(next);
    next.forEach((candidate, i) => {
      if (compiling[i]) decks.find((_, d) => ofRooms[d][0].room === candidate.room)!.taken.push(candidate);
    });
  }
}
