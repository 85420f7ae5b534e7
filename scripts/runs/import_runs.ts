import { type ImportedRuns, importRuns } from "../../lib/experiment/mod.ts";
import { count } from "../../lib/figures/words.ts";
import { wrap } from "../cli/mod.ts";

/** Brings the runs of other folders into one, or says what would come. */
export async function importAll(from: readonly string[], runsFolder: string, dryRun: boolean): Promise<void> {
  const all: ImportedRuns = { imported: [], there: [], refused: [] };
  for (const folder of from) {
    const { imported, there, refused } = await importRuns(folder, runsFolder, { dryRun });
    all.imported.push(...imported);
    all.there.push(...there);
    all.refused.push(...refused);
  }
  for (const { name, reason } of all.refused) console.log(wrap(`${name}: ${reason}`).join("\n  "));
  const number = count(all.imported.length, "run");
  console.log(
    `${dryRun ? `${number} would be imported` : `imported ${number}`} into ${runsFolder}; ` +
      `${all.there.length} there already, ${all.refused.length} refused`,
  );
  if (all.refused.length > 0) {
    throw new Error(`${count(all.refused.length, "run")} refused: nothing of them was copied`);
  }
}
