import { assert, assertEquals } from "@std/assert";
import { compressedScript, scriptIntegrity } from "../../lib/figures/plotly/script.ts";
import { plotlyIntegrity, plotlyVersion } from "../../lib/figures/plotly/version.ts";
import { esbuild } from "../../scripts/build_plotly.ts";

const root = new URL("../../", import.meta.url);

async function integrity(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return `sha384-${new Uint8Array(await crypto.subtle.digest("SHA-384", bytes)).toBase64()}`;
}

async function unpack(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([Uint8Array.fromBase64(base64)]).stream();
  return new Uint8Array(
    await new Response(stream.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer(),
  );
}

Deno.test("the plotly.js in the library is of the version in the import map, and its hashes are right", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  assertEquals(imports["plotly.js-dist"], `npm:plotly.js-dist@${plotlyVersion}`);
  const installed = await Deno.readFile(new URL(import.meta.resolve("plotly.js-dist")));
  assertEquals(plotlyIntegrity, await integrity(installed));
  const script = await unpack(compressedScript);
  assertEquals(scriptIntegrity, await integrity(script));
  const text = new TextDecoder().decode(script);
  assert(text.startsWith(`/**\n* plotly.js v${plotlyVersion}\n`), text.slice(0, 80));
  assert(text.includes("Licensed under the MIT license"));
});

const installed = await Deno.stat(new URL(`node_modules/.deno/${esbuild}/`, root)).then(
  () => true,
  () => false,
);
const why = installed ? "" : " (ignored: no esbuild; deno task build:plotly installs it)";

Deno.test(`built again, the plotly.js in the library is the same${why}`, { ignore: !installed }, async () => {
  const { success, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-q", "-A", "--no-lock", new URL("scripts/build_plotly.ts", root).href, "--print-hashes"],
    env: { NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), [plotlyIntegrity, scriptIntegrity]);
});
