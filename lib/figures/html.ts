import { escapeHtml, pageHtml } from "./page.ts";
import { figureSize } from "./theme.ts";
import type { PlotlyFigure } from "./types.ts";

export { escapeHtml };

/** The words around a figure on its page. */
export interface FigureHtmlOptions {
  /** Title of the page, for tabs and bookmarks; the figure carries its own. */
  title: string;
  /** What the figure shows, in a sentence or two under it; also read out by screen readers. */
  caption?: string;
  /** How it was made: a smaller paragraph under the caption. */
  description?: string;
}

/**
 * A self-contained HTML page with one figure: plotly.js is part of the page, and a content security policy keeps it
 * from loading anything, so it opens without a network. It follows the width of the window up to 1280 px.
 *
 * @param figure the figure, e.g. from `fig1`
 * @param options title, caption and description, as plain text
 * @returns the document, about 5 MB
 * @throws {Deno.errors.NotFound} if the package plotly.js-dist-min is not installed
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const figure = { data: [{ y: [1, 2] }], layout: {}, config: {} };
 * const html = figures.figureHtml(figure, { title: "Two points", caption: "Up." });
 * assert(html.startsWith("<!DOCTYPE html>"));
 * ```
 */
export function figureHtml(figure: PlotlyFigure, options: FigureHtmlOptions): string {
  const { title, caption = "", description = "" } = options;
  const height = Number(figure.layout.height ?? figureSize.height);
  return pageHtml({
    title,
    policy: CONTENT_POLICY,
    style: `  body { max-width: 1280px; }
  #figure { width: 100%; height: ${height}px; }
  figcaption { padding: 0 20px 0 72px; }
  .description { font-size: 14px; color: #555; }`,
    body: `<figure>
<div id="figure" role="img" aria-label="${escapeHtml(caption || title)}"></div>
<figcaption>${caption && `<p>${escapeHtml(caption)}</p>`}${
      description && `<p class="description">${escapeHtml(description)}</p>`
    }</figcaption>
</figure>
<script>${plotlySource()}</script>
<script>
const figure = ${scriptJson(figure)};
Plotly.newPlot("figure", figure.data, figure.layout, figure.config);
</script>`,
  });
}

// Scripts and styles are in the page; plotly draws its downloads through data: and blob: images.
const CONTENT_POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; form-action 'none'";

/** The text of plotly.min.js of the installed package, safe inside a `<script>` element. */
export function plotlySource(): string {
  const source = Deno.readTextFileSync(new URL(import.meta.resolve("plotly.js-dist-min")));
  // Both would change how HTML reads the script; in plotly.js they occur only inside string literals.
  return source.replaceAll(/<(?=\/script|!--)/gi, "\\x3C");
}

/** A value as JSON that can stand inside a `<script>` element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003C").replaceAll("\u2028", "\\u2028").replaceAll(
    "\u2029",
    "\\u2029",
  );
}
