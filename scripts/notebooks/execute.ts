import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Jupyter } from "./jupyter.ts";
import type { Notebook } from "./notebook.ts";

const WAITING = fileURLToPath(new URL("./wait_for_outputs.py", import.meta.url));
/** A cell that takes longer than this hangs. */
const CELL_SECONDS = 600;

/**
 * Executes a notebook from its first cell to its last in a kernel of its own. Errors of cells become outputs.
 *
 * @param path the notebook; it is not changed
 * @throws {Error} if the kernel could not be started, died, or took too long
 */
export async function executed(jupyter: Jupyter, path: string): Promise<Notebook> {
  const { success, out, error } = await jupyter.run([
    "nbconvert",
    "--to=notebook",
    "--execute",
    `--config=${WAITING}`,
    "--allow-errors",
    `--ExecutePreprocessor.timeout=${CELL_SECONDS}`,
    "--stdout",
    basename(path),
  ], dirname(path));
  if (!success) {
    const last = error.trim().split("\n").at(-1);
    throw new Error(`Cannot execute ${basename(path)} as the kernel must answer: received ${last}`);
  }
  return JSON.parse(out);
}
