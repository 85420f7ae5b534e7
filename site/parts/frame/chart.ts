/// <reference lib="dom" />
import { loadScript } from "./engine.ts";

/** A line of a chart. */
export interface Line {
  name: string;
  /** Name of a colour in the style sheet, such as `--ucl`. */
  color: string;
  dashed: boolean;
  x: readonly number[];
  y: readonly number[];
}

/** A chart of a few lines. */
export interface Panel {
  title: string;
  lines: Line[];
}

interface Plotly {
  react(place: HTMLElement, data: unknown[], layout: unknown, config: unknown): Promise<unknown>;
}

/** Panels of lines over the same axis, drawn by plotly.js, which is loaded when the first are. */
export interface Chart {
  draw(panels: readonly Panel[]): void;
}

// plotly.js takes a while for each picture; nobody sees more than a few a second.
const PAUSE_MILLISECONDS = 300;

/**
 * A chart in a place of the page.
 *
 * @param xTitle below each panel
 */
export function createChart(place: HTMLElement, xTitle: string): Chart {
  let wanted: readonly Panel[] | undefined, busy = false;
  const again = () => wanted && draw(wanted);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  new ResizeObserver(again).observe(place);

  async function work(): Promise<void> {
    busy = true;
    await loadScript("plotly.js");
    const { Plotly } = globalThis as unknown as { Plotly: Plotly };
    let drawn: typeof wanted;
    while (wanted && drawn !== wanted) {
      drawn = wanted;
      const { data, layout } = figure(drawn, place, xTitle);
      place.style.height = `${layout.height}px`;
      await Plotly.react(place, data, layout, { displayModeBar: false, responsive: false });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
    busy = false;
  }
  function draw(panels: readonly Panel[]): void {
    wanted = [...panels];
    if (!busy) {
      work().catch((error) => {
        busy = false;
        place.textContent = error.message;
      });
    }
  }
  return { draw };
}

/** Panels beside each other, as many as have room. */
function figure(panels: readonly Panel[], place: HTMLElement, xTitle: string) {
  const style = getComputedStyle(place), color = (name: string) => style.getPropertyValue(name).trim();
  const width = place.clientWidth, columns = Math.max(1, Math.min(panels.length, Math.floor(width / 300)));
  const rows = Math.ceil(panels.length / columns), [text, line] = [color("--text"), color("--line")];
  const axis = { color: text, gridcolor: line, zerolinecolor: line, automargin: true };
  const layout: Record<string, unknown> = {
    width,
    grid: { rows, columns, pattern: "independent", xgap: 0.2, ygap: 0.4 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: text, size: 14, family: style.fontFamily },
    // On a phone the legend takes two lines.
    margin: { l: 48, r: 8, t: columns > 1 ? 64 : 88, b: 44 },
    legend: { orientation: "h", x: 0, y: 1, yref: "container", yanchor: "top" },
    annotations: panels.map(({ title }, i) => ({
      text: title,
      xref: `x${i === 0 ? "" : i + 1} domain`,
      yref: `y${i === 0 ? "" : i + 1} domain`,
      x: 0,
      y: 1,
      xanchor: "left",
      yanchor: "bottom",
      showarrow: false,
    })),
  };
  const data = panels.flatMap(({ lines }, i) => {
    const suffix = i === 0 ? "" : String(i + 1);
    layout[`xaxis${suffix}`] = { ...axis, title: { text: xTitle, standoff: 4 } };
    layout[`yaxis${suffix}`] = { ...axis };
    return lines.map(({ name, color: variable, dashed, x, y }) => ({
      type: "scatter",
      mode: "lines",
      name,
      legendgroup: name,
      showlegend: i === 0,
      x,
      y,
      xaxis: `x${suffix}`,
      yaxis: `y${suffix}`,
      line: { color: color(variable), width: 2.5, dash: dashed ? "dash" : "solid" },
    }));
  });
  return { data, layout: { ...layout, height: 110 + rows * 230 } };
}
