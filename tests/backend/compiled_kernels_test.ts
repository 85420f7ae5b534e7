import { assertEquals } from "@std/assert";
import { compiledPath, compileKernel, kernels } from "../../scripts/build_wasm.ts";

Deno.test("the committed WebAssembly kernels are what their sources compile to", async () => {
  for (const name of Object.keys(kernels)) {
    assertEquals(await Deno.readFile(compiledPath(name)), new Uint8Array(await compileKernel(name)), name);
  }
});
