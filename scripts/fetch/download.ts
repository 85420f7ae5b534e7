import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { RemoteFile } from "./sources.ts";

/** How a file is downloaded. */
export interface DownloadOptions {
  /** Gives up; what has arrived is kept. */
  signal: AbortSignal;
  /** Told how many bytes are there, of how many if that is known. */
  onProgress?: (bytes: number, total: number | undefined) => void;
  /** Told that it tries again, and why. */
  onRetry?: (reason: string) => void;
  /** How often in a row it may fail without a byte more; 5 by default. */
  attempts?: number;
  /** How long it waits before it tries again; 2000 by default, twice as long each time. */
  waitMilliseconds?: number;
  /** After how long without a byte the connection counts as lost; 60,000 by default. */
  stallMilliseconds?: number;
}

// More than any data set of the table has.
const MOST_BYTES = 8 * 2 ** 30;

/** A failure that another try may mend. */
class Interruption extends Error {}

/** No answer came at all, as without a network. */
class NoAnswer extends Interruption {}

/**
 * Downloads a file, unless it is there. What arrives goes to `<path>.part`, from where a later call goes on; the file is at its path
 * only once it is whole and has the right sum. Its folder is made when the first bytes arrive.
 *
 * @returns its SHA-256
 * @throws {Error} if no server answers, it has no such file, the connection is lost again and again, or length or sum are others
 */
export async function download(
  file: RemoteFile,
  path: string,
  { signal, onProgress, onRetry, attempts = 5, waitMilliseconds = 2000, stallMilliseconds = 60_000 }:
    DownloadOptions,
): Promise<string> {
  const { url, bytes: total } = file, part = `${path}.part`;
  if (await sizeOf(path) !== undefined) {
    return await checkedSum(file, path, "remove it, or give another folder");
  }
  for (let failures = 0, before = -1;;) {
    signal.throwIfAborted();
    const start = await sizeOf(part) ?? 0, isFirst = before < 0;
    if (total !== undefined && start === total) break;
    if (start > before) failures = 0;
    before = start;
    try {
      await receive(file, part, start, { signal, onProgress, stallMilliseconds });
      break;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Interruption)) throw error;
      // There is nothing yet to be patient about.
      if (isFirst && error instanceof NoAnswer) {
        throw new Error(`Cannot download ${url} as its server must answer: received ${error.message}`);
      }
      if (++failures >= attempts) {
        throw new Error(
          `Cannot download ${url} as the connection must last: received ${error.message}, ${attempts} times; ` +
            "the same command goes on from there",
        );
      }
      onRetry?.(error.message);
      await pause(waitMilliseconds * 2 ** (failures - 1), signal);
    }
  }
  const sum = await checkedSum(file, part, undefined);
  await Deno.rename(part, path);
  return sum;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** One request, which goes on behind what is there. */
async function receive(
  { url, bytes: total }: RemoteFile,
  part: string,
  start: number,
  { signal, onProgress, stallMilliseconds }:
    & Pick<DownloadOptions, "signal" | "onProgress">
    & { stallMilliseconds: number },
): Promise<void> {
  if (total !== undefined && start > total) {
    await Deno.remove(part);
    throw new Interruption(`more than ${total} bytes, which are dropped`);
  }
  const stall = new AbortController(), either = AbortSignal.any([signal, stall.signal]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(new Error("nothing for a while")), stallMilliseconds);
  };
  alive();
  try {
    // Bytes as they are: what the server packs on the way would have another length and sum.
    const headers = { "accept-encoding": "identity", ...(start > 0 ? { range: `bytes=${start}-` } : {}) };
    const response = await fetch(url, { headers, signal: either }).catch((error) => {
      throw new NoAnswer(reasonOf(error));
    });
    try {
      const from = await startOf(response, url, part, start);
      if (from === undefined) return;
      const length = Number(response.headers.get("content-length") ?? NaN);
      const announced = Number.isNaN(length) ? total : from + length;
      if (total !== undefined && announced !== total) {
        throw new Error(`Cannot download ${url} as it must have ${total} bytes: received ${announced}`);
      }
      await append(response, part, from, announced, (bytes) => {
        alive();
        if (bytes > (announced ?? MOST_BYTES)) {
          throw new Error(
            `Cannot download ${url} as it must have ${
              announced === undefined ? `at most ${MOST_BYTES}` : announced
            } bytes: received more`,
          );
        }
        onProgress?.(bytes, announced);
      });
    } finally {
      await response.body?.cancel().catch(() => {});
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Where the bytes of an answer belong; nowhere if all are there. */
async function startOf(
  response: Response,
  url: string,
  part: string,
  start: number,
): Promise<number | undefined> {
  const { status, statusText, headers } = response;
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") {
    throw new Error(`Cannot download ${url} as it must come as it is: received it packed by ${encoding}`);
  }
  if (status === 200) return 0;
  if (status === 206) {
    const range = headers.get("content-range") ?? "none";
    if (Number(/^bytes (\d+)-/.exec(range)?.[1] ?? NaN) === start) return start;
    throw new Error(`Cannot download ${url} as its part must begin at byte ${start}: received ${range}`);
  }
  if (status === 416) {
    if (headers.get("content-range") === `bytes */${start}`) return undefined;
    // Another file than the one that was begun.
    await Deno.remove(part);
    throw new Interruption("no part behind what was there, which is dropped");
  }
  const received = `${status} ${statusText}`.trim();
  if (status === 429 || status >= 500) throw new Interruption(received);
  throw new Error(`Cannot download ${url} as it must be there: received ${received}`);
}

async function append(
  response: Response,
  part: string,
  from: number,
  expected: number | undefined,
  onBytes: (bytes: number) => void,
): Promise<void> {
  await Deno.mkdir(dirname(part), { recursive: true });
  using file = await Deno.open(part, { write: true, create: true });
  await file.truncate(from);
  await file.seek(from, Deno.SeekMode.Start);
  let bytes = from;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = await reader?.read().catch((error) => {
      throw new Interruption(reasonOf(error));
    }) ?? { done: true, value: undefined };
    if (done || value === undefined) break;
    bytes += value.length;
    onBytes(bytes);
    for (let written = 0; written < value.length;) written += await file.write(value.subarray(written));
  }
  if (expected !== undefined && bytes < expected) {
    throw new Interruption(`${bytes} of ${expected} bytes`);
  }
}

/** Why a request failed, without the address, which is said beside. */
function reasonOf(error: Error): string {
  const { message } = error.cause instanceof Error ? error.cause : error;
  return message.replace(/^error sending request for url \(\S*\): /, "").replaceAll(/\s+/g, " ").slice(
    0,
    200,
  );
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

/** The SHA-256 of a file, which must be the known one; what was downloaded now and is something else is removed. */
async function checkedSum(
  { url, bytes, sha256 }: RemoteFile,
  path: string,
  remedy: string | undefined,
): Promise<string> {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of (await Deno.open(path)).readable) {
    hash.update(chunk);
    length += chunk.length;
  }
  const found = hash.digest("hex");
  if (found === (sha256 ?? found) && length === (bytes ?? length)) return found;
  if (remedy === undefined) await Deno.remove(path);
  const expected = [...(sha256 ? [`the SHA-256 ${sha256}`] : []), ...(bytes ? [`${bytes} bytes`] : [])];
  throw new Error(
    `Cannot use ${remedy === undefined ? url : path} as it must have ${expected.join(" and ")}${
      remedy === undefined ? "" : ` (${remedy})`
    }: received ${found} and ${length} bytes`,
  );
}
