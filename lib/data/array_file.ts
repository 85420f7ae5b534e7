import type yauzl from "yauzl";
import { checkText } from "../core/checks.ts";
import { builtinModule, denoFor } from "../core/platform.ts";
import { DataError } from "./data_error.ts";
import {
  checkNpySize,
  decodeNpy,
  NPY_HEADER_BYTES,
  type NpyArray,
  type NpyHeader,
  readNpyHeader,
} from "./npy.ts";

/** An array in a `.npy` or `.npz` file, of which only the header has been read. */
export interface ArrayFile {
  header: NpyHeader;
  /** Reads the elements, in row-major order. */
  read(): Promise<NpyArray>;
}

/** Says what is wrong with a file. */
export type Refuse = (requirement: string, received: string) => DataError;

/** The bytes of a `.npy` file, wherever it lies. */
interface Source {
  /** For messages. */
  name: string;
  size: number;
  stream(): Promise<ReadableStream<Uint8Array>>;
}

/**
 * Reads the header of an array and compares the size it announces with the file's. The array is that of a `.npy` file,
 * or of a `.npz` file: its only one, or the one of a name.
 *
 * @param path of the file; `file.npz:name` is one array of several
 * @param usual name of the array to take from a `.npz` file of several if none is given
 */
export async function openArray(path: string, usual: string, refuse: Refuse): Promise<ArrayFile> {
  checkText("path of an array", path);
  const source = await find(path, usual, refuse);
  const header = readNpyHeader(await firstBytes(await source.stream()), source.name);
  checkNpySize(header, source.size, source.name);
  return { header, read: async () => decodeNpy(header, await elements(source, header)) };
}

async function find(path: string, usual: string, refuse: Refuse): Promise<Source> {
  const [, archive, member] = path.match(/^(.+\.npz):([^:]+)$/i) ?? [];
  if (archive !== undefined && !await exists(path)) {
    return await findMember(archive, await sizeOfFile(archive, refuse), member, usual, refuse);
  }
  const size = await sizeOfFile(path, refuse);
  const start = await firstBytes(await fileStream(path, refuse), 4);
  if (start[0] === 0x50 && start[1] === 0x4b) return await findMember(path, size, undefined, usual, refuse);
  return { name: path, size, stream: () => fileStream(path, refuse) };
}

function exists(path: string): Promise<boolean> {
  return denoFor("read arrays").stat(path).then(() => true, () => false);
}

/** Size of a file; anything else, which might never end or never begin, is refused before it is opened. */
async function sizeOfFile(path: string, refuse: Refuse): Promise<number> {
  const twice = "must be a file that can be read twice (save what a pipe carries first)";
  const { errors, stat } = denoFor("read arrays");
  const found = await stat(path).catch((error) => {
    // Such as /dev/stdin, which Deno takes for a device whatever is behind it.
    if (error instanceof errors.NotCapable) throw refuse(twice, "a path that Deno keeps from programs");
    throw refuse(
      "must be a readable file",
      error instanceof errors.NotFound ? "no such file" : error.message,
    );
  });
  if (found.isFile) return found.size;
  throw refuse(twice, found.isDirectory ? "a folder" : found.isFifo ? "a pipe" : "a device or socket");
}

async function fileStream(path: string, refuse: Refuse): Promise<ReadableStream<Uint8Array>> {
  const file = await denoFor("read arrays").open(path).catch((error) => {
    throw refuse("must be a readable file", error.message);
  });
  return file.readable;
}

/** The first bytes of a stream, which is then closed. */
async function firstBytes(stream: ReadableStream<Uint8Array>, most = NPY_HEADER_BYTES): Promise<Uint8Array> {
  const bytes = new Uint8Array(most);
  let length = 0;
  for await (const chunk of stream) {
    const taken = chunk.subarray(0, most - length);
    bytes.set(taken, length);
    length += taken.length;
    if (length === most) break;
  }
  return bytes.subarray(0, length);
}

/** What follows the header, in a buffer of its own. */
async function elements(
  { name, stream }: Source,
  { start, size }: NpyHeader,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  // Minus what is still to come of the header.
  let at = -start;
  for await (const chunk of await stream()) {
    const part = chunk.subarray(Math.max(0, -at));
    if (at + chunk.length > size) break;
    if (part.length > 0) bytes.set(part, Math.max(0, at));
    at += chunk.length;
  }
  if (at !== size) {
    throw new DataError(`Cannot read ${name} as it must not change meanwhile: received another size`);
  }
  return bytes;
}

async function openZip(path: string) {
  // For those who read such files.
  const { default: yauzl } = await import("yauzl");
  return await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
}

/** One array of a `.npz` file, a zip archive with a `.npy` file for each. */
async function findMember(
  path: string,
  size: number,
  wanted: string | undefined,
  usual: string,
  refuse: Refuse,
): Promise<Source> {
  const damaged = (error: Error) => refuse("must be a whole .npz file", `${error.message} (${size} bytes)`);
  const entries = new Map<string, yauzl.Entry>();
  const zip = await openZip(path).catch((error) => {
    throw damaged(error);
  });
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.replace(/\.npy$/, "");
      if (entries.has(name)) throw new Error(`two arrays called ${name}`);
      entries.set(name, entry);
    }
  } catch (error) {
    throw damaged(error as Error);
  } finally {
    zip.close();
  }
  const names = [...entries.keys()];
  const name = wanted ?? (names.length === 1 ? names[0] : usual), entry = entries.get(name);
  if (entry === undefined) {
    const shown = names.slice(0, 10).join(", ") + (names.length > 10 ? ", …" : "");
    throw refuse(
      wanted === undefined
        ? `must hold one array, or one called ${usual}, or be followed by a name (as in ${path}:${names[0]})`
        : `must hold an array called ${wanted}`,
      names.length === 0 ? "none" : shown,
    );
  }
  return {
    name: `${path}:${name}`,
    size: entry.uncompressedSize,
    stream: () => memberStream(path, entry, damaged),
  };
}

/** The unpacked bytes of an archive's member, which fail at their end if they are not those that were packed. */
async function memberStream(
  path: string,
  entry: yauzl.Entry,
  damaged: (error: Error) => Error,
): Promise<ReadableStream<Uint8Array>> {
  const zip = await openZip(path), { crc32 } = builtinModule("node:zlib");
  let sum = 0;
  async function* checked() {
    try {
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        sum = crc32(chunk, sum);
        yield chunk as Uint8Array;
      }
      if (sum !== entry.crc32) {
        throw new Error(`${entry.fileName} has another checksum than when it was packed`);
      }
    } catch (error) {
      throw damaged(error as Error);
    } finally {
      zip.close();
    }
  }
  return ReadableStream.from(checked());
}
