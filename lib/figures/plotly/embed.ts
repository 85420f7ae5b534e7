import type { PlotlyFigure } from "../types.ts";

/** What the smaller plotly.js draws of this library's own figures; it draws more, but that is not for this list to know. */
const cartesianTypes = ["scatter", "bar", "heatmap"];

/** Whether the smaller plotly.js draws a figure. */
function isCartesian({ data }: Pick<PlotlyFigure, "data">): boolean {
  return data.every(({ type = "scatter" }) => cartesianTypes.includes(type as string));
}

/**
 * HTML that has plotly.js inside, compressed, and defines `loadPlotly()`: it unpacks plotly.js and resolves once
 * `Plotly` is there. It is a third of all of plotly.js, and there in a third of the time, where a figure needs no more. Loaded
 * when the first page is made, as the scripts are larger than the rest of the library.
 */
export async function plotlyHtml(figure: Pick<PlotlyFigure, "data">): Promise<string> {
  const { compressedScript } = isCartesian(figure)
    ? await import("./cartesian.ts")
    : await import("./script.ts");
  return `<script type="text/plain" id="plotly">${compressedScript}</script>
<script>
async function loadPlotly() {
  if (!globalThis.DecompressionStream) throw new Error("it needs a browser of 2023 or later");
  const characters = atob(document.getElementById("plotly").textContent);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(unpacked).text();
  document.head.append(script);
}
</script>`;
}
