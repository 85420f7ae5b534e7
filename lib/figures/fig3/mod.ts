import type { FigureRecord } from "../record.ts";
import type { FigureContext } from "../settings.ts";
import { digits, shares } from "../words.ts";
import { fig3 } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig3Rows, type Fig3Row } from "./rows.ts";
import { claim, fig3Caption, fig3Finding, summarizeFig3, title, verdictNames } from "./verdict.ts";

/** Figure 3. */
export const record: FigureRecord<readonly Fig3Row[], FigureContext, typeof experiment.flags> = {
  ...experiment,
  name: "fig3",
  title,
  claim,
  seconds: 10,
  check: checkFig3Rows,
  table: (rows) => [
    ["data", "β", "Assumption 1", "anchors", "mean gap"],
    ...summarizeFig3(rows).map(({ dataset, beta, verdict, last }) => [
      dataset,
      `${beta}`,
      verdictNames[verdict],
      `${shares([last.share])} of ${last.anchors}`,
      digits(last.meanGap),
    ]),
  ],
  finding: fig3Finding,
  caption: fig3Caption,
  draw: fig3,
};
