import { createHash } from "node:crypto";

/** Where a page finds the very plotly.js that is installed here, and the hash by which a browser knows it. */
export interface PlotlyCopy {
  /** Address at jsDelivr, which serves the files of npm packages unchanged. */
  readonly url: string;
  /** For the `integrity` attribute: a file that differs in one bit is refused. */
  readonly integrity: string;
}

let copy: PlotlyCopy | undefined;

/** The public copy of the installed plotly.js. */
export function plotlyCopy(): PlotlyCopy {
  if (copy) return copy;
  const path = new URL(import.meta.resolve("plotly.js-dist-min"));
  const bytes = Deno.readFileSync(path);
  const version = new TextDecoder().decode(bytes.subarray(0, 200)).match(/plotly\.js v([\d.]+)/)?.[1];
  if (!version) {
    throw new Error(`Cannot show a figure as plotly.js must name its version: received ${path.pathname}`);
  }
  copy = {
    url: `https://cdn.jsdelivr.net/npm/plotly.js-dist-min@${version}/plotly.min.js`,
    integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}`,
  };
  return copy;
}
