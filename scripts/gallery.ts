/** The gallery: one page with all figures that were made, for reading them together. */
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { type GalleryEntry, galleryHtml } from "../lib/figures/gallery.ts";
import type { DrawnRecord } from "../lib/figures/record.ts";
import { figureRecords } from "../lib/figures/records.ts";
import type { AnyFigure } from "./runs/figure_content.ts";
import { moreRecords } from "./runs/more_records.ts";
import { join } from "node:path";
import { command, UsageError } from "./cli/mod.ts";

/** What is shown of a figure, whatever it is made of. */
type Shown = Pick<DrawnRecord, "name" | "title">;

/** The figures, and variants of them, that have a folder, in their order. */
async function figuresIn(folder: string): Promise<Shown[]> {
  const names = new Set<string>();
  try {
    for await (const { name } of Deno.readDir(folder)) names.add(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const records: readonly AnyFigure[] = Object.values(figureRecords);
  const shown: Shown[] = records.flatMap(({ name, title, variants = [], several, presets = {} }) => {
    const all = several ? [...variants, "datasets"] : variants;
    return [
      ...[name, ...all.map((variant) => `${name}-${variant}`)].map((name) => ({ name, title })),
      ...Object.values(presets),
    ];
  });
  return [...shown, ...moreRecords].filter(({ name }) => names.has(name));
}

/** The gallery's entry of a figure, or why there is none. */
async function entryOf(folder: string, { name, title }: Shown): Promise<GalleryEntry | string> {
  const file = (ending: string) => `${name}/${name}.${ending}`;
  const [hasPage, hasPicture] = await Promise.all(
    ["html", "png"].map((ending) => Deno.stat(join(folder, file(ending))).then(() => true, () => false)),
  );
  if (!hasPage) return `no ${file("html")}`;
  let text = "";
  try {
    text = await Deno.readTextFile(join(folder, file("json")));
    const { caption } = JSON.parse(text) ?? {};
    if (typeof caption !== "string") return `${file("json")} has no caption`;
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
  for (const record of await figuresIn(folder)) {
    const entry = await entryOf(folder, record);
    if (typeof entry === "string") console.error(`gallery: ${record.name} left out: ${entry}`);
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
