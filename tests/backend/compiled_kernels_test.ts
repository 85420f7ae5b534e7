import { assertEquals } from "@std/assert";
import { compiledKernels, compileKernels } from "../../scripts/build_wasm.ts";

Deno.test("the committed WebAssembly kernels are what their source compiles to", async () => {
  assertEquals(await Deno.readFile(compiledKernels), new Uint8Array(await compileKernels()));
});
