// What the build scripts write is committed; here they make it again. They have packages of their own, which take a while to
// download, since users need none of them.
import { assert } from "@std/assert";
import { testsEverything } from "../grids.ts";

const config = new URL("../../scripts/build/deno.json", import.meta.url).pathname;

const written = [["wasm", "WebAssembly kernels"], ["plotly", "plotly.js"], ["student_t", "quantiles"], [
  "characters",
  "images of characters",
]];
for (const [name, what] of testsEverything ? written : []) {
  Deno.test(`the committed ${what} are what scripts/build/${name}.ts makes`, async () => {
    const script = new URL(`../../scripts/build/${name}.ts`, import.meta.url).href;
    // esbuild is a program of its own, and typefaces are installed by one.
    const { success, stderr } = await new Deno.Command("deno", {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--config",
        config,
        "--allow-read",
        "--allow-env",
        "--allow-sys",
        "--allow-run",
        script,
        "--check",
      ],
      env: { NO_COLOR: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  });
}
