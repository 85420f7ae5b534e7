import { checkArray, checkObject } from "../../core/checks.ts";
import type { NegativeKind } from "../../core/negative_kinds.ts";
import { negativeKindNames } from "../../core/negative_kinds.ts";
import { paddedRange } from "../curves.ts";
import { verdictStyles } from "../fig3/draw.ts";
import { verdictNames } from "../fig3/verdict.ts";
import { headingOf, onPanel, type Panel, panelAxes, panelGrid } from "../panels.ts";
import { checkRoom } from "../rows.ts";
import { shareScale } from "../share_scale.ts";
import { lossStyles } from "../loss_styles.ts";
import { axis, bandTrace, baseConfig, baseLayout, plainText } from "../theme.ts";
import type { PlotlyFigure, PlotlyTrace } from "../types.ts";
import type { Verdict } from "../verdict.ts";
import { digits, shares } from "../words.ts";
import type { TheoryClassRow, TheoryRow, TheoryRows } from "./rows.ts";

const MOST_HARDENINGS = 24;
/** Lower cells could not be told apart. */
const MOST_CLASSES = 30;
const CELL = 18;

/** The page's title. */
export const title = "The theory on these embeddings";

/**
 * The checks of the theory as a picture, over the hardening functions. Above: the distribution over the anchors of the gap of
 * Assumption 1 – median, middle half, 5 to 95 % – coloured by verdict, as in Figure 3; the shares of the anchors with
 * Assumption 1 and with the premise of Theorem 2; the four losses. Below: both shares in each class, as in Figure 6; of many
 * classes the 30 in which Assumption 1 holds least often.
 *
 * @param rows of {@linkcode theoryRows}
 * @returns the figure
 * @throws {RangeError} if there is no hardening function or class, or more than 24 functions
 * @throws {TypeError} if the rows are no such rows
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { checkTheory, figures } from "@hscl/hscl";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), labels = [0, 0, 1, 1];
 * const rows = figures.theoryRows(await checkTheory(corners, 2, labels), labels);
 * assert(figures.theoryFigure(rows).data.some((trace) => trace.name === "holds at every anchor"));
 * ```
 */
export function theoryFigure(rows: TheoryRows): PlotlyFigure {
  checkTheoryRows(rows);
  const { classes, omitted } = shownClasses(rows);
  const above = panelGrid({ columns: [1, 1, 1], rows: [230], gapX: 84, below: heightOf(classes) + 110 });
  const below = panelGrid({
    columns: [1, 1],
    rows: [heightOf(classes)],
    gapX: 150,
    first: 4,
    above: 230 + 110,
  });
  const [gapPanel, sharePanel, lossPanel] = above.panels[0], [ownPanel, premisePanel] = below.panels[0];
  const labels = rows.rows.map(({ hardening }) => plainText(hardening));
  const { height } = above;
  return {
    data: [
      ...gapTraces(rows.rows, labels, gapPanel),
      ...shareTraces(rows.rows, labels, sharePanel),
      ...negativeKindNames.map((loss) => lossTrace(loss, rows.rows, labels, lossPanel)),
      heatMap(classes, labels, ownPanel, ({ shares }) => shares, "Assumption 1"),
      heatMap(classes, labels, premisePanel, ({ premiseShares }) => premiseShares, "premise of Theorem 2"),
    ],
    layout: {
      ...baseLayout(title, subtitleOf(rows), height),
      ...upperAxes(rows.rows, labels, [gapPanel, sharePanel, lossPanel]),
      ...lowerAxes(classes, labels, [ownPanel, premisePanel]),
      coloraxis: shareScale(ownPanel),
      annotations: [
        headingOf(gapPanel, "Assumption 1", "median, 50 % and 90 % of anchors"),
        headingOf(sharePanel, "Anchors (%)", "that satisfy it"),
        headingOf(lossPanel, "Population losses", `Q = ${digits(rows.negativeWeight, 6)}`),
        headingOf(
          ownPanel,
          "Assumption 1 by class",
          omitted === 0 ? "share of anchors" : omittedText(omitted),
        ),
        headingOf(premisePanel, "Premise of Theorem 2 by class", "share of anchors"),
      ],
    },
    config: baseConfig("check", height),
  };
}

function checkTheoryRows(rows: TheoryRows): void {
  checkObject("rows", rows);
  checkArray("rows of the checks", rows.rows, "rows");
  checkArray("classes of the checks", rows.classes, "rows");
  for (const [what, list] of [["hardening function", rows.rows], ["class", rows.classes]] as const) {
    if (list.length === 0) {
      throw new RangeError(`Cannot draw the checks as there must be a ${what}: received none`);
    }
  }
  checkRoom("the checks", "hardening functions", rows.rows, MOST_HARDENINGS);
}

function subtitleOf({ count, temperature, family, classes }: TheoryRows): string {
  return plainText(`${count} embeddings in ${classes.length} classes  ·  ${family}  ·  T = ${temperature}`);
}

function heightOf(classes: readonly TheoryClassRow[]): number {
  return Math.max(120, CELL * classes.length);
}

/** Those in which Assumption 1 holds least often, by any of the functions; in their own order if all have room. */
function shownClasses({ classes }: TheoryRows): { classes: readonly TheoryClassRow[]; omitted: number } {
  const least = ({ shares }: TheoryClassRow) => Math.min(...shares.map((share) => share ?? Infinity));
  if (classes.length <= MOST_CLASSES) return { classes, omitted: 0 };
  const chosen = classes.toSorted((a, b) => least(a) - least(b)).slice(0, MOST_CLASSES);
  return { classes: chosen, omitted: classes.length - MOST_CLASSES };
}

function omittedText(omitted: number): string {
  return `the ${MOST_CLASSES} with the smallest shares; ${omitted} more`;
}

// Boxes and cells stand at equal distances, whatever the strengths.
function places(labels: readonly string[]): Record<string, unknown> {
  const step = Math.ceil(labels.length / 8);
  const named = labels.map((_, place) => place).filter((place) => place % step === 0);
  // A common symbol is the title's.
  return {
    range: [-0.5, labels.length - 0.5],
    tickvals: named,
    ticktext: named.map((place) => labels[place].replace(/^[^\s,]+ = (?=[^,]+$)/, "")),
  };
}

function axisTitle(labels: readonly string[]): string {
  return labels[0].match(/^([^\s,]+) = [^,]+$/)?.[1] ?? "";
}

function upperAxes(rows: readonly TheoryRow[], labels: readonly string[], panels: readonly Panel[]) {
  const x = { ...axis(axisTitle(labels)), ...places(labels) };
  const gaps = rows.flatMap(({ quantiles }) => quantiles ? [quantiles.q05, quantiles.q95] : []);
  const losses = rows.flatMap(({ losses }) => Object.values(losses)).filter((loss) => loss !== null);
  const ranges = [paddedRange([0, ...gaps]), [-4, 104], losses.length > 0 ? paddedRange(losses) : [0, 1]];
  return Object.assign(
    {},
    ...panels.map((panel, column) =>
      panelAxes(panel, x, {
        ...axis(column === 0 ? "h<sub>same</sub> − h<sub>diff</sub>" : "", {
          grid: true,
          zero: column === 0,
        }),
        range: ranges[column],
        nticks: 6,
      })
    ),
  );
}

function lowerAxes(classes: readonly TheoryClassRow[], labels: readonly string[], panels: readonly Panel[]) {
  const y = {
    range: [classes.length - 0.5, -0.5],
    tickvals: classes.map((_, place) => place),
    ticktext: classes.map(({ name }) => plainText(name.length > 14 ? `${name.slice(0, 13)}…` : name)),
  };
  return Object.assign(
    {},
    ...panels.map((panel) =>
      panelAxes(panel, { ...axis(axisTitle(labels)), ...places(labels) }, { ...axis("Class"), ...y })
    ),
  );
}

function gapTraces(rows: readonly TheoryRow[], labels: readonly string[], panel: Panel): PlotlyTrace[] {
  const drawn = rows.flatMap(({ quantiles, verdict, share }, place) =>
    quantiles && share !== null && verdict !== "undefined" ? [{ quantiles, verdict, share, place }] : []
  );
  const firstOf = (verdict: Verdict) => drawn.find((each) => each.verdict === verdict)!.place;
  return [
    ...drawn.flatMap(({ quantiles, verdict, place }) =>
      ([["q05", "q95"], ["q25", "q75"]] as const).map(([low, high]) => ({
        ...bandTrace(
          [place - 0.3, place + 0.3],
          [quantiles[low], quantiles[low]],
          [quantiles[high], quantiles[high]],
          verdictStyles[verdict].color,
        ),
        name: verdictNames[verdict],
        legendgroup: verdict,
        ...onPanel(panel),
      }))
    ),
    ...drawn.map(({ quantiles: { q05, q25, q50, q75, q95 }, verdict, share, place }) => {
      const { color, dash, symbol } = verdictStyles[verdict];
      return {
        type: "scatter",
        mode: "lines+markers",
        name: verdictNames[verdict],
        legendgroup: verdict,
        showlegend: firstOf(verdict) === place,
        ...onPanel(panel),
        x: [place - 0.3, place, place + 0.3],
        y: [q50, q50, q50],
        line: { color, dash, width: 2.5 },
        marker: { color, symbol, size: [0, 8, 0] },
        text: `median ${digits(q50)}<br>half of the anchors ${digits(q25)} … ${digits(q75)}<br>90 % of them ${
          digits(q05)
        } … ${digits(q95)}<br>${shares([share])} at or above zero`,
        hovertemplate: `<b>${labels[place]}</b><br>%{text}<extra></extra>`,
      };
    }),
  ];
}

const shareStyles = [
  { name: "Assumption 1", color: "#000000", dash: "solid", symbol: "circle" },
  { name: "premise of Theorem 2", color: "#009E73", dash: "dash", symbol: "square" },
] as const;

function shareTraces(rows: readonly TheoryRow[], labels: readonly string[], panel: Panel): PlotlyTrace[] {
  return shareStyles.map(({ name, color, dash, symbol }, at) => ({
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: name,
    ...onPanel(panel),
    x: rows.map((_, place) => place),
    y: rows.map(({ share, premiseShare }) => percent(at === 0 ? share : premiseShare)),
    line: { color, dash, width: 2 },
    marker: { color, symbol, size: 8 },
    text: labels,
    hovertemplate: `<b>${name}</b>, %{text}<br>%{y:.1f} % of anchors<extra></extra>`,
  }));
}

function lossTrace(
  loss: NegativeKind,
  rows: readonly TheoryRow[],
  labels: readonly string[],
  panel: Panel,
): PlotlyTrace {
  const { name, color, dash, symbol } = lossStyles[loss];
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: loss,
    ...onPanel(panel),
    x: rows.map((_, place) => place),
    y: rows.map(({ losses }) => losses[loss]),
    line: { color, dash, width: 2.5 },
    marker: { color, symbol, size: 8 },
    text: rows.map(({ losses }, place) => `${labels[place]}<br>${digits(losses[loss] ?? NaN, 4)}`),
    hovertemplate: `<b>${name}</b>, %{text}<extra></extra>`,
  };
}

const percent = (share: number | null) => share === null ? null : 100 * share;

function heatMap(
  classes: readonly TheoryClassRow[],
  labels: readonly string[],
  panel: Panel,
  sharesOf: (row: TheoryClassRow) => readonly (number | null)[],
  what: string,
): PlotlyTrace {
  return {
    type: "heatmap",
    name: what,
    ...onPanel(panel),
    x: labels.map((_, place) => place),
    y: classes.map((_, place) => place),
    z: classes.map((row) => sharesOf(row).map(percent)),
    text: classes.map((row) =>
      sharesOf(row).map((share, h) =>
        share === null
          ? ""
          : `<b>class ${plainText(row.name)}</b>, ${labels[h]}<br>${what} at ${
            shares([share])
          } of ${row.count} anchors${
            what === "Assumption 1" ? `<br>mean gap ${digits(row.meanGaps[h] ?? NaN)}` : ""
          }`
      )
    ),
    hovertemplate: "%{text}<extra></extra>",
    hoverongaps: false,
    coloraxis: "coloraxis",
    xgap: 1,
    ygap: 1,
  };
}
