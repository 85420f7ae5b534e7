import { checkOptions } from "../core/checks.ts";
import { checkFigure, checkText } from "./check_figure.ts";
import { withRoomForLabels } from "./layout_parts.ts";
import { escapeHtml, pageHtml, scriptJson, widePage, wideWindow } from "./page.ts";
import { plotlyHtml } from "./plotly/embed.ts";
import { canStack, stackedLayout } from "./stacked.ts";
import { figureSize } from "./theme.ts";
import type { PlotlyFigure } from "./types.ts";

/** The words around a figure on its page. */
export interface FigureHtmlOptions {
  /** Title of the page, for tabs and bookmarks; the figure carries its own. */
  title: string;
  /** What the figure shows, in a sentence or two under it; also read out by screen readers. */
  caption?: string;
  /** How it was made: a smaller paragraph under the caption. */
  description?: string;
}

const HTML_OPTIONS = { title: true, caption: true, description: true } as const;

/**
 * A self-contained HTML page with one figure: plotly.js is part of the page, and a content security policy keeps it
 * from loading anything, so it opens without a network. It follows the width of the window up to 1280 px; in a narrow
 * one, e.g. on a phone, the panels of the library's own figures are under each other.
 *
 * @param figure the figure, e.g. from `fig1`
 * @param options title, caption and description, as plain text
 * @returns the document, about 0.7 MB; 2 MB if it has traces other than `scatter`, `bar` and `heatmap`
 * @throws {TypeError} if the figure lacks data, layout or config, or a word is no text
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const figure = { data: [{ y: [1, 2] }], layout: {}, config: {} };
 * const html = await figures.figureHtml(figure, { title: "Two points", caption: "Up." });
 * assert(html.startsWith("<!DOCTYPE html>"));
 * ```
 */
export async function figureHtml(figure: PlotlyFigure, options: FigureHtmlOptions): Promise<string> {
  const { data } = checkFigure(figure), title = checkText("title", checkOptions(options, HTML_OPTIONS).title);
  const caption = checkText("caption", options.caption ?? "");
  const description = checkText("description", options.description ?? "");
  return pageHtml({
    title,
    policy: CONTENT_POLICY,
    // The scroll bar is always there, as the width of the figure decides about its height.
    style: `  html { overflow-y: scroll; }
  body { max-width: 1280px; }
  figcaption { padding: 0 20px 0 72px; }
  .description { font-size: 14px; color: #555; }
  @media (max-width: ${wideWindow - 1}px) { figcaption { padding: 0; } }
  @page { size: A4 landscape; margin: 10mm; }
  @media print { #figure { zoom: 0.8; } }`,
    body: `<figure>
<noscript><p>This figure is drawn by a script, and scripts are turned off in this browser.</p></noscript>
<div id="figure" role="img" aria-label="${escapeHtml(caption || title)}"></div>
<figcaption>${caption && `<p>${escapeHtml(caption)}</p>`}${
      description && `<p class="description">${escapeHtml(description)}</p>`
    }</figcaption>
</figure>
${await plotlyHtml(figure)}
<script>
const data = ${scriptJson(data)};
const layouts = ${scriptJson(layoutsOf(figure))};
const place = document.getElementById("figure");
const loaded = loadPlotly();
let drawn, failed = false;
async function draw() {
  const chosen = layouts.find(({ from }) => from <= place.clientWidth);
  if (chosen === drawn) return;
  drawn = chosen;
  place.style.height = chosen.layout.height + "px";
  await loaded;
  if (chosen !== drawn) return;
  if (failed) place.textContent = "";
  failed = false;
  // plotly writes into what it is given.
  await Plotly.react(place, data, structuredClone(chosen.layout), chosen.config);
}
function fail(error) {
  failed = true;
  place.style.height = "auto";
  place.textContent = "This figure cannot be drawn: " + error.message + ".";
}
draw().catch(fail);
addEventListener("resize", () => draw().catch(fail));
</script>`,
  });
}
// The narrowest page, in CSS pixels, of each layout that is not for a window of full width.
const stackedFrom = [760, 520, 340, 0], narrowest = 280;

interface PageLayout {
  /** The narrowest page for it, in CSS pixels. */
  from: number;
  layout: Readonly<Record<string, unknown>>;
  config: Readonly<Record<string, unknown>>;
}

/** The layouts of a figure, widest first; a figure of another make has one only. */
function layoutsOf(figure: PlotlyFigure): PageLayout[] {
  const { config } = figure;
  const layout = { ...figure.layout, height: figure.layout.height ?? figureSize.height };
  if (!canStack(figure)) return [{ from: 0, layout, config }];
  const wide = { ...figure, layout: withRoomForLabels(layout) };
  return [
    { from: widePage, layout: wide.layout, config },
    ...stackedFrom.map((from) => ({
      from,
      layout: stackedLayout(wide, Math.max(from, narrowest)),
      // The bar of buttons would cover the title.
      config: { ...config, displayModeBar: false },
    })),
  ];
}

// Scripts and styles are in the page; plotly draws its downloads through data: and blob: images.
const CONTENT_POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; form-action 'none'";
