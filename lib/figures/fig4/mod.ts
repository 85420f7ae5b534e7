import { rulingList, someHolds } from "../court.ts";
import type { FigureRecord } from "../record.ts";
import type { FigureContext } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { hundredths, percent } from "../words.ts";
import { fig4 } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig4Rows, type Fig4Row } from "./rows.ts";
import { claim, fig4Caption, judgeFig4, summarizeFig4, title } from "./verdict.ts";

/** Figure 4. */
export const record: FigureRecord<readonly Fig4Row[], FigureContext, typeof experiment.flags> = {
  ...experiment,
  name: "fig4",
  title,
  claim,
  seconds: 170,
  check: checkFig4Rows,
  table: (rows) => [
    ["loss", "β", "kNN top-1", "above β = 0, points", "runs"],
    ...summarizeFig4(rows).map(({ loss, beta, accuracy, difference }) => [
      lossStyles[loss].name,
      `${beta}`,
      percent(accuracy),
      difference ? hundredths(difference) : "",
      `${accuracy.count}`,
    ]),
  ],
  finding: (rows) =>
    rulingList(
      judgeFig4(rows).map(({ loss, differences }) => ({
        name: lossStyles[loss].name,
        ruling: someHolds(differences),
      })),
    ),
  caption: fig4Caption,
  draw: fig4,
};
