import { checkArray, checkLength, checkObject, checkOptions } from "../../core/checks.ts";
import { integerLabels, type Labels } from "../../core/labels.ts";
import type { PlanarMap } from "../../evaluate/planar_map.ts";
import { checkText } from "../check_figure.ts";
import { classMark } from "../class_marks.ts";
import { paddedRange } from "../curves.ts";
import { ascending } from "../rows.ts";
import { axis, baseConfig, baseLayout, plainText } from "../theme.ts";
import type { PlotlyFigure } from "../types.ts";

/** What {@linkcode mapFigure} says of the points. */
export interface MapFigureOptions {
  /** One line. */
  title?: string;
  /** Under the title, e.g. the run and the images. */
  subtitle?: string;
  /** The class of each point; all are alike without. */
  labels?: Labels;
  /** Names of the classes; `labels` index into it. */
  classes?: readonly string[];
  /** What each point is, such as the name of a file, for who points at it. */
  names?: readonly string[];
}

const HEIGHT = 860;
/** More classes would need more lines than there is room for. */
const MOST_IN_LEGEND = 12;

/**
 * A map of embeddings to the plane as a figure: points by class, each with its name where the pointer is.
 *
 * @param map of {@linkcode planarMap}
 * @returns the figure
 * @throws {TypeError} if a label is no integer, or something is of the wrong type
 * @throws {RangeError} if there is not one label or name per point
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const map = { x: [0, 1, 2], y: [0, 1, 0] };
 * const { data } = figures.mapFigure(map, { labels: [0, 1, 0], classes: ["cats", "dogs"] });
 * assertEquals(data.map(({ name, x }) => [name, x]), [["cats", [0, 2]], ["dogs", [1]]]);
 * ```
 */
export function mapFigure(map: PlanarMap, options: MapFigureOptions = {}): PlotlyFigure {
  const { title = "Embeddings in the plane", subtitle = "", labels: given, classes = [], names } =
    checkOptions(
      options,
      { title: true, subtitle: true, labels: true, classes: true, names: true },
    );
  checkText("title", title);
  checkText("subtitle", subtitle);
  checkObject("map", map);
  const { x, y } = map;
  checkArray("x of the map", x, "numbers");
  checkArray("y of the map", y, "numbers");
  checkLength("y of the map", y, x.length, "one per point");
  if (names !== undefined) {
    checkArray("names", names, "texts");
    checkLength("names", names, x.length, "one per point");
  }
  const labels = integerLabels("labels", given ?? new Int32Array(x.length), x.length, "one per point");
  const present = ascending(Array.from(labels, Number));
  const [xaxis, yaxis] = [x, y].map((values) => ({
    ...axis(""),
    range: paddedRange(values),
    showticklabels: false,
    ticks: "",
    mirror: true,
  }));
  return {
    data: present.map((label) => {
      const own = x.flatMap((_, index) => Number(labels[index]) === label ? [index] : []);
      const name = plainText(classes[label] ?? `class ${label}`);
      return {
        type: "scatter",
        mode: "markers",
        name,
        showlegend: given !== undefined && present.length <= MOST_IN_LEGEND,
        x: own.map((index) => x[index]),
        y: own.map((index) => y[index]),
        text: own.map((index) => plainText(names?.[index] ?? "")),
        marker: { ...classMark(classes.length > 0 ? label : present.indexOf(label)), size: 7, opacity: 0.8 },
        hovertemplate: `${given === undefined ? "" : `<b>${name}</b><br>`}%{text}<extra></extra>`,
      };
    }),
    layout: {
      ...baseLayout(plainText(title), plainText(subtitle), HEIGHT),
      hovermode: "closest",
      xaxis,
      // Distances are the same across and up.
      yaxis: { ...yaxis, scaleanchor: "x" },
    },
    config: baseConfig("map", HEIGHT),
  };
}
