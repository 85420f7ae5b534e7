import type { FigureRecord } from "../record.ts";
import type { FigureContext } from "../settings.ts";
import { digits, shares } from "../words.ts";
import { fig3 } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig3Rows, type Fig3Row } from "./rows.ts";
import { claim, fig3Caption, summarizeFig3, title } from "./verdict.ts";

/** Figure 3. */
export const record: FigureRecord<readonly Fig3Row[], FigureContext, typeof experiment.flags> = {
  ...experiment,
  name: "fig3",
  title,
  claim,
  check: checkFig3Rows,
  table: (rows) => [
    ["data", "β", "Assumption 1", "anchors", "mean gap"],
    ...summarizeFig3(rows).map(({ dataset, beta, verdict, last }) => [
      dataset,
      `${beta}`,
      verdict,
      `${shares([last.share])} of ${last.anchors}`,
      digits(last.meanGap),
    ]),
  ],
  caption: fig3Caption,
  draw: fig3,
};
