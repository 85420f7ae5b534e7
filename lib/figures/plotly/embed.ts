/**
 * HTML that has plotly.js inside, compressed, and defines `loadPlotly()`: it unpacks plotly.js and resolves once
 * `Plotly` is there. Loaded when the first page is made, as the script is larger than the rest of the library.
 */
export async function plotlyHtml(): Promise<string> {
  const { compressedScript } = await import("./script.ts");
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
