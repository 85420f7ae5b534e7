import type { FigureRecord } from "../record.ts";
import type { FigureContext } from "../settings.ts";
import { betas, digits, hundredths, thousandths } from "../words.ts";
import { sequel } from "./draw.ts";
import { experiment } from "./experiment.ts";
import { checkSequelRows, type SequelRow } from "./rows.ts";
import { claim, sequelCaption, sequelFinding, summarizeSequel, title } from "./verdict.ts";

/** The figure of the sequel. */
export const record: FigureRecord<SequelRow[], FigureContext> = {
  ...experiment,
  name: "sequel",
  title,
  claim,
  seconds: 200,
  check: checkSequelRows,
  table: (rows) => [
    ["β", "test (%)", "training (%)", "directions", "unit norm", "zero sum", "equal angles", "runs"],
    ...summarizeSequel(rows).map(({ beta, last }) => [
      betas([beta]),
      hundredths(last.test),
      hundredths(last.train),
      digits(last.directions.mean),
      thousandths(last.unitNorm.mean),
      thousandths(last.zeroSum.mean),
      thousandths(last.equalInnerProducts.mean),
      `${last.test.count}`,
    ]),
  ],
  finding: sequelFinding,
  caption: sequelCaption,
  draw: sequel,
};
