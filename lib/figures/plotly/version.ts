// Written by `deno task build:plotly`.

/** The version of plotly.js that pages have inside and notebooks load. */
export const plotlyVersion: string = "4.1.1";

/** The hash of `plotly.js` in the package plotly.js-dist, as the `integrity` of a script. */
export const plotlyIntegrity: string =
  "sha384-WQ1AwRTh1OMvkqdtW61RUvQ1VIvyOYAvC4bPxQnFwwyq15kpo+WXIhzrGljgSdeT";
