import { basename, dirname } from "node:path";
import { storedRuns } from "../../lib/experiment/mod.ts";
import { UsageError } from "../cli/mod.ts";
import { findRun } from "./find_run.ts";
import type { Whole } from "./run_words.ts";

/** The run that somebody has typed, and what it takes on the disk. */
export async function storedRun(typed: string, out: string, listing: string): Promise<Whole> {
  const record = await findRun(typed, out, listing);
  const found = (await storedRuns(dirname(record.folder))).find(({ name }) =>
    name === basename(record.folder)
  );
  if (found?.record) return { ...found, record: found.record };
  throw new UsageError(`${record.folder} must stay where it is: received none`);
}
