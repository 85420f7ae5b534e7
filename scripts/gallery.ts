/** The gallery: one page with all figures that were made, for reading them together. */
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { type GalleryEntry, galleryHtml } from "../lib/figures/gallery.ts";
import { join } from "node:path";
import { command, UsageError } from "./cli/mod.ts";

/** Numbers of the folders `fig<number>`, ascending. */
async function figureNumbers(folder: string): Promise<number[]> {
  const numbers: number[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const number = name.match(/^fig(\d+)$/)?.[1];
      if (number) numbers.push(Number(number));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return numbers.sort((a, b) => a - b);
}

/** The gallery's entry of a figure, or why there is none. */
async function entryOf(folder: string, name: string): Promise<GalleryEntry | string> {
  const file = (ending: string) => `${name}/${name}.${ending}`;
  const [hasPage, hasPicture] = await Promise.all(
    ["html", "png"].map((ending) => Deno.stat(join(folder, file(ending))).then(() => true, () => false)),
  );
  if (!hasPage) return `no ${file("html")}`;
  let text = "";
  try {
    text = await Deno.readTextFile(join(folder, file("json")));
    const { title, caption } = JSON.parse(text) ?? {};
    if (typeof title !== "string" || typeof caption !== "string") {
      return `${file("json")} has no title or caption`;
    }
    return { name, title, caption, htmlFile: file("html"), ...(hasPicture ? { pngFile: file("png") } : {}) };
  } catch (error) {
    if (error instanceof SyntaxError) {
      return `${file("json")} must be whole JSON: received ${text.length} character${
        text.length === 1 ? "" : "s"
      }`;
    }
    return `cannot read ${file("json")}: ${(error as Error).message}`;
  }
}

/** Writes the gallery of the figures in a folder, and names its file on stdout. */
export async function writeGallery(folder: string): Promise<void> {
  const entries: GalleryEntry[] = [];
  for (const number of await figureNumbers(folder)) {
    const entry = await entryOf(folder, `fig${number}`);
    if (typeof entry === "string") console.error(`gallery: fig${number} left out: ${entry}`);
    else entries.push(entry);
  }
  if (entries.length === 0) throw new UsageError(`no figures in ${folder}: make some first, such as fig1`);
  const path = join(folder, "index.html");
  await writeAtomically(path, galleryHtml(entries, "H-SCL figures"));
  console.log(path);
}

const script = command({
  name: "gallery",
  summary: "Writes index.html, a page with all figures that were made, their captions and links to them.",
  flags: {
    out: {
      kind: "directory",
      written: true,
      default: "results",
      help: "Folder with the figures; index.html goes there",
    },
  },
  examples: ["deno task gallery", "deno task gallery --out results"],
}, ({ out }) => writeGallery(out));

export default script;
if (import.meta.main) await script.run();
