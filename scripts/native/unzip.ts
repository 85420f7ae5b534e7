import { createWriteStream } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
// @ts-types="npm:@types/yauzl@3.4.0"
import yauzl from "yauzl";

const open = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open);

const EXECUTABLE = 0o755;

/**
 * Unpacks the wanted files of a zip archive, one after the other, without ever holding one in memory.
 *
 * @param isWanted by the name in the archive
 * @returns how many files, and how many bytes
 * @throws {Error} if the archive is damaged, or has a file outside of the folder
 */
export async function unzip(
  archive: string,
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<{ files: number; bytes: number }> {
  const zip = await open(archive, { lazyEntries: true, autoClose: false });
  const openEntry = promisify(
    zip.openReadStream.bind(zip) as (
      entry: yauzl.Entry,
      callback: (error: Error | null, stream: NodeJS.ReadableStream) => void,
    ) => void,
  );
  let files = 0, bytes = 0;
  try {
    for await (const entry of entries(zip)) {
      if (entry.fileName.endsWith("/") || !isWanted(entry.fileName)) continue;
      const path = join(folder, entry.fileName);
      await Deno.mkdir(dirname(path), { recursive: true });
      await pipeline(await openEntry(entry), createWriteStream(path));
      // ptxas and the like are programs.
      if (/\/bin\//.test(entry.fileName)) await Deno.chmod(path, EXECUTABLE);
      files++;
      bytes += entry.uncompressedSize;
    }
  } finally {
    zip.close();
  }
  return { files, bytes };
}

async function* entries(zip: yauzl.ZipFile): AsyncGenerator<yauzl.Entry> {
  for (;;) {
    const entry = await new Promise<yauzl.Entry | undefined>((resolve, reject) => {
      zip.once("entry", resolve);
      zip.once("end", () => resolve(undefined));
      zip.once("error", reject);
      zip.readEntry();
    });
    zip.removeAllListeners();
    if (!entry) return;
    yield entry;
  }
}
