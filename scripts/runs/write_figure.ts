import { figures } from "../../mod.ts";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { exportFigure } from "../render/export_figure.ts";
import type { PresetName } from "./presets.ts";

/** A figure with what it was drawn from. */
export interface FigureFiles {
  folder: string;
  /** Stem of the file names. */
  name: string;
  title: string;
  caption: string;
  figure: figures.PlotlyFigure;
  /** Settings shared by all rows. */
  context: unknown;
  /** What the figure is drawn from. */
  rows: unknown;
}

/** Where a figure goes. A first look has a folder of its own, so that it never takes the place of a full figure. */
export function figureFolder({ out, preset }: { out: string; preset: PresetName }, name: string): string {
  return join(figuresFolder({ out, preset }), name);
}

/** The folder with the folders of all figures, and the gallery. */
export function figuresFolder({ out, preset }: { out: string; preset: PresetName }): string {
  return preset === "smoke" ? join(out, "smoke") : out;
}

/**
 * Writes `<name>.html` and `<name>.json`, with a Chromium also `.png` and `.svg`, and names them on stdout. Without,
 * removes those that an earlier figure left there.
 */
export async function writeFigure(files: FigureFiles): Promise<void> {
  const { folder, name, title, caption, figure, context, rows } = files;
  await Deno.mkdir(folder, { recursive: true });
  const path = (ending: string) => join(folder, `${name}.${ending}`);
  await writeAtomically(path("html"), await figures.figureHtml(figure, { title, caption }));
  await writeAtomically(
    path("json"),
    JSON.stringify({ figure: name, title, caption, context, rows }, null, 1) + "\n",
  );
  const rendering = await exportFigure(figure, { png: path("png"), svg: path("svg") });
  console.log(`\n${caption}\n`);
  console.log(`${path("html")}\n${path("json")}`);
  if (rendering.rendered) {
    console.log(`${path("png")}\n${path("svg")}`);
    return;
  }
  for (const ending of ["png", "svg"]) await rm(path(ending), { force: true });
  console.log(`no PNG and SVG: ${rendering.reason}`);
}
