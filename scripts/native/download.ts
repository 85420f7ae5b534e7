import { createHash } from "node:crypto";

/** What to download and where to. */
export interface Download {
  url: string;
  /** Path of the finished file; `.part` is added until it is complete and right. */
  path: string;
  bytes: number;
  /** In hexadecimal. */
  sha256: string;
}

// Without a byte for this long the connection counts as lost.
const SECONDS_WITHOUT_DATA = 60;

/**
 * Downloads a file and checks its length and SHA-256. What an interrupted download has left is taken up again.
 *
 * @param onBytes told how many bytes are there, of which the first call counts those from before
 * @throws {Error} if the connection breaks, or what arrived is not the file
 */
export async function download(
  { url, path, bytes, sha256 }: Download,
  onBytes: (count: number) => void,
): Promise<void> {
  const partial = `${path}.part`;
  let start = await sizeOf(partial);
  if (start > bytes) {
    await Deno.remove(partial);
    start = 0;
  }
  onBytes(start);
  if (start < bytes) await fetchInto(partial, url, start, onBytes);

  const size = await sizeOf(partial), digest = await sha256Of(partial);
  if (size < bytes) throw new Error(`${url} ended after ${size} of ${bytes} bytes; run it again to go on`);
  if (digest !== sha256) {
    await Deno.remove(partial);
    throw new Error(`${url} is not the file expected: SHA-256 ${digest} instead of ${sha256}`);
  }
  await Deno.rename(partial, path);
}

async function fetchInto(
  path: string,
  url: string,
  start: number,
  onBytes: (count: number) => void,
): Promise<void> {
  const controller = new AbortController();
  const timer = idleTimer(() => controller.abort(new Error(`no data for ${SECONDS_WITHOUT_DATA} seconds`)));
  try {
    const headers: HeadersInit = start > 0 ? { Range: `bytes=${start}-` } : {};
    const response = await fetch(url, { headers, signal: controller.signal });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`it answers ${response.status} ${response.statusText}`);
    }
    // A server that knows no ranges sends all of it again.
    const resumes = response.status === 206;
    let count = resumes ? start : 0;
    using file = await Deno.open(path, { create: true, write: true, append: resumes, truncate: !resumes });
    for await (const chunk of response.body) {
      for (let written = 0; written < chunk.length;) written += await file.write(chunk.subarray(written));
      count += chunk.length;
      onBytes(count);
      timer.restart();
    }
  } catch (error) {
    throw new Error(`Cannot download ${url}: ${(error as Error).message}`);
  } finally {
    timer.stop();
  }
}

function idleTimer(onIdle: () => void): { restart(): void; stop(): void } {
  const start = () => setTimeout(onIdle, 1000 * SECONDS_WITHOUT_DATA);
  let id = start();
  return {
    restart() {
      clearTimeout(id);
      id = start();
    },
    stop: () => clearTimeout(id),
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}
