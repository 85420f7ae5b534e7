import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Random } from "@hscl/hscl";
import { download, type DownloadOptions } from "../../scripts/fetch/download.ts";
import type { RemoteFile } from "../../scripts/fetch/sources.ts";
import { type Behaviour, FileServer } from "./server.ts";

const random = new Random(0).child("download");
const content = Uint8Array.from({ length: 100_000 }, () => random.integer(256));
const sha256 = Array.from(
  new Uint8Array(await crypto.subtle.digest("SHA-256", content)),
  (byte) => byte.toString(16).padStart(2, "0"),
).join("");

interface Tried {
  /** The file, or what went wrong. */
  result: Uint8Array | string;
  /** What is left of the part. */
  part?: Uint8Array;
  ranges: (string | null)[];
  retries: string[];
}

/** Downloads the file from a server that behaves so, with a part that may be there already. */
async function attempt(
  behaviours: readonly Behaviour[],
  { part, known = { bytes: content.length, sha256 }, options = {}, path = "file" }: {
    part?: Uint8Array;
    known?: Partial<RemoteFile>;
    options?: Partial<DownloadOptions>;
    path?: string;
  } = {},
): Promise<Tried> {
  await using server = new FileServer({ file: content }, behaviours);
  const folder = await Deno.makeTempDir(), target = `${folder}/it`, retries: string[] = [];
  try {
    if (part) await Deno.writeFile(`${target}.part`, part);
    const result = await download({ url: `${server.url}/${path}`, ...known }, target, {
      signal: new AbortController().signal,
      onRetry: (reason) => retries.push(reason),
      waitMilliseconds: 1,
      attempts: 3,
      ...options,
    }).then((sum) => {
      assertEquals(sum, sha256);
      return Deno.readFile(target);
    }, (error: Error) => error.message.replaceAll(server.url, "URL"));
    const left = await Deno.readFile(`${target}.part`).catch(() => undefined);
    return { result, part: left, ranges: server.asked.map(({ range }) => range), retries };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a file arrives whole, and its part is gone", async () => {
  const { result, part, ranges } = await attempt([{}]);
  assertEquals(result, content);
  assertEquals([part, ranges], [undefined, [null]]);
});

Deno.test("a download that was cut goes on from there, by itself and from what an earlier one left", async () => {
  const cut = await attempt([{ cutAfter: 30_000 }, { cutAfter: 20_000 }, {}]);
  assertEquals(cut.result, content);
  assertEquals(cut.ranges, [null, "bytes=30000-", "bytes=50000-"]);
  assertEquals(cut.retries.length, 2);
  const left = await attempt([{}], { part: content.subarray(0, 70_000) });
  assertEquals(left.result, content);
  assertEquals(left.ranges, ["bytes=70000-"]);
  // Whole already, but for its name.
  assertEquals((await attempt([{}], { part: content })).ranges, []);
  const unknown = await attempt([{}], { part: content, known: { sha256 } });
  assertEquals([unknown.result, unknown.ranges], [content, ["bytes=100000-"]]);
});

Deno.test("a server without ranges sends all of it again, which replaces what was there", async () => {
  const { result, ranges } = await attempt([{ withoutRanges: true }], { part: new Uint8Array(70_000) });
  assertEquals(result, content);
  assertEquals(ranges, ["bytes=70000-"]);
});

Deno.test("a part of more than the file is dropped", async () => {
  const { result, ranges } = await attempt([{}], { part: new Uint8Array(100_001) });
  assertEquals([result, ranges], [content, [null]]);
});

Deno.test("a part of something else has another sum and is dropped", async () => {
  const { result, part } = await attempt([{}], { part: new Uint8Array(70_000) });
  assertMatch(
    String(result),
    new RegExp(
      `^Cannot use URL/file as it must have the SHA-256 ${sha256} and 100000 bytes: received [0-9a-f]{64} and 100000 bytes$`,
    ),
  );
  assertEquals(part, undefined);
});

Deno.test("another sum, another length and no file are said with the address", async () => {
  const other = "0".repeat(64);
  const cases: [Behaviour, Partial<RemoteFile>, RegExp][] = [
    [
      {},
      { sha256: other },
      new RegExp(
        `^Cannot use URL/file as it must have the SHA-256 ${other}: received ${sha256} and 100000 bytes$`,
      ),
    ],
    [
      {},
      { bytes: 99_999, sha256 },
      /^Cannot download URL\/file as it must have 99999 bytes: received 100000$/,
    ],
    [
      { withoutLength: true },
      { bytes: 99_999, sha256 },
      /^Cannot download URL\/file as it must have 99999 bytes: received more$/,
    ],
    [{ status: 404 }, {}, /^Cannot download URL\/file as it must be there: received 404 Not Found$/],
    [{ status: 403 }, {}, /^Cannot download URL\/file as it must be there: received 403 Forbidden$/],
  ];
  for (const [behaviour, known, expected] of cases) {
    const { result, retries } = await attempt([behaviour], { known });
    assertMatch(String(result), expected);
    assertEquals(retries, []);
  }
});

Deno.test("a part that begins elsewhere is refused, and what was there stays", async () => {
  const { result, part } = await attempt([{ partFrom: 5 }], { part: content.subarray(0, 10) });
  assertEquals(
    result,
    "Cannot download URL/file as its part must begin at byte 10: received bytes 5-99999/100000",
  );
  assertEquals(part, content.subarray(0, 10));
});

Deno.test("what fails again and again ends with one line, and keeps what has arrived", async () => {
  const failing = await attempt([{ cutAfter: 40_000 }, { status: 503 }]);
  assertMatch(
    String(failing.result),
    /^Cannot download URL\/file as the connection must last: received 503 Service Unavailable, 3 times; the same command goes on from there$/,
  );
  assertEquals(failing.part, content.subarray(0, 40_000));
  const stalled = await attempt([{ stallAfter: 1000 }, {}], { options: { stallMilliseconds: 200 } });
  assertEquals(stalled.result, content);
  assertEquals(stalled.retries, ["nothing for a while"]);
});

Deno.test("a download that is given up keeps what has arrived", async () => {
  const controller = new AbortController();
  const options = { signal: controller.signal, onProgress: () => controller.abort(new Error("enough")) };
  const { result, part } = await attempt([{ stallAfter: 1000 }], { options });
  assertEquals(result, "enough");
  assert(part !== undefined && part.length <= 1000);
});

Deno.test("a file that is there is checked and not downloaded again", async () => {
  await using server = new FileServer({ file: content });
  const folder = await Deno.makeTempDir(), path = `${folder}/it`, { signal } = new AbortController();
  await Deno.writeFile(path, content);
  const file = { url: `${server.url}/file`, bytes: content.length, sha256 };
  assertEquals(await download(file, path, { signal }), sha256);
  await Deno.writeFile(path, content.subarray(1));
  const { message } = await assertRejects(() => download(file, path, { signal }), Error);
  assertMatch(
    message,
    new RegExp(
      `^Cannot use ${path} as it must have .* \\(remove it, or give another folder\\): received .* and 99999 bytes$`,
    ),
  );
  assertEquals(server.asked, []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("an address without a server is an error of one line at once, and leaves no folder", async () => {
  const server = new FileServer({}), { url } = server;
  await server[Symbol.asyncDispose]();
  const folder = await Deno.makeTempDir(), retries: string[] = [];
  const options = {
    signal: new AbortController().signal,
    onRetry: (reason: string) => retries.push(reason),
    waitMilliseconds: 1,
  };
  const { message } = await assertRejects(
    () => download({ url: `${url}/file` }, `${folder}/new/it`, options),
    Error,
  );
  assertMatch(message, new RegExp(`^Cannot download ${url}/file as its server must answer: received .*$`));
  assertEquals([message.includes("\n"), message.split(url).length - 1, retries], [false, 1, []]);
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder, { recursive: true });
});
