import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";

/** What an archive may bring. */
export interface Limits {
  /** Most bytes of all files together. */
  mostBytes: number;
  /** Gives up. */
  signal: AbortSignal;
}

// Eight times what Tiny ImageNet has.
const MOST_MEMBERS = 1_000_000;

/** A file or folder of an archive. */
interface Member {
  name: string;
  /** What it is, for messages if it is neither. */
  kind: "file" | "folder" | (string & Record<never, never>);
  /** As the archive says. */
  size: number;
  open(): Promise<AsyncIterable<Uint8Array>> | AsyncIterable<Uint8Array>;
}

/** Refuses an archive. */
type Refuse = (requirement: string, received: string) => Error;

const refuser = (path: string): Refuse => (requirement, received) =>
  new Error(`Cannot unpack ${path} as ${requirement}: received ${received}`);

/**
 * Unpacks an archive into a folder that is empty. It may have files and folders only, each at a place in the folder: no links, no devices,
 * no path that leads out.
 *
 * @throws {Error} if it holds anything else, more than it may, or is damaged; what has been unpacked by then is left
 */
export async function unpack(
  path: string,
  packed: "tar.gz" | "zip",
  folder: string,
  limits: Limits,
): Promise<void> {
  const refuse = refuser(path), written = { bytes: 0, members: 0 };
  const members = packed === "zip" ? zipMembers(path, limits, refuse) : tarMembers(path, refuse);
  for await (const member of members) {
    limits.signal.throwIfAborted();
    if (++written.members > MOST_MEMBERS) {
      throw refuse(`it must have at most ${MOST_MEMBERS} members`, "more");
    }
    await writeMember(member, folder, written, limits, refuse);
  }
  if (written.members === 0) throw refuse("it must have members", "none");
}

async function writeMember(
  member: Member,
  folder: string,
  written: { bytes: number },
  { mostBytes }: Limits,
  refuse: Refuse,
): Promise<void> {
  const { name, kind, size, open } = member, place = safePlace(name, refuse);
  if (kind !== "file" && kind !== "folder") {
    throw refuse("it must hold files and folders only", `${kind} ${shown(name)}`);
  }
  if (place === "") return;
  const target = join(folder, place);
  await Deno.mkdir(kind === "folder" ? target : dirname(target), { recursive: true }).catch((error) => {
    throw refuse("each folder must be a new or known one", `${shown(name)} (${error.message})`);
  });
  if (kind === "folder") return;
  const tooMuch = () => refuse(`its files must have at most ${mostBytes} bytes`, `more at ${shown(name)}`);
  if (written.bytes + size > mostBytes) throw tooMuch();
  const file = await Deno.open(target, { write: true, createNew: true }).catch((error) => {
    throw refuse(
      "each member must be a new file",
      error instanceof Deno.errors.AlreadyExists ? `${shown(name)} again` : error.message,
    );
  });
  let length = 0;
  try {
    for await (const chunk of await open()) {
      length += chunk.length;
      written.bytes += chunk.length;
      if (written.bytes > mostBytes) throw tooMuch();
      for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
    }
  } finally {
    file.close();
  }
  if (length !== size) throw refuse(`${shown(name)} must have ${size} bytes`, `${length}`);
}

/** A path in the folder, without what leads out of it or means something else somewhere. */
function safePlace(name: string, refuse: Refuse): string {
  const parts = name.replace(/\/+$/, "").split("/").filter((part, i) => part !== "." || i > 0);
  const isSafe = parts.every((part) =>
    part !== "" && part !== "." && part !== ".." && !/[\\:\p{Cc}]/u.test(part) && part.length < 256
  );
  if (isSafe && name.length < 4096) return parts.join("/");
  if (/^(\.\/+)*\.?\/*$/.test(name)) return "";
  throw refuse("each member must stay in its folder", shown(name));
}

const shown = (name: string) => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);

async function* tarMembers(path: string, refuse: Refuse): AsyncGenerator<Member> {
  const { createTarDecoder } = await import("modern-tar");
  const damaged = (error: unknown) => refuse("it must be a whole .tar.gz archive", (error as Error).message);
  const stream = (await Deno.open(path)).readable.pipeThrough(new DecompressionStream("gzip"))
    .pipeThrough(createTarDecoder({ strict: true }));
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => {
        throw damaged(error);
      });
      if (done) return;
      const { header: { name, size, type = "file" }, body } = value;
      const kind = type === "directory" ? "folder" : type === "file" && name.endsWith("/") ? "folder" : type;
      yield { name, kind, size, open: () => chunksOf(body, damaged) };
      // What nobody read stands before the next member.
      if (!body.locked) await body.cancel();
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  damaged: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw damaged(error);
    });
    if (done) return;
    yield value;
  }
}

/** Of a file in a zip archive, as Unix counts: the upper half of its external attributes. */
const FORMAT_BITS = 0o170000, FOLDER = 0o040000, FILE = 0o100000, LINK = 0o120000;

async function* zipMembers(path: string, { mostBytes }: Limits, refuse: Refuse): AsyncGenerator<Member> {
  const { default: yauzl } = await import("yauzl");
  const damaged = (error: unknown) =>
    refuse("it must be a whole .zip archive whose members stay in its folder", (error as Error).message);
  const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false }).catch((error) => {
    throw damaged(error);
  });
  try {
    const members: Member[] = [];
    let bytes = 0;
    try {
      for await (const entry of zip.eachEntry()) {
        const { fileName: name, uncompressedSize: size, externalFileAttributes } = entry;
        const format = externalFileAttributes >>> 16 & FORMAT_BITS;
        const kind = format === LINK
          ? "symlink"
          : format !== 0 && format !== FILE && format !== FOLDER
          ? "device"
          : name.endsWith("/")
          ? "folder"
          : "file";
        bytes += size;
        if (members.length >= MOST_MEMBERS) break;
        members.push({
          name,
          kind,
          size,
          open: async () => checkedChunks(await zip.openReadStreamPromise(entry), entry.crc32),
        });
      }
    } catch (error) {
      throw damaged(error);
    }
    // Before anything is written.
    if (bytes > mostBytes) throw refuse(`its files must have at most ${mostBytes} bytes`, `${bytes}`);
    for (const member of members) {
      yield {
        ...member,
        open: async () => {
          try {
            return relayed(await member.open(), damaged);
          } catch (error) {
            throw damaged(error);
          }
        },
      };
    }
  } finally {
    zip.close();
  }
}

async function* checkedChunks(
  chunks: AsyncIterable<Uint8Array>,
  expected: number,
): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const chunk of chunks) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== expected) throw new Error("a member has another checksum than when it was packed");
}

/** The chunks; what fails while they are read is the archive's fault. */
async function* relayed(
  chunks: AsyncIterable<Uint8Array>,
  damaged: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await iterator.next().catch((error) => {
      throw damaged(error);
    });
    if (done) return;
    yield value;
  }
}
