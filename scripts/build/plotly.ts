/**
 * Puts plotly.js into the library: minifies the file of plotly.js-dist, compresses it and writes the modules from which
 * figures and notebooks take it; of plotly.js-cartesian-dist-min too, which draws plane axes only. Run it after changing the
 * packages' versions in the deno.json beside it; `--check` compares instead.
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { buildScript } from "./build_script.ts";

/** plotly.js before and after. */
interface Built {
  version: string;
  source: Uint8Array;
  script: string;
  /** The smaller one. */
  cartesian: string;
}

async function build(): Promise<Built> {
  const { stop, transform } = await import("esbuild");
  const source = await Deno.readFile(new URL(import.meta.resolve("plotly.js-dist")));
  const text = new TextDecoder().decode(source);
  const [licence = ""] = text.match(/^\/\*[\s\S]*?\*\//) ?? [];
  const [, version] = licence.match(/plotly\.js v([\d.]+)/) ?? [];
  if (!version) {
    throw new Error(
      `Cannot embed plotly.js as its first comment must name its version: received ${text.slice(0, 80)}`,
    );
  }
  const { code } = await transform(text, { minify: true, legalComments: "none", banner: licence });
  await stop();
  const cartesian = await Deno.readTextFile(new URL(import.meta.resolve("plotly.js-cartesian-dist-min")));
  if (!cartesian.includes(`plotly.js (cartesian - minified) v${version}`)) {
    throw new Error(
      `Cannot embed plotly.js as both of its packages must be of one version: received ${version} and ${
        cartesian.slice(0, 80)
      }`,
    );
  }
  return { version, source, script: parsedOnce(code), cartesian: parsedOnce(cartesian) };
}

/**
 * The script with the function that holds all of it, an argument, in parentheses of its own: browsers parse such a one
 * once, as it is called at once, and others first to skip it, then to call it.
 */
function parsedOnce(script: string): string {
  const [start] = script.match(/this, ?\(\) ?=> ?\{/) ?? [], [end] = script.match(/\}\)+;?\s*$/) ?? [];
  if (!start || !end) {
    throw new Error(
      `Cannot embed plotly.js as all of it must be one function: received ${script.slice(0, 400)}`,
    );
  }
  const whole = script.slice(0, -end.length).replace(start, () => start.replace("()", "(()"));
  return `${whole}${end.replace("}", "})")}`;
}

const HEAD = "// Written by `deno task build:plotly`.\n";

/** The texts of the modules, by file name. */
function modules({ version, source, script, cartesian }: Built): Record<string, string> {
  return {
    "version.ts": `${HEAD}
/** The version of plotly.js that pages have inside and notebooks load. */
export const plotlyVersion: string = "${version}";

/** The hash of \`plotly.js\` in the package plotly.js-dist, as the \`integrity\` of a script. */
export const plotlyIntegrity: string =
  "${integrity(source)}";
`,
    "script.ts": scriptModule("the minified plotly.js", script),
    "cartesian.ts": scriptModule("the minified plotly.js that draws plane axes only", cartesian),
  };
}

function scriptModule(what: string, script: string): string {
  return `${HEAD}
/** The hash of ${what}, as the \`integrity\` of a script. */
export const scriptIntegrity: string = "${integrity(script)}";

/** ${what[0].toUpperCase()}${what.slice(1)}: UTF-8, compressed as gzip, in base64. */
export const compressedScript: string = "${gzipSync(script, { level: 9 }).toString("base64")}";
`;
}

/** SHA-384 as browsers write it. */
function integrity(content: string | Uint8Array): string {
  return `sha384-${createHash("sha384").update(content).digest("base64")}`;
}

const folder = new URL("../../lib/figures/plotly/", import.meta.url);

/** Fails unless the committed modules hold what was built. */
async function check(built: Built): Promise<void> {
  const { plotlyIntegrity } = await import(new URL("version.ts", folder).href);
  // Not the compressed bytes, which another release of zlib may write otherwise.
  const scriptOf = async (name: string) =>
    gunzipSync(Uint8Array.fromBase64((await import(new URL(name, folder).href)).compressedScript));
  const pairs: [string | Uint8Array, string | Uint8Array][] = [
    [await scriptOf("script.ts"), built.script],
    [await scriptOf("cartesian.ts"), built.cartesian],
  ];
  const same = pairs.every(([committed, made]) => integrity(committed) === integrity(made));
  if (!same || plotlyIntegrity !== integrity(built.source)) {
    throw new Error(
      `Cannot pass ${
        fileURLToPath(folder)
      } as it must hold the package's plotly.js: run deno task build:plotly`,
    );
  }
}

const summary = "Minifies and compresses plotly.js into modules of the library.";

await buildScript("build:plotly", summary, async (checks) => {
  const built = await build();
  if (checks) return await check(built);
  for (const [name, text] of Object.entries(modules(built))) {
    await writeAtomically(fileURLToPath(new URL(name, folder)), text);
  }
});
