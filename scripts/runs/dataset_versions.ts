import type { RunSettings } from "../../lib/experiment/mod.ts";
import { optionWords } from "../../lib/experiment/option_words.ts";
import { cut } from "./run_words.ts";

/** How data sets are called in a table, and what sets those of one name apart. */
export interface CalledDatasets {
  /** Of each data set; at most so long as was asked for. */
  names: string[];
  /** A line for each version of a data set that comes in several. */
  notes: string[];
}

/**
 * The names of data sets; numbered where those of one name are different images, such as other folders, sizes, or long-tailed and
 * noisy versions.
 */
export function callDatasets(datasets: readonly RunSettings["dataset"][], length: number): CalledDatasets {
  const versions = new Map<string, string[]>(), notes: string[] = [];
  for (const { name } of datasets) versions.set(name, []);
  for (const dataset of datasets) {
    const known = versions.get(dataset.name)!, version = JSON.stringify(dataset);
    if (!known.includes(version)) known.push(version);
  }
  const names = datasets.map((dataset) => {
    const { name } = dataset, known = versions.get(name)!;
    const number = known.length > 1 ? ` #${known.indexOf(JSON.stringify(dataset)) + 1}` : "";
    return cut(name, length - number.length) + number;
  });
  for (const [name, known] of versions) {
    if (known.length === 1) continue;
    for (const [at, version] of known.entries()) {
      const { trainImages, testImages, options, digest }: RunSettings["dataset"] = JSON.parse(version);
      notes.push(
        `${name} #${at + 1}: ${trainImages} + ${testImages} images${optionWords(options)}, digest ${
          digest.slice(0, 8)
        }`,
      );
    }
  }
  return { names, notes };
}
