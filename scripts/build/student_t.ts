/**
 * Bundles the quantiles of Student's t of stdlib, some 200 packages, into one module of the library, so that a user's install
 * needs none of them. Run it after changing the version in the deno.json beside it; `--check` compares instead.
 */
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { buildScript } from "./build_script.ts";

const name = "@stdlib/stats-base-dists-t-quantile";
const file = fileURLToPath(new URL("../../lib/core/student_t/compiled.ts", import.meta.url));

// Such as @stdlib/array-float64.
const TYPED_ARRAY = /^@stdlib\/array-(uint8|uint16|uint32|float64)$/;

async function moduleText(): Promise<string> {
  const { build, stop } = await import("esbuild");
  const { outputFiles: [{ text }] } = await build({
    stdin: {
      contents: `export { default } from "${name}/lib/main.js";`,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    globalName: "bundle",
    legalComments: "none",
    plugins: [{
      // Its own stand-ins for engines without typed arrays are left out.
      name: "typed arrays",
      setup({ onLoad, onResolve }) {
        onResolve({ filter: TYPED_ARRAY }, ({ path }) => ({ path, namespace: "typed arrays" }));
        onLoad({ filter: /.*/, namespace: "typed arrays" }, ({ path }) => {
          const [, kind] = TYPED_ARRAY.exec(path)!;
          return { contents: `module.exports = ${kind[0].toUpperCase()}${kind.slice(1)}Array;` };
        });
      },
    }, {
      // Its log reads the environment.
      name: "silence",
      setup({ onLoad, onResolve }) {
        onResolve({ filter: /^debug$/ }, () => ({ path: "debug", namespace: "silence" }));
        onLoad(
          { filter: /.*/, namespace: "silence" },
          () => ({ contents: "module.exports = () => () => {};" }),
        );
      },
    }],
  });
  await stop();
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", import.meta.url)));
  return `// Written by \`deno task build:student-t\` from ${
    imports[name].slice("npm:".length)
  }. Copyright (c) The Stdlib Authors,
// licensed under the Apache License 2.0 (https://www.apache.org/licenses/LICENSE-2.0); parts are ports of Boost, under the Boost
// Software License 1.0 (https://www.boost.org/LICENSE_1_0.txt), and of FreeBSD and Cephes. Bundled and minified.
// @ts-nocheck It is JavaScript.
${text}
/** The value that a variable of Student's t distribution is below with this probability, by its degrees of freedom. */
export const studentQuantile: (probability: number, degreesOfFreedom: number) => number = bundle.default;
`;
}

await buildScript(
  "build:student-t",
  "Bundles the quantiles of Student's t into a module.",
  async (checks) => {
    const text = await moduleText();
    if (!checks) return await writeAtomically(file, text);
    if (await Deno.readTextFile(file) !== text) {
      throw new Error(
        `Cannot pass ${file} as it must hold the package's code: run deno task build:student-t`,
      );
    }
  },
);
