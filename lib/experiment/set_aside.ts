import { checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { DataError } from "../data/data_error.ts";
import { claimRun } from "./run_claim.ts";
import { isWhole } from "./run_record.ts";
import { freeName } from "./run_writer.ts";

/**
 * Gives a run that is damaged another name, `<hash>.damaged-<n>`, so that whoever wants it trains it again, or goes on from a state
 * of it that was left.
 *
 * @returns the new path; nothing if the run is whole, or gone
 * @throws {RunTakenError} if it is being trained
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { setAside, storedRuns } from "@hscl/hscl/experiment";
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/0123456789abcdef`);
 * assertEquals(await setAside(folder, "0123456789abcdef"), `${folder}/0123456789abcdef.damaged-1`);
 * assertEquals((await storedRuns(folder)).map(({ name }) => name), ["0123456789abcdef.damaged-1"]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function setAside(runsFolder: string, name: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{16}$/.test(checkText("name of a run", name))) {
    throw new DataError(
      `Cannot set a run aside as its name must be that of a finished one: received ${name}`,
    );
  }
  const claim = await claimRun(runsFolder, name), folder = `${runsFolder}/${name}`;
  const { errors, rename } = denoFor("set a run aside");
  try {
    // Another program may have made it good since it was looked at.
    if (await isWhole(folder, name)) return undefined;
    const path = await freeName(folder);
    await rename(folder, path);
    return path;
  } catch (error) {
    if (error instanceof errors.NotFound) return undefined;
    throw error;
  } finally {
    await claim.giveBack();
  }
}
