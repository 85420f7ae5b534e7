import type { FigureRecord } from "../record.ts";
import { percent } from "../words.ts";
import { fig5, type Fig5Context } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig5Rows, type Fig5Row } from "./rows.ts";
import { claim, fig5Caption, fig5Ruling, summarizeFig5, title } from "./verdict.ts";

/** Figure 5. */
export const record: FigureRecord<readonly Fig5Row[], Fig5Context, typeof experiment.flags> = {
  ...experiment,
  name: "fig5",
  title,
  claim,
  seconds: 110,
  check: checkFig5Rows,
  table: (rows) => [
    ["hardening", "parameters", "effective negatives", "kNN top-1", "runs"],
    ...summarizeFig5(rows).settings.map((each) => [
      each.hardening,
      each.parameter,
      each.effectiveNegatives.toFixed(1),
      percent(each.accuracy),
      `${each.accuracy.count}`,
    ]),
  ],
  finding: (rows) => fig5Ruling(summarizeFig5(rows).pairs),
  caption: fig5Caption,
  draw: fig5,
};
