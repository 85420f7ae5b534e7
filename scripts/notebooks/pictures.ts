import type { figures } from "../../mod.ts";
import { exportFigure } from "../render/export_figure.ts";
import { findBrowser } from "../render/find_browser.ts";
import { codeCells, joined, type Notebook, type Output, type Text } from "./notebook.ts";

const PLOTLY = "application/vnd.plotly.v1+json", HTML = "text/html";
/** In CSS pixels: what a notebook's page leaves to an output on a laptop. */
const WIDTH = 860;

type Shown = Extract<Output, { data: unknown }>;

/**
 * Puts a still picture in place of the script in the HTML of every figure, so that the notebook reads without a network
 * and in programs that run no scripts. A figure that is the same as before keeps its picture.
 *
 * @param notebook is changed
 * @param before the notebook as it was
 * @returns how many figures were left without a picture, as no browser is installed
 */
export async function addPictures(notebook: Notebook, before: Notebook): Promise<number> {
  const known = new Map(shownFigures(before).map(({ data }) => [JSON.stringify(data[PLOTLY]), data[HTML]]));
  let without = 0;
  for (const { data } of shownFigures(notebook)) {
    const html = known.get(JSON.stringify(data[PLOTLY]));
    if (html && !joined(html as Text).includes("<script>")) {
      data[HTML] = html;
      continue;
    }
    if (findBrowser() === undefined) {
      without++;
      continue;
    }
    const png = await draw(data[PLOTLY] as figures.PlotlyFigure);
    const alt = joined(data[HTML] as Text).match(/aria-label="([^"]*)"/)?.[1] ?? "";
    data[HTML] = [`<img alt="${alt}" width="${WIDTH}" src="data:image/png;base64,${png.toBase64()}">`];
  }
  return without;
}

function shownFigures(notebook: Notebook): Shown[] {
  return codeCells(notebook).flatMap(({ outputs = [] }) => outputs).filter((output): output is Shown =>
    "data" in output && PLOTLY in output.data
  );
}

/** The figure as PNG. */
async function draw(figure: figures.PlotlyFigure): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir({ prefix: "hscl-figure-" }), png = `${folder}/figure.png`;
  try {
    const result = await exportFigure(figure, { png }, { width: WIDTH, scale: 1.5 });
    if (!result.rendered) throw new Error(result.reason);
    return await Deno.readFile(png);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
