import { basename, dirname, join } from "node:path";
import {
  removeStoredRun,
  runLabel,
  runReferences,
  type StoredRun,
  storedRuns,
} from "../../lib/experiment/mod.ts";
import { count, list } from "../../lib/figures/words.ts";
import { UsageError, wrap } from "../cli/mod.ts";
import { findRunFolder, runsFolderOf } from "./find_run.ts";
import { size, total } from "./run_words.ts";

/** The names of what somebody wants to remove from the folder of runs, and nothing outside of it. */
async function namesIn(
  folder: string,
  typed: readonly string[],
  out: string,
  listing: string,
): Promise<string[]> {
  const names: string[] = [];
  for (const each of typed) {
    const path = await findRunFolder(each, out, listing);
    if ((await Deno.lstat(path)).isSymlink) {
      throw new UsageError(`what is removed must be the folder of a run: received the link ${path}`);
    }
    const [parent, place] = await Promise.all([
      Deno.realPath(dirname(path)),
      Deno.realPath(folder).catch(() => undefined),
    ]);
    if (parent !== place) {
      throw new UsageError(`what is removed must be in ${folder}: received ${path}`);
    }
    names.push(basename(path));
  }
  return [...new Set(names)];
}

/** Removes runs, or says what would go. */
export async function removeRuns(
  typed: readonly string[],
  out: string,
  listing: string,
  { unreferenced, yes }: { unreferenced: boolean; yes: boolean },
): Promise<void> {
  const folder = runsFolderOf(out);
  if ((typed.length > 0) === unreferenced) {
    throw new UsageError(
      `remove takes runs or --unreferenced: received ${unreferenced ? "both" : "neither"}`,
    );
  }
  const all = await storedRuns(folder), { files, silent } = await runReferences(out);
  if (unreferenced && silent.length > 0) {
    throw new UsageError(
      `every figure must say of which runs it is, before those that none names are removed: received ` +
        `${list(silent)}, of an older version (draw again, or remove)`,
    );
  }
  const names = await namesIn(folder, typed, out, listing);
  const strange = names.find((name) => !all.some((run) => run.name === name));
  if (strange !== undefined) {
    throw new UsageError(
      `what is removed must be a run (${listing} lists them): received ${join(folder, strange)}`,
    );
  }
  // Hours of a training that was cut short go only by name.
  const mayGo = ({ name, state, progress }: StoredRun) =>
    state !== "unfinished" && progress === undefined && (state !== "whole" || !files.has(name));
  const chosen = all.filter((run) => unreferenced ? mayGo(run) : names.includes(run.name));
  const written = chosen.find(({ state }) => state === "unfinished");
  if (written) {
    throw new UsageError(`what is removed must be finished: received ${written.folder}, being trained`);
  }
  for (const { name, record, fault, bytes } of chosen) {
    const used = record && files.get(name);
    const what = record ? runLabel(record.settings) : fault;
    console.log(
      wrap(`${name} (${size(bytes)}): ${what}${used ? `; named by ${list(used)}` : ""}`).join("\n  "),
    );
  }
  if (chosen.length === 0) return console.log(`nothing to remove in ${folder}`);
  if (!yes) {
    return console.log(`\n${count(chosen.length, "run")}, ${total(chosen)}, would be removed: --yes does it`);
  }
  // Results may be kept on another disk, behind a link.
  const place = await Deno.realPath(folder);
  for (const { name } of chosen) await removeStoredRun(place, name);
  console.log(`\nremoved ${count(chosen.length, "run")}, ${total(chosen)}`);
}
