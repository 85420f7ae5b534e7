import { checkArray, checkObject, checkOptions } from "../../core/checks.ts";
import { integerLabels, type Labels } from "../../core/labels.ts";
import { confusionMatrix } from "../../evaluate/confusion_matrix.ts";
import { checkText } from "../check_figure.ts";
import { headingOf, onPanel, panelAxes, panelGrid } from "../panels.ts";
import { axis, baseConfig, baseLayout, figureSize, INK, margin, plainText } from "../theme.ts";
import type { PlotlyFigure } from "../types.ts";
import { count, list } from "../words.ts";

/** What was taken for what. */
export interface Confusions {
  /** The true class of each image. */
  labels: Labels;
  /** What each was taken for, in the same order. */
  predictions: Labels;
  /** Names of the classes. */
  classes: readonly string[];
}

/** Words of {@linkcode confusionFigure}. */
export interface ConfusionFigureOptions {
  /** One line. */
  title?: string;
  /** Under the title, e.g. the run and the data set. */
  subtitle?: string;
}

/** How often images of one class were taken for another. */
export interface Mistake {
  /** Name of the true class. */
  actual: string;
  /** Name of the other. */
  predicted: string;
  /** How many. */
  images: number;
  /** Of how many of the class. */
  of: number;
}

const MOST_BARS = 12, LONGEST_NAME = 10;
// In CSS pixels: side of the matrix, the colour bar with its numbers, the bars under their heading.
const SIDE = 620, COLOR_BAR = 110, BARS = 260;
// Longer names would stand on their heads under the matrix.
const UPRIGHT_NAME = 3;

/**
 * The most frequent mistakes first; of equally frequent ones, those of the lower classes.
 *
 * @throws {TypeError} or {RangeError} as {@linkcode confusionMatrix} does
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const confusions = { labels: [0, 0, 0, 1], predictions: [1, 1, 0, 1], classes: ["O", "0"] };
 * assertEquals(figures.mistakes(confusions), [{ actual: "O", predicted: "0", images: 2, of: 3 }]);
 * ```
 */
export function mistakes(confusions: Confusions): Mistake[] {
  const { classes } = confusions, shares = matrixOf(confusions);
  const sizes = new Array<number>(classes.length).fill(0);
  for (const label of Array.from(confusions.labels)) sizes[Number(label)]++;
  return shares.flatMap((row, actual) =>
    row.flatMap((share, predicted) =>
      share === 0 || predicted === actual ? [] : [{
        actual: classes[actual],
        predicted: classes[predicted],
        images: Math.round(share * sizes[actual]),
        of: sizes[actual],
      }]
    )
  ).sort((a, b) => b.images - a.images);
}

/**
 * A confusion matrix as a figure: left, what share of each class (row) was taken for which other (column), the diagonal left
 * out, so that the mistakes show; right, the most frequent mistakes by name, for matrices whose cells are too small for all names.
 *
 * @returns the figure; on a narrow page the two are under each other, see {@linkcode figureHtml}
 * @throws {TypeError} or {RangeError} as {@linkcode confusionMatrix} does
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const confusions = { labels: [0, 0, 0, 1], predictions: [1, 1, 0, 1], classes: ["O", "0"] };
 * const { data } = figures.confusionFigure(confusions, { title: "Letters and digits" });
 * assertEquals(data.map(({ type }) => type), ["heatmap", "bar"]);
 * ```
 */
export function confusionFigure(
  confusions: Confusions,
  options: ConfusionFigureOptions = {},
): PlotlyFigure {
  const { title = "What was taken for what", subtitle = "" } = checkOptions(options, {
    title: true,
    subtitle: true,
  });
  checkText("title", title);
  checkText("subtitle", subtitle);
  const shares = matrixOf(confusions), found = mistakes(confusions), shown = found.slice(0, MOST_BARS);
  const names = distinctNames(confusions.classes);
  const labelOf = ({ actual, predicted }: Mistake) => {
    const name = (each: string) => names[confusions.classes.indexOf(each)];
    return `${name(actual)} → ${name(predicted)}`;
  };
  const bars = shown.map(labelOf), most = Math.max(1, ...shown.map(({ images }) => images));
  const { panels: [[matrix, list]], height } = panelGrid({
    columns: [figureSize.width - margin.l - margin.r - COLOR_BAR - BARS, BARS],
    rows: [SIDE],
    gapX: COLOR_BAR,
  });
  const highest = Math.max(...shares.flatMap((row, i) => row.filter((_, j) => j !== i)), 0.01);
  const classAxis = (name: string) => ({
    ...axis(name),
    // Names that look like numbers are names, too; where there is no room for all, some are shown.
    type: "category",
    categoryorder: "array",
    categoryarray: names,
  });
  return {
    data: [{
      type: "heatmap",
      ...onPanel(matrix),
      x: names,
      y: names,
      z: shares.map((row, i) => row.map((share, j) => i === j ? null : 100 * share)),
      coloraxis: "coloraxis",
      hoverongaps: false,
      hovertemplate: "<b>%{y}</b> taken for <b>%{x}</b><br>%{z:.1f} %<extra></extra>",
    }, {
      type: "bar",
      orientation: "h",
      ...onPanel(list),
      y: bars,
      x: shown.map(({ images }) => images),
      marker: { color: "#B9DFF5" },
      showlegend: false,
      // On the bars, as there is no room beside them for long names.
      text: bars.map((label, i) => `${label}  ${shown[i].images}`),
      textposition: "inside",
      insidetextanchor: "start",
      constraintext: "none",
      textangle: 0,
      textfont: { size: 14, color: INK },
      cliponaxis: false,
      customdata: shown.map(({ of }) => of),
      hovertemplate: "<b>%{y}</b><br>%{x} of %{customdata}<extra></extra>",
    }],
    layout: {
      ...baseLayout(plainText(title), plainText(subtitle), height),
      ...panelAxes(
        matrix,
        names.every((name) => name.length <= UPRIGHT_NAME)
          ? { ...classAxis("taken for"), tickangle: 0 }
          : { ...classAxis("taken for, in the same order"), showticklabels: false },
        { ...classAxis("class"), autorange: "reversed" },
      ),
      ...panelAxes(list, { ...axis("images", { grid: true }), range: [0, 1.05 * most], nticks: 4 }, {
        ...axis(""),
        type: "category",
        autorange: "reversed",
        showticklabels: false,
        ticks: "",
      }),
      coloraxis: {
        cmin: 0,
        cmax: 100 * highest,
        colorscale: [[0, "#FFFFFF"], [0.5, "#56B4E9"], [1, "#00395A"]],
        colorbar: {
          title: { text: "%" },
          thickness: 14,
          x: matrix.across[1] + 0.01,
          xpad: 0,
          y: 0,
          yanchor: "bottom",
          len: 1,
        },
      },
      annotations: [
        headingOf(matrix, "Shares of a class", "without the diagonal, which was right"),
        headingOf(list, "Most frequent mistakes", found.length === 0 ? "none" : "class → taken for"),
      ],
    },
    config: baseConfig("confusion", height),
  };
}

/**
 * What a confusion matrix shows, in a sentence or two.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const confusions = { labels: [0, 0, 0, 1], predictions: [1, 1, 0, 1], classes: ["O", "0"] };
 * assertEquals(
 *   figures.confusionCaption(confusions),
 *   "2 of 4 images are taken for what they are. The most frequent mistake: O taken for 0 (2 of 3).",
 * );
 * ```
 */
export function confusionCaption(confusions: Confusions): string {
  const all = confusions.labels.length, found = mistakes(confusions);
  const wrong = found.reduce((sum, { images }) => sum + images, 0);
  const first = `${all - wrong} of ${count(all, "image")} are taken for what they are.`;
  if (found.length === 0) return first;
  const named = found.slice(0, 5).map(({ actual, predicted, images, of }) =>
    `${actual} taken for ${predicted} (${images} of ${of})`
  );
  return `${first} The most frequent mistake${named.length > 1 ? "s" : ""}: ${list(named)}.`;
}

function matrixOf(confusions: Confusions): number[][] {
  checkObject("confusions", confusions);
  const { labels, predictions, classes } = confusions;
  checkArray("classes", classes, "names");
  integerLabels("labels", labels);
  return confusionMatrix(labels, predictions, { classes: classes.length });
}

/** Names that fit beside a matrix and are all different, as plotly takes equal ones for one. */
function distinctNames(classes: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return classes.map((name) => {
    const short = plainText(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name);
    const times = (seen.get(short) ?? 0) + 1;
    seen.set(short, times);
    return times === 1 ? short : `${short} (${times})`;
  });
}
