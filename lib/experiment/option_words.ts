import type { DatasetChoices } from "../data/dataset.ts";

/** What a data set was loaded with, to be put behind its name: ", label level coarse". */
export function optionWords(options: DatasetChoices = {}): string {
  // How many images there are is said beside.
  return Object.entries(options).filter(([option]) => option !== "trainImages").map(([option, value]) =>
    `, ${option.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value}`
  ).join("");
}
