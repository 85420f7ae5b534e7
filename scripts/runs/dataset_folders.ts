import { type DatasetName, datasetSource } from "../../lib/data/data_sets.ts";
import { UsageError } from "../cli/mod.ts";
import { folderFault } from "../cli/paths.ts";

const needsFolder = (name: DatasetName) => datasetSource(name).folder !== undefined;

/**
 * The folders of data sets: `cifar10=DIR,cifar100=DIR`, or a single one where one data set needs it.
 *
 * @throws {UsageError} if it is none, or of a data set that is not asked for or needs none
 */
export function foldersOf(
  data: string | undefined,
  datasets: readonly DatasetName[],
): Map<DatasetName, string> {
  const folders = new Map<DatasetName, string>(), needing = datasets.filter(needsFolder);
  const refuse = (received: string) =>
    new UsageError(
      `--data must be a folder for each data set that needs one (${
        needing.join(", ") || `none of ${datasets.join(", ")} does`
      }), as NAME=DIR, joined by commas: received ${received}`,
    );
  for (const part of data?.split(",") ?? []) {
    const [, typed, folder] = /^([a-zA-Z0-9-]+)=(.*)$/s.exec(part) ?? [];
    const name =
      (typed ?? (needing.length === 1 && !data!.includes(",") ? needing[0] : undefined)) as DatasetName;
    if (!needing.includes(name) || folders.has(name)) throw refuse(JSON.stringify(part));
    const fault = folderFault(folder ?? part, false);
    if (fault) throw refuse(fault);
    folders.set(name, folder ?? part);
  }
  const without = needing.filter((name) => !folders.has(name));
  if (without.length > 0) throw refuse(data === undefined ? "none" : `none for ${without.join(", ")}`);
  return folders;
}
