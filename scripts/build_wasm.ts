/** Compiles the AssemblyScript kernels of the WebAssembly backend; run it after changing them. */
import asc from "assemblyscript/asc";

const folder = new URL("../lib/backend/wasm/kernels/", import.meta.url);

/** Where the compiled kernels are. */
export const compiledKernels: URL = new URL("patches.wasm", folder);

/** The compiled kernels, from their source. */
export async function compileKernels(): Promise<Uint8Array> {
  const source = await Deno.readTextFile(new URL("patches.as", folder));
  let compiled: Uint8Array | undefined;
  const options = ["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", "--enable", "simd"];
  const { error, stderr } = await asc.main(
    ["patches.ts", "-o", "patches.wasm", "--importMemory", "--noExportMemory", ...options],
    {
      readFile: (name) => name === "patches.ts" ? source : null,
      writeFile: (_name, contents) => void (compiled = contents as Uint8Array),
      listFiles: () => [],
    },
  );
  if (error || !compiled) {
    throw new Error(`Cannot compile the kernels as asc must succeed: received ${stderr}`);
  }
  return compiled;
}

if (import.meta.main) {
  await Deno.writeFile(compiledKernels, await compileKernels());
  console.log(compiledKernels.pathname);
}
