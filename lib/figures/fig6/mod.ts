import type { FigureRecord } from "../record.ts";
import { shares, thousandths } from "../words.ts";
import { fig6, type Fig6Context } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig6Rows, type Fig6Row } from "./rows.ts";
import { claim, fig6Caption, fig6Finding, summarizeFig6, title } from "./verdict.ts";

/** Figure 6. */
export const record: FigureRecord<readonly Fig6Row[], Fig6Context, typeof experiment.flags> = {
  ...experiment,
  name: "fig6",
  title,
  claim,
  seconds: 10,
  check: checkFig6Rows,
  table: (rows) => {
    const summary = summarizeFig6(rows), isNamed = summary.some(({ dataset }) => dataset !== undefined);
    return [
      [
        ...(isNamed ? ["data"] : []),
        "β",
        "UCL ≤ H-SCL",
        "anchors with the premise",
        "change of UCL",
        "of H-SCL",
      ],
      ...summary.map(({ dataset, beta, verdict, share, uclChange, hsclChange }) => [
        ...(dataset === undefined ? [] : [dataset]),
        `${beta}`,
        verdict,
        shares([share]),
        thousandths(uclChange),
        thousandths(hsclChange),
      ]),
    ];
  },
  finding: fig6Finding,
  caption: fig6Caption,
  draw: fig6,
};
