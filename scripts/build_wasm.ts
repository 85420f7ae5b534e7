/** Compiles the AssemblyScript kernels of the WebAssembly backend; run it after changing them. */
import asc from "assemblyscript/asc";

const folder = new URL("../lib/backend/wasm/kernels/", import.meta.url);

/** The compiled kernels: their source, and the instruction sets beyond the first WebAssembly that each uses. */
export const kernels: Record<string, { source: string; features: string[] }> = {
  product: { source: "product", features: ["simd"] },
  product_relaxed: { source: "product", features: ["simd", "relaxed-simd"] },
  training: { source: "training", features: ["simd"] },
};

/** Where a compiled kernel is. */
export function compiledPath(name: string): URL {
  return new URL(`${name}.wasm`, folder);
}

/** A kernel compiled from its source. */
export async function compileKernel(name: string): Promise<Uint8Array> {
  const source = await Deno.readTextFile(new URL(`${kernels[name].source}.as`, folder));
  let compiled: Uint8Array | undefined;
  const features = kernels[name].features.flatMap((feature) => ["--enable", feature]);
  const options = ["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", ...features];
  const { error, stderr } = await asc.main(
    ["kernel.ts", "-o", "kernel.wasm", "--importMemory", "--noExportMemory", ...options],
    {
      readFile: (file) => file === "kernel.ts" ? source : null,
      writeFile: (_file, contents) => void (compiled = contents as Uint8Array),
      listFiles: () => [],
    },
  );
  if (error || !compiled) {
    throw new Error(`Cannot compile ${kernels[name].source}.as as asc must succeed: received ${stderr}`);
  }
  return compiled;
}

if (import.meta.main) {
  for (const name of Object.keys(kernels)) {
    await Deno.writeFile(compiledPath(name), await compileKernel(name));
    console.log(compiledPath(name).pathname);
  }
}
