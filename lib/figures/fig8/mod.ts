import { rulingList } from "../court.ts";
import type { FigureRecord } from "../record.ts";
import { lossStyles } from "../loss_styles.ts";
import { record as sequel } from "../sequel/mod.ts";
import { thousandths } from "../words.ts";
import { fig8, type Fig8Context } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig8Rows, type Fig8Rows, measureNames, measures } from "./rows.ts";
import { claim, fig8Caption, rulingOf, summarizeFig8, title } from "./verdict.ts";

/** Figure 8. */
export const record: FigureRecord<Fig8Rows, Fig8Context, typeof experiment.flags> = {
  ...experiment,
  name: "fig8",
  title,
  claim,
  seconds: 15,
  presets: { sequel },
  check: checkFig8Rows,
  table: (rows) => [
    ["loss", ...measures.map((measure) => measureNames[measure])],
    ...summarizeFig8(rows).map(({ loss, last }) => [
      lossStyles[loss].name,
      ...measures.map((measure) => thousandths(last[measure])),
    ]),
  ],
  finding: (rows) =>
    rulingList(
      summarizeFig8(rows).map((entry) => ({ name: lossStyles[entry.loss].name, ruling: rulingOf(entry) })),
    ),
  caption: fig8Caption,
  draw: fig8,
};
