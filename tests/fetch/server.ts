/** How a server treats the requests for a file; each is answered as the next of these says, the last one again and again. */
export interface Behaviour {
  /** Bytes after which the connection ends, though more were announced. */
  cutAfter?: number;
  /** Whether it takes no notice of `Range`. */
  withoutRanges?: boolean;
  /** Answers with this status and nothing else. */
  status?: number;
  /** Where a part begins, if elsewhere than was asked for. */
  partFrom?: number;
  /** Sends no length. */
  withoutLength?: boolean;
  /** Sends a few bytes and then nothing for ever. */
  stallAfter?: number;
}

/** What was asked for. */
export interface Asked {
  path: string;
  range: string | null;
}

/** A server on 127.0.0.1 with files by their paths. */
export class FileServer implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #stalled = new AbortController();

  constructor(files: Readonly<Record<string, Uint8Array>>, behaviours: readonly Behaviour[] = [{}]) {
    const handle = (request: Request): Response => {
      const path = new URL(request.url).pathname.slice(1), range = request.headers.get("range");
      const behaviour = behaviours[Math.min(this.asked.length, behaviours.length - 1)];
      this.asked.push({ path, range });
      return answer(files[path], range, behaviour, this.#stalled.signal);
    };
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
      onError: () => new Response(null, { status: 500 }),
    }, handle);
  }

  /** Where it is. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stalled.abort();
    await this.#server.shutdown();
  }
}

function answer(
  file: Uint8Array | undefined,
  range: string | null,
  { cutAfter, withoutRanges, status, partFrom, withoutLength, stallAfter }: Behaviour,
  ended: AbortSignal,
): Response {
  if (status !== undefined) return new Response("an error page", { status });
  if (file === undefined) return new Response("an error page", { status: 404 });
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0), isPart = from > 0 && !withoutRanges;
  if (isPart && from >= file.length) {
    return new Response(null, { status: 416, headers: { "content-range": `bytes */${file.length}` } });
  }
  const start = isPart ? partFrom ?? from : 0, rest = file.subarray(start);
  const sent = rest.subarray(0, cutAfter ?? stallAfter ?? rest.length);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(sent as Uint8Array<ArrayBuffer>);
      if (stallAfter !== undefined) {
        await new Promise((resolve) => ended.addEventListener("abort", resolve, { once: true }));
        return controller.close();
      }
      // An error breaks the connection off where a shorter body would be an answer of its own.
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (cutAfter === undefined || cutAfter >= rest.length) controller.close();
      else controller.error(new Error("cut"));
    },
  });
  const headers = new Headers(withoutLength ? {} : { "content-length": String(rest.length) });
  if (isPart) headers.set("content-range", `bytes ${start}-${file.length - 1}/${file.length}`);
  return new Response(body, { status: isPart ? 206 : 200, headers });
}
