import { join } from "node:path";
import { DamagedRunError, openRun, type Run } from "../../lib/experiment/mod.ts";
import { UsageError } from "../cli/mod.ts";

/** The folder of all runs among those of results. */
export function runsFolderOf(out: string): string {
  return join(out, "runs");
}

/** Whether this may be the beginning of a run's name, of at least four hexadecimal digits, or the name of what is left of one. */
export function mayBeRunName(typed: string): boolean {
  return /^[0-9a-f]{4,16}(\.(training|partial|damaged|removed)-[\w-]*)?$/.test(typed);
}

/**
 * The folder of a run that somebody has typed: its path, or the beginning of its name among those in a folder of results.
 *
 * @param listing the command that lists the runs, for messages
 * @param what what was typed is called so in messages
 */
export async function findRunFolder(
  typed: string,
  out: string,
  listing: string,
  what = "RUN",
): Promise<string> {
  const refuse = (received: string) =>
    new UsageError(
      `${what} must be the folder of a run, or the beginning of its name (${listing} lists them): received ` +
        `${JSON.stringify(typed)}, ${received}`,
    );
  const there = await Deno.stat(typed).catch(() => undefined);
  if (there?.isDirectory) return typed.replace(/(?<=.)[/\\]+$/, "");
  if (there !== undefined) throw refuse("which is no folder");
  const runs = runsFolderOf(out);
  if (!mayBeRunName(typed)) {
    throw refuse("which is neither: of a name, 4 or more of its digits (0–9, a–f) are needed");
  }
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(runs)) {
      if (name === typed) return join(runs, name);
      if (/^[0-9a-f]{16}$/.test(name) && name.startsWith(typed)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (names.length === 1) return join(runs, names[0]);
  throw refuse(
    names.length === 0 ? `of which there is none in ${runs}` : `which begins ${names.sort().join(" and ")}`,
  );
}

/** The run that somebody has typed, compared with what was written. */
export async function findRun(typed: string, out: string, listing: string): Promise<Run> {
  const folder = await findRunFolder(typed, out, listing);
  const isRun = await Deno.stat(join(folder, "config.json")).then(() => true, () => false);
  if (!isRun) {
    const { message } = new DamagedRunError(folder, "config.json", "must be there: received none");
    throw new UsageError(`${message} (${listing} lists the runs)`);
  }
  return await openRun(folder);
}
