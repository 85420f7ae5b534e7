import { rulingList } from "../court.ts";
import type { FigureRecord } from "../record.ts";
import { lossStyles } from "../theme.ts";
import { percent } from "../words.ts";
import { fig1, type Fig1Context } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig1Rows, type Fig1Row } from "./rows.ts";
import { claim, fig1Caption, judgeFig1, summarizeFig1, title } from "./verdict.ts";

/** Figure 1. */
export const record: FigureRecord<readonly Fig1Row[], Fig1Context, typeof experiment.flags> = {
  ...experiment,
  name: "fig1",
  title,
  claim,
  seconds: 150,
  check: checkFig1Rows,
  table: (rows) => [
    ["loss", "kNN top-1", "runs"],
    ...summarizeFig1(rows).map((each) => [lossStyles[each.loss].name, percent(each), `${each.count}`]),
  ],
  finding: (rows) =>
    rulingList(
      judgeFig1(rows).map(({ loss, difference: { ruling } }) => ({ name: lossStyles[loss].name, ruling })),
    ) || "not decided",
  caption: fig1Caption,
  draw: fig1,
};
