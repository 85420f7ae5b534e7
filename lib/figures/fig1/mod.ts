import type { FigureRecord } from "../record.ts";
import { lossStyles } from "../theme.ts";
import { percent } from "../words.ts";
import { fig1, type Fig1Context } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig1Rows, type Fig1Row } from "./rows.ts";
import { claim, fig1Caption, summarizeFig1, title } from "./verdict.ts";

/** Figure 1. */
export const record: FigureRecord<readonly Fig1Row[], Fig1Context, typeof experiment.flags> = {
  ...experiment,
  name: "fig1",
  title,
  claim,
  check: checkFig1Rows,
  table: (rows) => [
    ["loss", "kNN top-1", "runs"],
    ...summarizeFig1(rows).map((each) => [lossStyles[each.loss].name, percent(each), `${each.count}`]),
  ],
  caption: fig1Caption,
  draw: fig1,
};
