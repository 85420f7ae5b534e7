import { describe } from "../core/checks.ts";
import { DataError } from "./data_error.ts";

/** What messages say of a data set that lies in a folder. */
export interface FolderWords {
  /** What needs the folder, as in "CIFAR-10 as it needs". */
  readonly who: string;
  /** How to get the files and give their folder. */
  readonly howToGet: string;
}

/**
 * The path of a data folder, without slashes at its end.
 *
 * @throws {TypeError} if it is no text
 * @throws {DataError} if there is none
 */
export function checkDataFolder(dataDir: string | undefined, { who, howToGet }: FolderWords): string {
  if (dataDir !== undefined && typeof dataDir !== "string") {
    throw new TypeError(
      `Cannot use dataDir as it must be text, the path of a folder: received ${describe(dataDir)}`,
    );
  }
  if (!dataDir) {
    throw new DataError(`Cannot read ${who} a data folder (${howToGet}): received none`);
  }
  return dataDir.replace(/(?<=.)\/+$/, "");
}

/** Whether a path is that of a file, or of a link to one. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}

/** What changes whenever files do, without reading them: their paths, sizes and times. */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const stamps = paths.map(async (path) => {
    const { size, mtime } = await Deno.stat(path);
    return [path, size, mtime?.getTime()];
  });
  return JSON.stringify(await Promise.all(stamps));
}

/**
 * The folder that holds all of some files: the one that is given, or the one in it that their archive has made.
 *
 * @param label of the data set
 * @param folderInArchive the name of that folder
 * @throws {DataError} which names the first file that is missing
 */
export async function folderOfFiles(
  dataDir: string,
  { label, howToGet, folderInArchive, files }: {
    label: string;
    howToGet: string;
    folderInArchive: string;
    files: readonly string[];
  },
): Promise<string> {
  const inside = `${dataDir}/${folderInArchive}`;
  const missing: string[] = [];
  for (const folder of [dataDir, inside]) {
    const first = await firstMissing(folder, files);
    if (first === undefined) return folder;
    missing.push(first);
  }
  // A folder of that name is where the files were meant to be.
  const isInside = await Deno.stat(inside).then(({ isDirectory }) => isDirectory, () => false);
  throw new DataError(
    `Cannot read ${label} as ${dataDir} must hold ${files.slice(0, -1).join(", ")} and ${files.at(-1)} ` +
      `(${howToGet}): received no file ${missing[isInside ? 1 : 0]}`,
  );
}

async function firstMissing(folder: string, files: readonly string[]): Promise<string | undefined> {
  for (const name of files) if (!await isFile(`${folder}/${name}`)) return `${folder}/${name}`;
}
