/** Mutation test: how many small changes of the library, drawn by a seed, do the tests notice? */
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { runScript, UsageError } from "../scripts/cli/mod.ts";
import { type Candidate, candidatesOf, drawn } from "./mutation/candidates.ts";
import { Copy } from "./mutation/copy.ts";
import { type Judged, reportText, shareCaught } from "./mutation/report.ts";
import { fateOf, measure, rooms, type Suite, testsOf } from "./mutation/suites.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const GOAL = 0.95;

/** Mutants that change nothing, by their id, with the reason. */
const equivalents: Record<string, string> = JSON.parse(
  await Deno.readTextFile(new URL("mutation/equivalents.json", import.meta.url)),
);

/** Does all tasks, one at a time in each copy. */
async function spread<T>(copies: Copy[], tasks: readonly T[], work: (copy: Copy, task: T) => Promise<void>) {
  const left = [...tasks];
  await Promise.all(copies.map(async (copy) => {
    for (let task = left.shift(); task !== undefined; task = left.shift()) await work(copy, task);
  }));
}

await runScript({
  name: "mutants",
  summary:
    "Changes one operator, number, comparison, condition or term of the library at a time, in a copy, and runs the tests " +
    "of its room. Ends with code 1 if fewer than 95 % of the mutants are caught.",
  flags: {
    count: { kind: "integer", min: 1, default: 160, help: "Mutants to draw, spread evenly over the rooms" },
    seed: { kind: "integer", min: 0, default: 1, help: "Decides which" },
    rooms: { kind: "choices", allowed: rooms, default: rooms, help: "Rooms to draw from" },
    only: {
      kind: "string",
      placeholder: "text",
      help: "All mutants with this in their name, known equivalents too, instead of a draw",
    },
    jobs: { kind: "integer", min: 1, default: 2, help: "Mutants tested at a time" },
    out: { kind: "file", help: "File for the results as JSON" },
  },
  examples: ["deno task mutants", 'deno task mutants --only "lib/losses/margins.ts: const floor"'],
}, async ({ count, seed, rooms: chosen, only, jobs, out }) => {
  const say = (line: string) => console.error(`mutants: ${line}`);
  const copies = Array.from({ length: jobs }, () => new Copy(root));
  try {
    const all = rooms.map((room) => candidatesOf(root, room));
    const ids = new Set(all.flat().map(({ id }) => id));
    const stale = Object.keys(equivalents).filter((id) => !ids.has(id));
    if (stale.length > 0) {
      throw new Error(`Cannot excuse mutants as they must still exist: received ${stale.join("; ")}`);
    }

    const ofChosen = all.filter((_, r) => chosen.includes(rooms[r]));
    const candidates = only === undefined
      ? await drawn(copies[0], ofChosen, Math.ceil(count / ofChosen.length), seed)
      : ofChosen.flat().filter(({ id }) => id.includes(only));
    if (candidates.length === 0) {
      throw new UsageError(
        `--only must be a part of a mutant's name: received ${JSON.stringify(only)}, which is in none`,
      );
    }
    say(`${candidates.length} of ${ofChosen.flat().length} mutants`);

    const suites = new Map<string, Suite[]>();
    const used = [...new Set(candidates.map(({ room }) => room))];
    await spread(copies, used, async (copy, room) => {
      suites.set(room, await measure(copy, testsOf(root, room)));
      say(`${room}: unchanged, the tests pass`);
    });

    const judged: Judged[] = [];
    await spread(copies, candidates, async (copy, candidate: Candidate) => {
      const { id, file, room, mutant: { line, column } } = candidate,
        known = only === undefined && equivalents[id];
      const fate = known ? { outcome: "equivalent" as const, why: known, seconds: 0 } : await fateOf(
        copy,
        candidate,
        suites.get(room)!,
      );
      judged.push({ room, id, place: `${file}:${line}:${column}`, ...fate });
      const place = `${judged.length}/${candidates.length}`;
      say(`${place} ${fate.outcome} after ${fate.seconds.toFixed(0)} s: ${file}:${line}:${column} ${id}`);
    });

    console.log(reportText(judged));
    if (out !== undefined) await writeAtomically(out, JSON.stringify({ seed, judged }, null, 2) + "\n");
    const share = shareCaught(judged);
    if (share < GOAL) {
      throw new Error(`Only ${(100 * share).toFixed(1)} % of the mutants are caught: the goal is 95 %`);
    }
  } finally {
    for (const copy of copies) copy.remove();
  }
});
