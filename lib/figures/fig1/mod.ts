import type { FigureRecord } from "../record.ts";
import { lossStyles } from "../loss_styles.ts";
import { digits, percent } from "../words.ts";
import { fig1, type Fig1Context } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig1Rows, type Fig1Row } from "./rows.ts";
import { claim, fig1Caption, fig1Finding, summarizeFig1, title } from "./verdict.ts";

/** Figure 1. */
export const record: FigureRecord<readonly Fig1Row[], Fig1Context, typeof experiment.flags> = {
  ...experiment,
  name: "fig1",
  title,
  claim,
  seconds: 150,
  check: checkFig1Rows,
  table: (rows) => [
    ["loss", "class mean", "kNN top-1", "directions", "runs"],
    ...summarizeFig1(rows).map(({ loss, classMean, top1, directions }) => [
      lossStyles[loss].name,
      percent(classMean),
      percent(top1),
      directions ? digits(directions.mean) : "–",
      `${top1.count}`,
    ]),
  ],
  finding: fig1Finding,
  caption: fig1Caption,
  draw: fig1,
};
