import type { DatasetChoices } from "../data/dataset.ts";

/** What a data set was loaded with, to be put behind its name: ", label level coarse". */
export function optionWords(options: DatasetChoices = {}): string {
  return Object.entries(options).map(([option, value]) =>
    `, ${option.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value}`
  ).join("");
}
