import { type ImportedRuns, importRuns } from "../../lib/experiment/mod.ts";
import { count } from "../../lib/figures/words.ts";
import { wrap } from "../cli/mod.ts";

/** Brings the runs of other folders into one, or says what would come. */
export async function importAll(from: readonly string[], runsFolder: string, dryRun: boolean): Promise<void> {
  const all: ImportedRuns = { imported: [], there: [], refused: [] };
  for (const [at, folder] of from.entries()) {
    const { imported, there, refused } = await importRuns(folder, runsFolder, { dryRun }).catch((error) => {
      // What came of those before stays.
      if (at > 0) tell(all, runsFolder, dryRun);
      throw error;
    });
    all.imported.push(...imported);
    all.there.push(...there);
    all.refused.push(...refused);
  }
  tell(all, runsFolder, dryRun);
  if (all.refused.length > 0) {
    throw new Error(`${count(all.refused.length, "run")} refused: nothing of them was copied`);
  }
}

/** Says what became of runs. */
function tell({ imported, there, refused }: ImportedRuns, runsFolder: string, dryRun: boolean): void {
  for (const { name, reason } of refused) console.log(wrap(`${name}: ${reason}`).join("\n  "));
  const number = count(imported.length, "run");
  console.log(
    `${dryRun ? `${number} would be imported` : `imported ${number}`} into ${runsFolder}; ` +
      `${there.length} there already, ${refused.length} refused`,
  );
}
