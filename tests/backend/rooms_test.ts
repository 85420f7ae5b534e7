// What a backend may do faster is named once: its kernel lies in the file that its operation has in lib/backend/operations.
import { assert, assertEquals } from "@std/assert";

const room = new URL("../../lib/backend/", import.meta.url);

/** Where the matches of a pattern are in the files of a folder, by their first group. */
function filesOf(folder: string, pattern: RegExp): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, isFile } of Deno.readDirSync(new URL(folder, room))) {
    assert(isFile, `${folder} has a folder ${name}`);
    const source = Deno.readTextFileSync(new URL(`${folder}${name}`, room));
    for (const [, kernel] of source.matchAll(pattern)) found.set(kernel, name);
  }
  return found;
}

Deno.test("every backend has the kernel of an operation in a file of the operation's name", () => {
  const operations = filesOf("operations/", /hasKernel\("(\w+)"/g);
  for (const [folder, least] of [["native/kernels/", 5], ["wasm/kernels/", 4]] as const) {
    const kernels = [...filesOf(folder, /Kernel `(\w+)`/g)].filter(([kernel]) => operations.has(kernel));
    assert(kernels.length >= least, `${folder} has ${kernels.length} of ${operations.size} kernels`);
    for (const [kernel, file] of kernels) assertEquals(file, operations.get(kernel), `${folder}: ${kernel}`);
  }
});
