import type { FigureRecord } from "../record.ts";
import type { FigureContext } from "../settings.ts";
import { digits, shares } from "../words.ts";
import { fig3 } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig3Rows, type Fig3Row } from "./rows.ts";
import {
  claim,
  fig3Caption,
  fig3Finding,
  ordersOfFig3,
  summarizeFig3,
  title,
  verdictNames,
} from "./verdict.ts";

/** Figure 3. */
export const record: FigureRecord<readonly Fig3Row[], FigureContext, typeof experiment.flags> = {
  ...experiment,
  name: "fig3",
  title,
  claim,
  seconds: 10,
  check: checkFig3Rows,
  table: (rows) => {
    const all = ordersOfFig3(rows);
    const theorem = (dataset: string, beta: number) => {
      const orders = all.find((each) => each.dataset === dataset)?.orders ?? [];
      return orders.find((order) => order.beta === beta)?.verdict ?? "–";
    };
    return [
      ["data", "β", "Assumption 1", "anchors", "mean gap", ...(all.length > 0 ? ["H-SCL ≤ H-UCL"] : [])],
      ...summarizeFig3(rows).map(({ dataset, beta, verdict, last }) => [
        dataset,
        `${beta}`,
        verdictNames[verdict],
        `${shares([last.share])} of ${last.anchors}`,
        digits(last.meanGap),
        ...(all.length > 0 ? [theorem(dataset, beta)] : []),
      ]),
    ];
  },
  finding: fig3Finding,
  caption: fig3Caption,
  draw: fig3,
};
