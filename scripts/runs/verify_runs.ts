import { basename } from "node:path";
import { RunTakenError, setAside, storedRuns } from "../../lib/experiment/mod.ts";
import { count } from "../../lib/figures/words.ts";
import { findRunFolder, runsFolderOf } from "./find_run.ts";

/** Runs were found that are not as they were written. */
class DamagedRuns extends Error {
  readonly exitCode = 2;
}

/** Compares every byte of runs with what was written, and says which are not the same; on `yes`, sets these aside. */
export async function verifyRuns(
  typed: readonly string[],
  out: string,
  listing: string,
  { yes }: { yes: boolean },
): Promise<void> {
  const folder = runsFolderOf(out);
  const asked = await Promise.all(
    typed.map(async (each) => basename(await findRunFolder(each, out, listing))),
  );
  const runs = (await storedRuns(folder, { sums: true })).filter(({ name }) =>
    asked.length > 0 ? asked.includes(name) : /^[0-9a-f]{16}$/.test(name)
  );
  const damaged = runs.filter(({ state }) => state === "damaged");
  for (const { name, fault } of damaged) {
    console.log(`${name}: ${fault}`);
    if (yes && !name.includes(".")) console.log(`  ${await keptAs(folder, name)}`);
  }
  const whole = runs.filter(({ state }) => state === "whole").length;
  console.log(`${whole} of ${count(runs.length, "run")} in ${folder} as written, byte by byte`);
  if (damaged.length === 0) return;
  const next = yes
    ? "what is set aside is trained again when it is wanted"
    : "--yes sets them aside, to be trained again";
  throw new DamagedRuns(`${count(damaged.length, "run")} not as written; ${next}`);
}

/** Sets a run aside, and says what became of it. */
async function keptAs(folder: string, name: string): Promise<string> {
  try {
    const path = await setAside(folder, name);
    return path === undefined ? "another program has made it good" : `kept as ${path}`;
  } catch (error) {
    if (!(error instanceof RunTakenError)) throw error;
    const { owner } = error, who = owner ? `process ${owner.pid} on ${owner.host}` : "another process";
    return `left to ${who}, which trains it`;
  }
}
