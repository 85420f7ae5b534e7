import { lossOrderFinding } from "../loss_order.ts";
import type { FigureRecord } from "../record.ts";
import type { FigureContext } from "../settings.ts";
import { digits } from "../words.ts";
import { fig2 } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkFig2Rows, type Fig2Row } from "./rows.ts";
import { claim, fig2Caption, summarizeFig2, title } from "./verdict.ts";

/** Figure 2. */
export const record: FigureRecord<readonly Fig2Row[], FigureContext, typeof experiment.flags> = {
  ...experiment,
  name: "fig2",
  title,
  claim,
  seconds: 100,
  check: checkFig2Rows,
  table: (rows) => [
    ["β", "H-SCL ≤ H-UCL", "smallest margin"],
    ...summarizeFig2(rows).map(({ beta, verdict, smallest: { margin, epoch, seed } }) => [
      `${beta}`,
      verdict,
      `${digits(margin)} at epoch ${epoch} of seed ${seed}`,
    ]),
  ],
  finding: (rows) => lossOrderFinding(summarizeFig2(rows)),
  caption: fig2Caption,
  draw: fig2,
};
