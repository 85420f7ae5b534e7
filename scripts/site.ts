/** Builds the live page into a folder that any static host serves, and that opens from a disk, too. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { interruptible, runScript } from "./cli/mod.ts";
import { gunzipSync } from "node:zlib";
import { asFunction, bundle } from "./site/bundle.ts";
import { buildGallery } from "./site/gallery.ts";

const source = fileURLToPath(new URL("../site/", import.meta.url));
const docs = fileURLToPath(new URL("../docs/", import.meta.url));

/** TensorFlow.js' WebAssembly, which all browsers that this library runs in take. */
const tensorflowWasm = join(
  dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm"))),
  "tfjs-backend-wasm-simd.wasm",
);

/** Engines, each in a script of its own: what the page loads at first, and what it loads when it is needed. */
const engines = ["theory", "training"];

/**
 * Only what lies beside the page, and workers made of it, as browsers give none from a disk; no request goes anywhere.
 * TensorFlow.js and this library compile WebAssembly; plotly.js writes style elements.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self' blob: 'wasm-unsafe-eval'",
  "worker-src blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The plotly.js of the figures. */
async function plotly(): Promise<Uint8Array> {
  const { compressedScript } = await import("../lib/figures/plotly/script.ts");
  return gunzipSync(Uint8Array.fromBase64(compressedScript));
}

/** Writes the page. */
export async function buildSite(out: string): Promise<void> {
  await Deno.mkdir(out, { recursive: true });
  const work = await Deno.makeTempDir({ prefix: "hscl-site-" });
  try {
    const page = await bundle(join(source, "page.ts"), work);
    await writeAtomically(join(out, "page.js"), `(${asFunction(page)})();\n`);
    for (const name of engines) {
      const code = asFunction(await bundle(join(source, "engines", `${name}.ts`), work));
      await writeAtomically(join(out, `${name}.js`), `(globalThis.hsclEngines ??= {}).${name} = ${code};\n`);
    }
    await writeAtomically(join(out, "plotly.js"), await plotly());
    const wasm = (await Deno.readFile(tensorflowWasm)).toBase64();
    await writeAtomically(join(out, "wasm.js"), `globalThis.hsclWasm = "${wasm}";\n`);
    const template = await Deno.readTextFile(join(source, "index.html"));
    const gallery = await buildGallery(docs, out);
    await writeAtomically(
      join(out, "index.html"),
      template.replace("{{policy}}", policy).replace("<!-- gallery -->", () => gallery),
    );
    await writeAtomically(join(out, "style.css"), await Deno.readTextFile(join(source, "style.css")));
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

if (import.meta.main) {
  await runScript({
    name: "site",
    summary: "Builds the live page: see hardness, theory and training in the browser.",
    flags: { out: { kind: "directory", written: true, default: "site/dist", help: "Folder for the page" } },
    examples: ["deno task site", "deno task site --out /tmp/site"],
  }, async ({ out }) => {
    await interruptible("the page may be incomplete", () => buildSite(out));
    console.log(join(out, "index.html"));
  });
}
