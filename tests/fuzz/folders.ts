import { join } from "node:path";

const work = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(work, { recursive: true }));
let folders = 0;

/** A path that nothing is at, in a folder that is removed with the process. */
export function freshPath(): string {
  return join(work, `${folders++}`);
}
