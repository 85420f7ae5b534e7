import { plotlyIntegrity, plotlyVersion } from "../figures/plotly/version.ts";

/** Where a page finds plotly.js, and the hash by which a browser knows it. */
export interface PlotlyCopy {
  /** Address at jsDelivr, which serves the files of npm packages unchanged. */
  readonly url: string;
  /** For the `integrity` attribute: a file that differs in one bit is refused. */
  readonly integrity: string;
}

/** The public copy of the plotly.js that the figures' pages have inside. */
export const plotlyCopy: PlotlyCopy = {
  url: `https://cdn.jsdelivr.net/npm/plotly.js-dist@${plotlyVersion}/plotly.js`,
  integrity: plotlyIntegrity,
};
