import { meanInterval } from "../../core/interval.ts";
import { lossNames } from "../../losses/presets.ts";
import type { DrawnRecord } from "../record.ts";
import { ascending } from "../rows.ts";
import type { FigureContext } from "../settings.ts";
import { lossStyles } from "../loss_styles.ts";
import { hundredths } from "../words.ts";
import { fig9 } from "./draw.ts";
import { axes, axisNames, checkFig9Rows, type Fig9Row, inPlaces, measureNames, measures } from "./rows.ts";
import { claim, fig9Caption, fig9Finding, title } from "./verdict.ts";

/** Figure 9. */
export const record: DrawnRecord<readonly Fig9Row[], FigureContext> = {
  name: "fig9",
  title,
  claim,
  seconds: 190,
  check: checkFig9Rows,
  table: (rows) => {
    checkFig9Rows(rows);
    return [
      ["axis", "value", "loss", ...measureNames.map((name) => `${measures[name]} (%)`), "runs"],
      ...axisNames.flatMap((axis) => {
        const own = inPlaces(rows).filter((row) => row.axis === axis);
        return ascending(own.map(({ place }) => place)).flatMap((place) =>
          lossNames.flatMap((loss) => {
            const runs = own.filter((row) => row.place === place && row.loss === loss);
            if (runs.length === 0) return [];
            const means = measureNames.map((name) => hundredths(meanInterval(runs.map((row) => row[name]))));
            return [[axes[axis].label, runs[0].value, lossStyles[loss].name, ...means, `${runs.length}`]];
          })
        );
      }),
    ];
  },
  finding: fig9Finding,
  caption: fig9Caption,
  draw: fig9,
};
