import { denoFor } from "./platform.ts";

/**
 * Writes a whole file or nothing: under a name of its own beside the path first, then renamed. So readers find the old
 * file or the new one, a full disk leaves the old one as it was, and a symbolic link is replaced rather than followed.
 *
 * @param path where the file goes; its folder must exist
 * @param data the whole content; text is written as UTF-8
 * @throws {Error} with the path and the system's reason (its error is the `cause`); also if what is at the path is no
 * file, such as a folder or a device
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const { open, remove, rename, stat } = denoFor("write a file");
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile) {
    throw new Error(
      `Cannot write ${path} as it must be a file or not there: received ${
        there.isDirectory ? "a folder" : "a device or pipe"
      }`,
    );
  }
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  let created = false;
  try {
    const file = await open(temporary, { write: true, createNew: true });
    created = true;
    try {
      for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      // Else a power failure could leave the new name with nothing in it.
      await file.sync();
    } finally {
      file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    if (created) await remove(temporary).catch(() => {});
    throw new Error(`Cannot write ${path}: ${reason(error)}`, { cause: error });
  }
}

/** The system's words without the temporary name, which nobody asked for: `No space left on device (os error 28)`. */
function reason(error: unknown): string {
  return (error as Error).message.replace(/: (open|write|rename|writefile|fsync)\b.*$/s, "");
}
