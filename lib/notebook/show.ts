import { checkFigure } from "../figures/check_figure.ts";
import { escapeHtml, jsonText, scriptJson } from "../figures/page.ts";
import { figureSize } from "../figures/theme.ts";
import type { PlotlyFigure } from "../figures/types.ts";
import { type Displayable, displayable } from "./display.ts";
import { plotlyCopy } from "./plotly_cdn.ts";

/** The MIME type of plotly figures in notebooks. */
export const plotlyMime = "application/vnd.plotly.v1+json";

/**
 * Shows a figure in a notebook: as plotly's own MIME type where the reader's program draws it (VS Code; JupyterLab with
 * plotly's extension), and otherwise as HTML whose script fetches plotly.js from jsDelivr,
 * checked by its hash. Nothing of plotly.js is stored in the notebook; `deno task notebooks` puts a still picture in
 * place of the script, so that committed notebooks can be read anywhere without a network.
 *
 * @param figure the figure, e.g. from `figures.fig1`; typed arrays are allowed as data
 * @param alt what it shows, for readers who do not see it; the figure's title when left out
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * const shown = notebook.show({ data: [{ y: Float32Array.of(1, 2) }], layout: {}, config: {} }, "A line going up");
 * assert(notebook.plotlyMime in shown[notebook.jupyterDisplay]());
 * ```
 */
export function show(figure: PlotlyFigure, alt?: string): Displayable {
  const { layout } = checkFigure(figure), words = alt ?? titleOf(layout);
  const content = JSON.parse(jsonText(figure));
  return displayable({
    [plotlyMime]: content,
    "text/html": fallback(content, words),
    "text/plain": `Figure: ${words}`,
  });
}

function titleOf(layout: PlotlyFigure["layout"]): string {
  const title = layout.title as { text?: string } | string | undefined;
  const text = typeof title === "string" ? title : title?.text ?? "without a title";
  return text.replaceAll(/<[^>]*>/g, "");
}

// Jupyter's programs run scripts of an output in different ways; in all of them the script is inside the outer element.
function fallback(figure: PlotlyFigure, alt: string): string {
  const { url, integrity } = plotlyCopy;
  const height = Number(figure.layout.height ?? figureSize.height);
  return `<div><div role="img" aria-label="${escapeHtml(alt)}" style="height:${height}px"></div><script>
{
  const place = document.currentScript.parentElement.querySelector("[role=img]");
  const figure = ${scriptJson(figure)};
  const load = () => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, ${
    scriptJson({ src: url, integrity, crossOrigin: "anonymous" })
  }, { onload: resolve, onerror: reject });
    document.head.append(script);
  });
  globalThis.hsclPlotly ??= globalThis.Plotly ? Promise.resolve() : load();
  globalThis.hsclPlotly.then(
    () => Plotly.newPlot(place, figure.data, figure.layout, figure.config),
    () => {
      place.style.height = "auto";
      place.textContent = "This figure needs plotly.js: a network, or \`pip install plotly\` beside JupyterLab.";
    },
  );
}
</script></div>`;
}
