import type { figures } from "../../mod.ts";
import { alignedLines, wrap } from "../cli/mod.ts";

type Sentences = readonly figures.TheorySentence[];
type Tables = readonly figures.FigureDetail[];

/** What is printed: the sentences, the rules behind them, and the tables with their legends. */
export function checkLines(sentences: Sentences, tables: Tables): string[] {
  return [
    ...sentences.flatMap(({ sentence }) => wrap(sentence)),
    "",
    ...tables.flatMap(({ title, note, table }, at) => [
      title,
      ...alignedLines(table),
      ...(note === "" ? [] : wrap(note)),
      ...(at < tables.length - 1 ? [""] : []),
    ]),
  ];
}
