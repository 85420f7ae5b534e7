import { assert, assertEquals } from "@std/assert";
import { compressedScript, scriptIntegrity } from "../../lib/figures/plotly/script.ts";
import { plotlyVersion } from "../../lib/figures/plotly/version.ts";

async function integrity(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return `sha384-${new Uint8Array(await crypto.subtle.digest("SHA-384", bytes)).toBase64()}`;
}

async function unpack(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([Uint8Array.fromBase64(base64)]).stream();
  return new Uint8Array(
    await new Response(stream.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer(),
  );
}

Deno.test("the plotly.js in the library is of the version in the build's import map, and its hash is right", async () => {
  const { imports } = JSON.parse(
    await Deno.readTextFile(new URL("../../scripts/build/deno.json", import.meta.url)),
  );
  assertEquals(imports["plotly.js-dist"], `npm:plotly.js-dist@${plotlyVersion}`);
  const script = await unpack(compressedScript);
  assertEquals(scriptIntegrity, await integrity(script));
  const text = new TextDecoder().decode(script);
  assert(text.startsWith(`/**\n* plotly.js v${plotlyVersion}\n`), text.slice(0, 80));
  assert(text.includes("Licensed under the MIT license"));
});
