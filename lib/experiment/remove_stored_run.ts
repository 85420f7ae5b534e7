import { checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { DataError } from "../data/data_error.ts";
import { claimRun, RunTakenError } from "./run_claim.ts";

/**
 * Removes something from a folder of runs. A run has another name first, so that nobody finds half of it.
 *
 * @throws {DataError} if it is none of what {@linkcode storedRuns} lists, a link is in the way, or a process writes there
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { removeStoredRun, storedRuns } from "@hscl/hscl/experiment";
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/0123456789abcdef`);
 * await removeStoredRun(folder, "0123456789abcdef");
 * assertEquals(await storedRuns(folder), []);
 * await assertRejects(() => removeStoredRun(folder, "../mine"), Error, "received ../mine");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function removeStoredRun(runsFolder: string, name: string): Promise<void> {
  const { lstat, remove, rename } = denoFor("remove a run");
  const refuse = (requirement: string, received: string) =>
    new DataError(`Cannot remove a run as ${requirement}: received ${received}`);
  if (
    !/^[0-9a-f]{16}(\.(training|partial|damaged|removed)-[\w-]+)?$/.test(checkText("name of a run", name))
  ) {
    throw refuse("its name must be one of those in the folder of runs", name);
  }
  const folder = `${runsFolder}/${name}`;
  for (const path of [runsFolder, folder]) {
    const info = await lstat(path).catch((error) => {
      throw refuse(`${path} must be there`, (error as Error).message);
    });
    if (info.isSymlink) throw refuse(`${path} must be a folder`, "a link");
    if (!info.isDirectory) throw refuse(`${path} must be a folder`, "something else");
  }
  if (/\.training-/.test(name)) {
    try {
      return await (await claimRun(runsFolder, name.split(".")[0])).remove();
    } catch (error) {
      if (!(error instanceof RunTakenError)) throw error;
      throw refuse(`${folder} must be left by who trained it`, "one that is being trained");
    }
  }
  let gone = folder;
  if (!name.includes(".")) {
    gone = `${folder}.removed-${crypto.randomUUID()}`;
    await rename(folder, gone);
  }
  await remove(gone, { recursive: true });
}
