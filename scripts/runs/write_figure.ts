import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { alignedLines } from "../cli/mod.ts";
import { figureHtml } from "../../lib/figures/html.ts";
import type { DrawnRecord } from "../../lib/figures/record.ts";
import { exportFigure } from "../render/export_figure.ts";
import type { PresetName } from "../../lib/experiment/mod.ts";

/** A figure with what it is drawn from. */
export interface FigureFiles<Rows, Context> {
  folder: string;
  record: DrawnRecord<Rows, Context>;
  rows: Rows;
  /** Settings shared by all rows. */
  context: Context;
  /** The names of the runs that the rows are of, so that nobody removes these unawares. */
  runs: readonly string[];
  /** What makes it again. */
  command: string;
}

/** Where a figure goes. A preset but the default has a folder of its own, so that none takes the place of another's figure. */
export function figureFolder({ out, preset }: { out: string; preset: PresetName }, name: string): string {
  return join(figuresFolder({ out, preset }), name);
}

/** The folder with the folders of all figures, and the gallery. */
export function figuresFolder({ out, preset }: { out: string; preset: PresetName }): string {
  return preset === "default" ? out : join(out, preset);
}

/**
 * Prints a figure's table and caption, writes `<name>.html` and `<name>.json`, with a Chromium also `.png` and `.svg`, and
 * names them on stdout. Without, removes those that an earlier figure left there.
 *
 * @param signal gives up; files that are written are whole
 */
export async function writeFigure<Rows, Context>(
  files: FigureFiles<Rows, Context>,
  signal?: AbortSignal,
): Promise<void> {
  const { folder, record, rows, context, runs, command } = files, { name, title } = record;
  const figure = record.draw(rows, context), caption = record.caption(rows);
  console.log(alignedLines(record.table(rows)).join("\n"));
  await Deno.mkdir(folder, { recursive: true });
  const path = (ending: string) => join(folder, `${name}.${ending}`);
  await writeAtomically(path("html"), await figureHtml(figure, { title, caption }));
  await writeAtomically(
    path("json"),
    JSON.stringify({ figure: name, title, caption, command, context, runs, rows }, null, 1) + "\n",
  );
  const rendering = await exportFigure(figure, { png: path("png"), svg: path("svg") }, { signal });
  signal?.throwIfAborted();
  console.log(`\n${caption}\n`);
  console.log(`${path("html")}\n${path("json")}`);
  if (rendering.rendered) {
    console.log(`${path("png")}\n${path("svg")}`);
    return;
  }
  for (const ending of ["png", "svg"]) await rm(path(ending), { force: true });
  console.log(`no PNG and SVG: ${rendering.reason}`);
}
