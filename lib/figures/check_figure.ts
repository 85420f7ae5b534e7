import { describe } from "../core/checks.ts";
import type { PlotlyFigure } from "./types.ts";

/** Throws unless this has the parts of a figure. */
export function checkFigure(figure: PlotlyFigure): PlotlyFigure {
  const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  const refuse = (what: string, value: unknown) => {
    throw new TypeError(`Cannot draw a figure as ${what}: received ${describe(value)}`);
  };
  if (!isRecord(figure)) refuse("it must be an object with data, layout and config", figure);
  const { data, layout, config } = figure;
  if (!Array.isArray(data) || !data.every(isRecord)) refuse("its data must be a list of traces", data);
  if (!isRecord(layout)) refuse("its layout must be an object", layout);
  if (!isRecord(config)) refuse("its config must be an object", config);
  return figure;
}

/** Throws unless this is text. */
export function checkText(name: string, text: string): string {
  if (typeof text !== "string") {
    throw new TypeError(`Cannot make a page as its ${name} must be text: received ${describe(text)}`);
  }
  return text;
}
