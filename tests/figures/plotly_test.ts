import { assert, assertEquals } from "@std/assert";
import * as cartesian from "../../lib/figures/plotly/cartesian.ts";
import * as whole from "../../lib/figures/plotly/script.ts";
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

Deno.test("both plotly.js in the library are of the version in the build's import map, and their hashes are right", async () => {
  const { imports } = JSON.parse(
    await Deno.readTextFile(new URL("../../scripts/build/deno.json", import.meta.url)),
  );
  for (
    const [name, { compressedScript, scriptIntegrity }, title] of [
      ["plotly.js-dist", whole, "plotly.js"],
      ["plotly.js-cartesian-dist-min", cartesian, "plotly.js (cartesian - minified)"],
    ] as const
  ) {
    assertEquals(imports[name], `npm:${name}@${plotlyVersion}`);
    const script = await unpack(compressedScript);
    assertEquals(scriptIntegrity, await integrity(script));
    const text = new TextDecoder().decode(script);
    assert(text.startsWith(`/**\n* ${title} v${plotlyVersion}\n`), text.slice(0, 80));
    assert(text.includes("Licensed under the MIT license"));
  }
});
