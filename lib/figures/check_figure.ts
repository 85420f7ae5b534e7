import { describe } from "../core/checks.ts";
import type { PlotlyFigure, PlotlyTrace } from "./types.ts";

const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

function refuse(what: string, value: unknown): never {
  throw new TypeError(`Cannot draw a figure as ${what}: received ${describe(value)}`);
}

/** Throws unless this has the parts of a figure; plotly does without config. */
export function checkFigure(figure: PlotlyFigure): PlotlyFigure {
  if (!isRecord(figure)) refuse("it must be an object with data and layout", figure);
  const { data, layout, config } = figure;
  checkTraces(data);
  if (!isRecord(layout)) refuse("its layout must be an object", layout);
  if (config !== undefined && !isRecord(config)) refuse("its config must be an object", config);
  return figure;
}

/** Throws unless these are traces whose values plotly draws. */
export function checkTraces(traces: readonly PlotlyTrace[]): void {
  if (!Array.isArray(traces) || !traces.every(isRecord)) refuse("its data must be a list of traces", traces);
  traces.forEach((trace, index) => {
    for (const name of ["x", "y", "z"]) {
      if (!isValues(trace[name])) refuse(`${name} of trace ${index} must be an array`, trace[name]);
    }
  });
}

/** Whether plotly draws these values: of anything else it draws none, and says nothing. */
function isValues(values: unknown): boolean {
  if (values === undefined || Array.isArray(values)) return true;
  if (ArrayBuffer.isView(values)) return !(values instanceof DataView);
  return typeof values === "object" && values !== null && "bdata" in values;
}

/** Throws unless this is text. */
export function checkText(name: string, text: string, action = "make a page"): string {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot ${action} as its ${name} must be text: received ${describe(text)}`);
  }
  return text;
}
