import { figures } from "../../mod.ts";
import { join } from "node:path";
import { exportFigure } from "../render.ts";

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

/** Writes `<name>.html` and `<name>.json`, with a Chromium also `.png` and `.svg`, and names them on stdout. */
export async function writeFigure(files: FigureFiles): Promise<void> {
  const { folder, name, title, caption, figure, context, rows } = files;
  await Deno.mkdir(folder, { recursive: true });
  const path = (ending: string) => join(folder, `${name}.${ending}`);
  await replaceFile(path("html"), await figures.figureHtml(figure, { title, caption }));
  await replaceFile(
    path("json"),
    JSON.stringify({ figure: name, title, caption, context, rows }, null, 1) + "\n",
  );
  const rendering = await exportFigure(figure, { png: path("png"), svg: path("svg") });
  console.log(`\n${caption}\n`);
  console.log(`${path("html")}\n${path("json")}`);
  if (rendering.rendered) console.log(`${path("png")}\n${path("svg")}`);
  else console.log(`no PNG and SVG: ${rendering.reason}`);
}

/** Writes under another name first, so that a reader never meets half a file. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${Deno.pid}.tmp`;
  await Deno.writeTextFile(temporary, text);
  await Deno.rename(temporary, path);
}
