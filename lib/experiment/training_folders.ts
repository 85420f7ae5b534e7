import { denoFor } from "../core/platform.ts";

const nameOf = /^([0-9a-f]{16})\.training-(\d+)$/;

/** The folder in which a run is, or was, trained. */
export interface TrainingFolder {
  /** Of the run. */
  hash: string;
  /** Counts the owners. */
  number: number;
  /** Its path. */
  folder: string;
}

/** All folders of trainings among those of runs, those of one run by their numbers, highest first. */
export async function trainingFolders(runsFolder: string, hash?: string): Promise<TrainingFolder[]> {
  return (await namedAsTraining(runsFolder, hash)).filter(({ isDirectory }) => isDirectory);
}

/** The same with what is no folder, though it has the name of one. */
export async function namedAsTraining(
  runsFolder: string,
  hash?: string,
): Promise<(TrainingFolder & { isDirectory: boolean })[]> {
  const { errors, readDir } = denoFor("list runs"), found: (TrainingFolder & { isDirectory: boolean })[] = [];
  try {
    for await (const { name, isDirectory } of readDir(runsFolder)) {
      const [, own, number] = nameOf.exec(name) ?? [];
      if (own === undefined || (hash !== undefined && own !== hash)) continue;
      found.push({ hash: own, number: Number(number), folder: `${runsFolder}/${name}`, isDirectory });
    }
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
  }
  return found.sort((a, b) => a.hash === b.hash ? b.number - a.number : a.hash < b.hash ? -1 : 1);
}
