/**
 * Compiles the AssemblyScript kernels of the WebAssembly backend and of the theory checks into modules; run it after changing
 * them. `--check` compares with the committed ones instead.
 */
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { buildScript } from "./build_script.ts";

const backend = new URL("../../lib/backend/wasm/assembly/", import.meta.url);
const theory = new URL("../../lib/theory/assembly/", import.meta.url);

/** The compiled kernels: folder and source, and the instruction sets beyond the first WebAssembly that each uses. */
const kernels: Record<string, { folder: URL; source: string; features: string[] }> = {
  product: { folder: backend, source: "product", features: ["simd"] },
  product_relaxed: { folder: backend, source: "product", features: ["simd", "relaxed-simd"] },
  winograd: { folder: backend, source: "winograd", features: ["simd"] },
  winograd_relaxed: { folder: backend, source: "winograd", features: ["simd", "relaxed-simd"] },
  winograd_strided: { folder: backend, source: "winograd_strided", features: ["simd"] },
  winograd_strided_relaxed: {
    folder: backend,
    source: "winograd_strided",
    features: ["simd", "relaxed-simd"],
  },
  contrastive: { folder: backend, source: "contrastive", features: ["simd"] },
  contrastive_relaxed: { folder: backend, source: "contrastive", features: ["simd", "relaxed-simd"] },
  training: { folder: backend, source: "training", features: ["simd"] },
  sums: { folder: theory, source: "sums", features: ["simd"] },
  sums_relaxed: { folder: theory, source: "sums", features: ["simd", "relaxed-simd"] },
  left_out: { folder: theory, source: "left_out", features: ["simd"] },
};

/** The module with what the sources of a folder compile to. Text rather than files, so that it loads from anywhere. */
async function compiledModule(folder: URL): Promise<string> {
  const names = Object.keys(kernels).filter((name) => kernels[name].folder === folder);
  const lines = await Promise.all(names.map(async (name) => {
    const base64 = (await compileKernel(name)).toBase64();
    return `  ${name}:\n    "${base64}",\n`;
  }));
  return `// Written by \`deno task build:wasm\` from the sources beside it.

/** The compiled kernels as base64, by name. */
export const compiled: Readonly<Record<${names.map((name) => `"${name}"`).join(" | ")}, string>> = {
${lines.join("")}};
`;
}

/** A kernel compiled from its source. */
async function compileKernel(name: string): Promise<Uint8Array> {
  const { default: asc } = await import("assemblyscript/asc");
  const { folder, source } = kernels[name];
  let compiled: Uint8Array | undefined;
  const features = kernels[name].features.flatMap((feature) => ["--enable", feature]);
  const options = ["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", ...features];
  const { error, stderr } = await asc.main(
    [`${source}.ts`, "-o", "kernel.wasm", "--importMemory", "--noExportMemory", ...options],
    {
      readFile: (file) => readSource(new URL(file.replace(/\.ts$/, ".as"), folder)),
      writeFile: (_file, contents) => void (compiled = contents as Uint8Array),
      listFiles: () => [],
    },
  );
  if (error || !compiled) {
    throw new Error(`Cannot compile ${source}.as as asc must succeed: received ${stderr}`);
  }
  return compiled;
}

/** A source's text; the compiler also asks for files that are not there. */
async function readSource(path: URL): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const summary =
  "Compiles the WebAssembly kernels of the backend and of the theory checks from their sources.";

await buildScript("build:wasm", summary, async (checks) => {
  for (const folder of [backend, theory]) {
    const path = fileURLToPath(new URL("compiled.ts", folder)), text = await compiledModule(folder);
    if (!checks) await writeAtomically(path, text);
    else if (await Deno.readTextFile(path) !== text) {
      throw new Error(
        `Cannot pass ${path} as it must be what its sources compile to: run deno task build:wasm`,
      );
    }
  }
});
