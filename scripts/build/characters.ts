/**
 * Draws the images of the data set `characters`: a–z, A–Z and 0–9 in every typeface of `typefaces/deno.json`. Run it after
 * changing that list; `--check` compares instead.
 *
 * The typefaces are packages of Fontsource that hold what Google Fonts has, in the regular weight, chosen by this rule: of the
 * fixed-width, handwritten, display, serif and sans-serif ones the 18, 16, 30, 45 and 54 that are downloaded most, in this order,
 * leaving out one
 *
 * - that is made for Chinese, Japanese or Korean, belongs to Noto, has a licence that is none of OFL, Apache 2.0 and UFL, or
 *   lacks one of the characters;
 * - that begins with the same word as one already taken (IBM Plex Mono and IBM Plex Sans are one superfamily), or whose images
 *   differ from those of one already taken by less than a quarter of their ink (Carlito is drawn after Lato);
 * - whose small letters are drawn as capitals, or are less than 9 pixels high here without their stems, as in scripts with
 *   long strokes;
 * - two of whose characters differ by less than the ink of one pixel, as `l` and `I` of Inter, or `O` and `0` of Teko.
 *
 * They are put in order by category and name, and of each five the third is for testing.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { buildScript } from "./build_script.ts";

const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
// Of an image: its side, where the baseline is, and what stays empty at each edge.
const side = 28, baseline = 21, margin = 1;

/** A typeface as its package says. */
interface Typeface {
  family: string;
  category: string;
  license: string;
  /** Its regular weight, Latin letters. */
  file: URL;
}

/** The typefaces, in order. */
async function typefaces(): Promise<Typeface[]> {
  const folder = new URL("typefaces/", import.meta.url);
  // The lock file has the hash of every package.
  const { success, stderr } = await new Deno.Command("deno", {
    args: ["install", "--frozen", "--quiet"],
    cwd: folder,
  }).output();
  if (!success) throw new Error(`Cannot install the typefaces: ${new TextDecoder().decode(stderr)}`);
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", folder)));
  const faces = await Promise.all(
    Object.keys(imports).map(async (name): Promise<Typeface> => {
      const home = new URL(`node_modules/${name}/`, folder);
      const { id, family, category, license } = JSON.parse(
        await Deno.readTextFile(new URL("metadata.json", home)),
      );
      const file = new URL(`files/${id}-latin-400-normal.woff2`, home);
      return { family, category, license: license.type, file };
    }),
  );
  const place = ({ category, family }: Typeface) => `${category} ${family}`;
  return faces.sort((a, b) => place(a) < place(b) ? -1 : 1);
}

/**
 * What draws the characters of a typeface, white on black: all at one scale, the largest at which every one fits, on one
 * baseline, each in the middle of its image from left to right. By WebAssembly, which gives the same bytes on every machine.
 */
async function drawer(): Promise<(face: Typeface) => Promise<Uint8Array>> {
  // @ts-types="@types/fontkit"
  const { create } = await import("fontkit");
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  await initWasm(await Deno.readFile(new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"))));
  return async ({ family, file }) => {
    const font = create(await readFile(file));
    if (!("glyphForCodePoint" in font)) {
      throw new Error(`Cannot draw ${family} as a file must hold one font: received a collection`);
    }
    const glyphs = Array.from(characters, (character) => {
      const { path } = font.glyphForCodePoint(character.codePointAt(0)!);
      // No glyph of its own, or an empty one.
      if (!font.hasGlyphForCodePoint(character.codePointAt(0)!) || !(path.bbox.width > 0)) {
        throw new Error(
          `Cannot draw ${family} as it must have a glyph for every character: it has no ${character}`,
        );
      }
      return path;
    });
    const most = (size: (box: typeof glyphs[number]["bbox"]) => number) =>
      Math.max(...glyphs.map(({ bbox }) => size(bbox)));
    const scale = Math.min(
      (baseline - margin) / most(({ maxY }) => maxY),
      (side - margin - baseline) / most(({ minY }) => -minY),
      (side - 2 * margin) / most(({ width }) => width),
    );
    const paths = glyphs.map((glyph, i) => {
      const { minX, maxX } = glyph.bbox, x = side * (i + 0.5) - scale * (minX + maxX) / 2;
      return `<path fill="#fff" transform="translate(${x} ${baseline}) scale(${scale} ${-scale})" d="${glyph.toSVG()}"/>`;
    });
    const width = side * glyphs.length;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${side}">${
      paths.join("")
    }</svg>`;
    const { pixels } = new Resvg(svg).render();
    const images = new Uint8Array(side * width);
    for (let i = 0; i < images.length; i++) {
      const image = Math.floor(i / side ** 2), row = Math.floor(i / side) % side, column = i % side;
      images[i] = pixels[4 * (row * width + image * side + column) + 3]; // how much of the pixel is covered
    }
    return images;
  };
}

/** All images, and the typefaces in their order. */
interface Built {
  train: Typeface[];
  test: Typeface[];
  images: Uint8Array;
}

async function build(): Promise<Built> {
  const all = await typefaces(), draw = await drawer();
  const train = all.filter((_, i) => i % 5 !== 2), test = all.filter((_, i) => i % 5 === 2);
  const images: Uint8Array[] = [];
  for (const face of [...train, ...test]) images.push(await draw(face));
  return { train, test, images: new Uint8Array(await new Blob(images as BlobPart[]).arrayBuffer()) };
}

/** The families as they are written: their names, categories and licences. */
function listed(faces: Typeface[]): string {
  return faces.map(({ family, category, license }) => `  ${JSON.stringify([family, category, license])},\n`)
    .join("").replaceAll('","', '", "');
}

function moduleText({ train, test, images }: Built): string {
  return `// Written by \`deno task build:characters\`: images of the letters and digits of ${
    train.length + test.length
  } typefaces, drawn from the packages of
// Fontsource. No part of a font is here. The typefaces are named with their licences: the SIL Open Font License 1.1, the Apache
// License 2.0 or the Ubuntu Font Licence 1.0.

/** The characters, in the order in which each typeface has them. */
export const characters: string = "${characters}";

/** Family, category and licence of each typeface to train with, in the order of the images. */
export const train: readonly (readonly [family: string, category: string, license: string])[] = [
${listed(train)}];

/** Those to test with, whose images follow. */
export const test: readonly (readonly [family: string, category: string, license: string])[] = [
${listed(test)}];

/** All images, one typeface after the other: 28×28 bytes each, row by row, compressed with gzip, as base64. */
export const images: string =
  "${gzipSync(images, { level: 9 }).toString("base64")}";
`;
}

const file = new URL("../../lib/data/characters_images.ts", import.meta.url);

/** Fails unless the committed module holds what was built. */
async function check(built: Built): Promise<void> {
  const committed = await import(file.href);
  // Not the compressed bytes, which another release of zlib may write otherwise.
  const lists = ({ train, test }: { train: unknown; test: unknown }) => JSON.stringify([train, test]);
  const own = (faces: Typeface[]) =>
    faces.map(({ family, category, license }) => [family, category, license]);
  const same = lists(committed) === lists({ train: own(built.train), test: own(built.test) }) &&
    gunzipSync(Uint8Array.fromBase64(committed.images)).equals(built.images);
  if (!same) {
    throw new Error(
      `Cannot pass ${
        fileURLToPath(file)
      } as it must hold the typefaces' characters: run deno task build:characters`,
    );
  }
}

const summary = "Draws the letters and digits of many typefaces into a module of the library.";

await buildScript("build:characters", summary, async (checks) => {
  const built = await build();
  if (checks) return await check(built);
  await writeAtomically(fileURLToPath(file), moduleText(built));
});
