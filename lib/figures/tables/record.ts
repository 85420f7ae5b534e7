import type { DrawnRecord } from "../record.ts";
import type { FigureContext } from "../settings.ts";
import { distinct } from "../rows.ts";
import { lossStyles } from "../loss_styles.ts";
import { hundredths } from "../words.ts";
import { drawTable, type TableLook } from "./draw.ts";
import {
  cellsOf,
  choiceWords,
  differenceCells,
  howJudgedByHolm,
  orderingLabel,
  orderingsOf,
  orderingWords,
  verdicts,
} from "./judge.ts";
import { checkTableRows, type TableRows } from "./rows.ts";

/** A figure that is a table of losses. */
export interface TableRecord extends DrawnRecord<TableRows, FigureContext> {
  /** The measures by name. */
  readonly measures: Readonly<Record<string, string>>;
  /** The orderings with their differences as a table of text, the header first. */
  differences(rows: TableRows): string[][];
  /** How the β were chosen as a table of text, the header first; without lines where there was no choice. */
  choices(rows: TableRows): string[][];
}

/** A table of losses by data set. */
export function tableRecord(look: TableLook & { claim: string; seconds: number }): TableRecord {
  const { name, title, claim, seconds, measures } = look, names = Object.keys(measures);
  const check = (rows: TableRows) => checkTableRows(name, names, rows);
  const checked = (rows: TableRows) => (check(rows), rows);
  const differences = (rows: TableRows) => [
    ["data", "ordering", "measure", "points", "p", "verdict"],
    ...orderingsOf(checked(rows), names).map((each) => [
      each.dataset,
      orderingLabel(each),
      measures[each.measure],
      ...differenceCells(each),
    ]),
  ];
  const choices = ({ choices }: TableRows) => [
    ["data", "loss", "β", "validation accuracy (%)", "chosen"],
    ...choices.filter(({ betas }) => betas.length > 1).flatMap((
      { dataset, loss, betas, accuracies, chosen },
    ) =>
      betas.map((beta, at) => [
        dataset,
        lossStyles[loss].name,
        String(beta),
        (100 * accuracies[at]).toFixed(2),
        beta === chosen ? "yes" : "",
      ])
    ),
  ];
  return {
    name,
    title,
    claim,
    seconds,
    measures,
    check,
    table: (rows) => [
      ["data", "loss", "β", ...names.map((each) => `${measures[each]} (%)`), "runs"],
      ...cellsOf(checked(rows), names).map(({ dataset, loss, betas, means }) => [
        dataset,
        lossStyles[loss].name,
        betas.map((beta) => beta > 0 ? String(beta) : "–").join(", "),
        ...names.map((each) => hundredths(means[each])),
        `${means[names[0]].count}`,
      ]),
    ],
    differences,
    choices,
    details: (rows) => {
      const chosen = choices(rows);
      return [
        {
          title: "Orderings",
          note:
            "The first loss minus the second, paired by seed, in percentage points, with the 95 % interval of each alone; " +
            "p is corrected for the number of all comparisons of the table.",
          table: differences(rows),
        },
        ...(chosen.length > 1
          ? [{
            title: "Choice of β",
            note: "On a part of the training images; the test images had no part in it.",
            table: chosen,
          }]
          : []),
      ];
    },
    finding: (rows) => {
      const all = orderingsOf(checked(rows), names);
      if (all.length === 0) return "not decided";
      return distinct(all.map(orderingLabel)).map((label) => {
        const own = all.filter((each) => orderingLabel(each) === label);
        const counts = (["holds", "not decided", "fails"] as const).flatMap((ruling) => {
          const { length } = own.filter(({ difference }) => difference.ruling === ruling);
          return length === 0 ? [] : [`${verdicts[ruling]} ${length}`];
        });
        return `${label}: ${counts.join(", ")}`;
      }).join(". ");
    },
    caption: (rows) => {
      const all = orderingsOf(checked(rows), names);
      const sentences = distinct(all.map(orderingLabel)).map((label) =>
        `${orderingWords(all.filter((each) => orderingLabel(each) === label), measures)}.`
      );
      const chosen = choiceWords(rows);
      return [
        `Claim: ${claim} (${howJudgedByHolm(all)}).`,
        ...sentences,
        ...(chosen ? [`β was chosen on a part of the training images: ${chosen}.`] : []),
      ].join(" ");
    },
    draw: (rows, context) => drawTable(checked(rows), context, look),
  };
}
