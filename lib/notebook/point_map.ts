import { checkArray, checkInteger, checkLength, checkObject } from "../core/checks.ts";
import { integerLabels, type Labels } from "../core/labels.ts";
import { classMark } from "../figures/class_marks.ts";
import { plainText } from "../figures/theme.ts";
import type { PlotlyTrace } from "../figures/types.ts";
import type { Displayable } from "./display.ts";
import { plotFigure, type PlotOptions } from "./plot.ts";
import { show } from "./show.ts";

/** Points of a plane with their classes. */
export interface LabelledPoints {
  /** First coordinate of each. */
  readonly x: ArrayLike<number>;
  /** Second coordinate of each. */
  readonly y: ArrayLike<number>;
  /** Class of each. */
  readonly labels: Labels;
  /** Names of the classes; `labels` index into it. */
  readonly classes: readonly string[];
}

// Longer names are markers, and in the legend.
const LONGEST_MARK = 2;

/**
 * Points of a plane, such as `planarMap` of `@hscl/hscl/evaluate` makes of embeddings, by their class: as its name where that
 * is a letter or two, else as markers with a legend. The axes have no numbers, as only neighbourhoods mean something.
 *
 * @param points coordinates, labels, names of the classes
 * @param options title, height
 * @throws {TypeError} if coordinates are no arrays, or a label is no integer
 * @throws {RangeError} if there is not one label and second coordinate per point, or a label is no class
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * const points = { x: [0, 1, 2], y: [1, 0, 1], labels: [0, 1, 1], classes: ["cat", "dog"] };
 * const shown = notebook.pointMap(points, { title: "Two classes" });
 * assertEquals(shown[notebook.jupyterDisplay]()["text/plain"], "Figure: Two classes");
 * ```
 */
export function pointMap(points: LabelledPoints, options: PlotOptions): Displayable {
  checkObject("points", points);
  const { x, y, classes } = points;
  checkArray("x", x, "numbers");
  checkArray("y", y, "numbers");
  checkArray("classes", classes, "text");
  checkLength("y", y, x.length, "one for each x");
  const labels = Array.from(integerLabels("labels", points.labels, x.length, "one per point"));
  for (const label of labels) checkInteger("a label", label, { min: 0, max: classes.length - 1 });
  const isShort = classes.every((name) => name.length <= LONGEST_MARK);
  const traces = classes.flatMap((name, place): PlotlyTrace[] => {
    const own = labels.flatMap((label, point) => label === place ? [point] : []);
    if (own.length === 0) return [];
    const { color, symbol } = classMark(place);
    const shared = {
      type: "scatter",
      name: plainText(name),
      x: own.map((point) => x[point]),
      y: own.map((point) => y[point]),
    };
    if (isShort) {
      const text = own.map(() => plainText(name));
      return [{ ...shared, mode: "text", text, textfont: { color, size: 15 }, showlegend: false }];
    }
    const marker = { color, symbol, size: 7, opacity: 0.8 };
    return [{ ...shared, mode: "markers", marker }];
  });
  const hidden = { visible: false, showgrid: false };
  return show(plotFigure(traces, {
    height: 560,
    ...options,
    layout: { hovermode: "closest", xaxis: hidden, yaxis: hidden, ...options.layout },
  }));
}
