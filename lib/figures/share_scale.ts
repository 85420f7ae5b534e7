import type { Panel } from "./panels.ts";

/** The colours of shares in per cent, with their bar to the right of a panel. */
export function shareScale({ across, up }: Panel): Record<string, unknown> {
  return {
    cmin: 0,
    cmax: 100,
    // Dark is low: the order can also be read in black and white.
    colorscale: "Cividis",
    colorbar: {
      x: across[1] + 0.01,
      xanchor: "left",
      y: up[0],
      yanchor: "bottom",
      len: up[1] - up[0],
      thickness: 14,
      ypad: 0,
      outlinewidth: 0,
      ticksuffix: " %",
      tickfont: { size: 14 },
    },
  };
}
