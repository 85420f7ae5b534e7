import { rulingList } from "../court.ts";
import type { FigureRecord } from "../record.ts";
import type { FigureContext } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { fig7 } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig7Rows, type Fig7Rows } from "./rows.ts";
import { claim, fig7Caption, slopeText, summarizeFig7, title } from "./verdict.ts";

/** Figure 7. */
export const record: FigureRecord<Fig7Rows, FigureContext, typeof experiment.flags> = {
  ...experiment,
  name: "fig7",
  title,
  claim,
  seconds: 10,
  check: checkFig7Rows,
  table: (rows) => [
    ["loss", "slope, 95 % interval", "falls as 1/k"],
    ...summarizeFig7(rows).map(({ kind, slope, verdict }) => [
      lossStyles[kind].name,
      slope ? slopeText(slope) : "",
      verdict,
    ]),
  ],
  finding: (rows) =>
    rulingList(
      summarizeFig7(rows).map(({ kind, verdict }) => ({ name: lossStyles[kind].name, ruling: verdict })),
    ),
  caption: fig7Caption,
  draw: fig7,
};
