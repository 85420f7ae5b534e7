import type { DrawnRecord } from "../record.ts";
import { distinct } from "../rows.ts";
import { hundredths, percent } from "../words.ts";
import { whyNoInterval } from "../court.ts";
import { lossStyles } from "../loss_styles.ts";
import { verdicts } from "../tables/judge.ts";
import { table2, type Table2Context } from "./draw.ts";
import { checkTable2Rows, methods, type Table2Row } from "./rows.ts";
import {
  claim,
  judgeTable2,
  methodName,
  summarizeTable2,
  table2Caption,
  table2Finding,
  title,
} from "./verdict.ts";

/** Table 2. */
export const record: DrawnRecord<readonly Table2Row[], Table2Context> = {
  name: "table2",
  title,
  claim,
  seconds: 120,
  check: checkTable2Rows,
  table: (rows) => {
    const summary = summarizeTable2(rows),
      shown = methods.filter((method) => summary.some((each) => each.method === method));
    return [
      ["graphs", ...shown.map(methodName)],
      ...distinct(summary.map(({ collection }) => collection)).map((collection) => [
        collection,
        ...shown.map((method) => {
          const found = summary.find((each) => each.collection === collection && each.method === method);
          return found ? percent(found.accuracy) : "–";
        }),
      ]),
    ];
  },
  details: (rows) => [{
    title: "Orderings",
    note:
      "The first minus the second, paired by seed, in percentage points; the 95 % intervals hold for all of them together.",
    table: [
      ["graphs", "ordering", "points", "verdict"],
      ...judgeTable2(rows).map(({ collection, loss, reference, difference }) => {
        const why = whyNoInterval(difference), verdict = verdicts[difference.ruling];
        return [
          collection,
          `${lossStyles[loss].name} ≥ ${lossStyles[reference].name}`,
          hundredths(difference),
          why ? `${verdict}: ${why}` : verdict,
        ];
      }),
    ],
  }],
  finding: table2Finding,
  caption: table2Caption,
  draw: table2,
};
