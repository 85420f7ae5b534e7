import { putInPlace } from "./run_writer.ts";
import { claimRun } from "./run_claim.ts";
import { ownerState } from "./run_owner.ts";
import type { RunRecord } from "./settings.ts";
import { trainingFolders } from "./training_folders.ts";

/**
 * Removes what a process has left of the training of a run that it had finished, killed before it was done with that; states that go
 * further than the run stay.
 */
export async function closeLeft(runsFolder: string, { folder, trained }: RunRecord): Promise<void> {
  const hash = folder.split("/").at(-1)!, [left] = await trainingFolders(runsFolder, hash);
  if (!left || !(await ownerState(left.folder)).crashed) return;
  try {
    const claim = await claimRun(runsFolder, hash);
    try {
      await putInPlace(claim.folder, folder);
      await claim.close(trained);
    } finally {
      await claim.giveBack();
    }
  } catch {
    // The run is there all the same, where nothing can be written or another process was faster.
  }
}
