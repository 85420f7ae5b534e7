import { dirname, join, resolve } from "node:path";

/**
 * What is wrong with the path of a folder, in words; a folder need not exist, but nothing else may be in its place.
 *
 * @param written whether files must be possible in it, which is tried
 */
export function folderFault(path: string, written: boolean): string | undefined {
  try {
    const { place, info } = nearest(resolve(path));
    if (info.isDirectory) return written ? writeFault(path, place) : undefined;
    return `the ${kindOf(info)} ${JSON.stringify(place === resolve(path) ? path : place)}`;
  } catch (error) {
    // Reading from it will say what is wrong.
    return written ? impossible(path, error) : undefined;
  }
}

/** What is wrong with the path of a file that is to be written, in words. Its folder must exist. */
export function fileFault(path: string): string | undefined {
  try {
    const { place, info } = nearest(resolve(path)), folder = dirname(resolve(path));
    if (place === resolve(path) && !info.isFile) return `the ${kindOf(info)} ${JSON.stringify(path)}`;
    if (place !== resolve(path) && (place !== folder || !info.isDirectory)) {
      return `${JSON.stringify(path)} in no folder`;
    }
    return writeFault(path, folder);
  } catch (error) {
    return impossible(path, error);
  }
}

/** What is at a path or, if nothing is, above it. */
function nearest(path: string): { place: string; info: Deno.FileInfo } {
  for (let place = path;; place = dirname(place)) {
    try {
      return { place, info: Deno.statSync(place) };
    } catch (error) {
      const above = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
      if (!above || place === dirname(place)) throw error;
    }
  }
}

function kindOf({ isFile, isDirectory, isFifo }: Deno.FileInfo): string {
  return isFile ? "file" : isDirectory ? "folder" : isFifo ? "pipe" : "device or socket";
}

/** Why no file can be written into a folder: tried, as permissions alone do not say. */
function writeFault(path: string, folder: string): string | undefined {
  const probe = join(folder, `.${crypto.randomUUID()}.tmp`);
  try {
    Deno.openSync(probe, { write: true, createNew: true }).close();
    Deno.removeSync(probe);
  } catch (error) {
    // Not this program writes then, but one that it starts, which tries for itself.
    if (error instanceof Deno.errors.NotCapable) return undefined;
    return impossible(path, error);
  }
}

function impossible(path: string, error: unknown): string {
  const [reason] = (error as Error).message.split(/: (?=open |stat )/);
  return `${JSON.stringify(path)}, where none can be (${reason})`;
}
