import { assert } from "@std/assert";
import { compiledModule, compiledPath, folders } from "../../scripts/build_wasm.ts";

Deno.test("the committed WebAssembly kernels are what their sources compile to", async () => {
  for (const folder of folders) {
    const committed = await Deno.readTextFile(compiledPath(folder));
    assert(
      committed === await compiledModule(folder),
      `${compiledPath(folder).pathname}: run deno task build:wasm`,
    );
  }
});
