// Setting up the native backend, from a package index on this machine that serves what a test wants it to.
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { download } from "../../scripts/native/download.ts";
import { addressOf } from "../../scripts/native/pypi.ts";
import { setupNative } from "../../scripts/native/setup.ts";
import { unzip } from "../../scripts/native/unzip.ts";
import { verify } from "../../scripts/native/verify.ts";
import { isWanted, type Wheel, wheelsOf } from "../../scripts/native/wheels.ts";
import { nativeTest } from "../backend/native_backend.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A zip archive of uncompressed files. */
function zip(files: Record<string, string>): Uint8Array<ArrayBuffer> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const parts: number[] = [], directory: number[] = [];
  const number = (value: number, bytes: number) =>
    Array.from({ length: bytes }, (_, i) => (value / 256 ** i) & 255);
  for (const [name, text] of Object.entries(files)) {
    const data = encode(text), offset = parts.length;
    const header = [
      ...number(20, 2),
      ...number(0, 8),
      ...number(crc32(data), 4),
      ...number(data.length, 4),
      ...number(data.length, 4),
      ...number(encode(name).length, 2),
      ...number(0, 2),
    ];
    parts.push(...number(0x04034b50, 4), ...header, ...encode(name), ...data);
    directory.push(
      ...number(0x02014b50, 4),
      ...number(20, 2),
      ...header,
      ...number(0, 10),
      ...number(offset, 4),
      ...encode(name),
    );
  }
  const count = Object.keys(files).length;
  const end = [
    ...number(count, 2),
    ...number(count, 2),
    ...number(directory.length, 4),
    ...number(parts.length, 4),
  ];
  return Uint8Array.from([...parts, ...directory, ...number(0x06054b50, 4), ...number(0, 4), ...end, 0, 0]);
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** What the server does with files. */
interface Behaviour {
  /** Ends every answer after this many bytes. */
  cutAfter?: number;
  ignoresRanges?: boolean;
}

/** A package index with one package, and what it was asked for. */
function serve(file: string, bytes: Uint8Array<ArrayBuffer>, behaviour: Behaviour = {}) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url), range = request.headers.get("Range");
    asked.push(range ? `${pathname} ${range}` : pathname);
    if (pathname === "/simple/parcel/") {
      return Response.json({ files: [{ filename: file, url: `../../files/${file}` }] });
    }
    if (pathname !== `/files/${file}`) return new Response("no", { status: 404 });
    const start = range && !behaviour.ignoresRanges ? Number(range.match(/\d+/)![0]) : 0;
    const body = bytes.subarray(start, behaviour.cutAfter && start + behaviour.cutAfter);
    return new Response(body, { status: start > 0 ? 206 : 200 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    behaviour,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A folder that is gone afterwards. */
async function temporary() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const content = Uint8Array.from({ length: 10_000 }, (_, i) => (i * i) & 255);

Deno.test("the pinned wheels are complete, and only what computes is taken from them", () => {
  for (const variant of ["cpu", "gpu"] as const) {
    for (const { package: name, file, bytes, sha256 } of wheelsOf(variant)) {
      assert(file.startsWith(`${name.replaceAll("-", "_")}-`) && file.endsWith("x86_64.whl"), file);
      assert(bytes > 1e6);
      assertMatch(sha256, /^[0-9a-f]{64}$/);
    }
  }
  assertEquals(
    ["tensorflow/libtensorflow_cc.so.2", "nvidia/cudnn/lib/libcudnn.so.9"].map(isWanted),
    [true, true],
  );
  assertEquals(
    ["tensorflow/python/x.so", "tensorflow/include/a.h", "../libtensorflow_cc.so.2"].map(isWanted),
    [false, false, false],
  );
});

Deno.test("a download is checked, and one that was interrupted is taken up where it ended", async () => {
  await using folder = await temporary();
  await using server = serve("a.whl", content, { cutAfter: 4000 });
  const path = join(folder.path, "a.whl");
  const file = { url: `${server.url}/files/a.whl`, path, bytes: content.length, sha256: sha256(content) };
  const seen: number[] = [];
  for (const end of [4000, 8000]) {
    await assertRejects(() => download(file, () => {}), Error, `ended after ${end} of 10000 bytes`);
    assertEquals(existsSync(path), false);
  }
  await download(file, (count) => seen.push(count));
  assertEquals(await Deno.readFile(path), content);
  assertEquals([seen[0], seen.at(-1)], [8000, 10_000]);
  assertEquals(server.asked, ["", " bytes=4000-", " bytes=8000-"].map((range) => `/files/a.whl${range}`));
  assertEquals(existsSync(`${path}.part`), false);
});

Deno.test("a server without ranges sends the whole file again", async () => {
  await using folder = await temporary();
  await using server = serve("a.whl", content, { ignoresRanges: true });
  const path = join(folder.path, "a.whl");
  await Deno.writeFile(`${path}.part`, content.subarray(0, 77));
  const file = { url: `${server.url}/files/a.whl`, path, bytes: content.length, sha256: sha256(content) };
  await download(file, () => {});
  assertEquals(await Deno.readFile(path), content);
});

Deno.test("a file that is not the one expected is refused and not kept", async () => {
  await using folder = await temporary();
  await using server = serve("a.whl", content);
  const path = join(folder.path, "a.whl"), wrong = "0".repeat(64);
  const file = { url: `${server.url}/files/a.whl`, path, bytes: content.length, sha256: wrong };
  await assertRejects(() => download(file, () => {}), Error, `instead of ${wrong}`);
  assertEquals([...Deno.readDirSync(folder.path)], []);
  await assertRejects(
    () => download({ ...file, url: `${server.url}/nothing` }, () => {}),
    Error,
    "it answers 404",
  );
});

Deno.test("an index that lacks the file, or cannot be reached, is named", async () => {
  await using server = serve("a.whl", content);
  const wheel: Wheel = { package: "parcel", file: "a.whl", bytes: 1, sha256: "" };
  assertEquals(await addressOf(wheel, `${server.url}/`), `${server.url}/files/a.whl`);
  await assertRejects(() => addressOf({ ...wheel, file: "b.whl" }, server.url), Error, "does not list b.whl");
  await assertRejects(() => addressOf({ ...wheel, package: "other" }, server.url), Error, "answers 404");
  await assertRejects(() => addressOf(wheel, "http://127.0.0.1:1"), Error, "is out of reach");
});

Deno.test("of an archive the wanted files are unpacked; a damaged one is refused", async () => {
  await using folder = await temporary();
  const archive = join(folder.path, "a.zip"), out = join(folder.path, "out");
  const bytes = zip({ "a/keep.txt": "kept", "a/drop.txt": "dropped", "b/keep.txt": "also kept" });
  await Deno.writeFile(archive, bytes);
  const unpacked = await unzip(archive, out, (name) => name.endsWith("keep.txt"));
  assertEquals(unpacked, { files: 2, bytes: 13 });
  assertEquals(await Deno.readTextFile(join(out, "b", "keep.txt")), "also kept");
  assertEquals(existsSync(join(out, "a", "drop.txt")), false);

  await Deno.writeFile(archive, bytes.subarray(0, 100));
  await assertRejects(() => unzip(archive, out, () => true), Error);
  await Deno.writeFile(archive, zip({ "../escaped.txt": "no" }));
  await assertRejects(() => unzip(archive, out, () => true), Error, "../escaped.txt");
  assertEquals(existsSync(join(folder.path, "escaped.txt")), false);
});

Deno.test({
  name: "what does not work is never put in place",
  ignore: Deno.build.os !== "linux" || Deno.build.arch !== "x86_64",
  async fn() {
    await using folder = await temporary();
    const bytes = zip({ "tensorflow/libtensorflow_cc.so.2": "not a library" });
    await using server = serve("a.whl", bytes);
    const said: string[] = [];
    const options = {
      variant: "cpu" as const,
      from: "auto" as const,
      root: folder.path,
      storage: `${server.url}/`,
      pypi: server.url,
      wheels: [{ package: "parcel", file: "a.whl", bytes: bytes.length, sha256: sha256(bytes) }],
      say: (line: string) => said.push(line),
    };
    await assertRejects(() => setupNative(options), Error, "as it must work here: received");
    assertMatch(said[0], /tfjs-node: .*answers 404/); // the package's own installer comes first
    assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), ["downloads", "lock"]);
    assertEquals((await verify(folder.path)).works, false);

    // Downloaded already: asked for once only.
    await assertRejects(() => setupNative(options), Error, "as it must work here");
    assertEquals(server.asked.filter((path) => path === "/files/a.whl").length, 1);
  },
});

async function task(args: string[], env: Record<string, string>) {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const [, ...command] = tasks["setup:native"].command.split(" ");
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: [...command, ...args],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
  }).output();
  return { code, out: new TextDecoder().decode(stdout), error: new TextDecoder().decode(stderr) };
}

Deno.test("where no source is at hand the task ends with 1 and the reason", async () => {
  await using folder = await temporary();
  const nowhere = "http://127.0.0.1:1/";
  const { code, out, error } = await task(
    ["--storage", nowhere, "--pypi", nowhere],
    { HSCL_NATIVE: folder.path },
  );
  assertEquals([code, out], [1, ""]);
  const lines = error.trim().split("\n");
  assert(lines.every((line) => line.startsWith("setup:native: ")), error);
  assertStringIncludes(lines[0], "127.0.0.1:1 is out of reach");
  assertStringIncludes(lines.at(-1)!, "127.0.0.1:1/simple/tensorflow-cpu/ is out of reach");
});

nativeTest("where it is installed the task tries it and downloads nothing", async () => {
  const nowhere = "http://127.0.0.1:1/";
  const { code, out, error } = await task(["--storage", nowhere, "--pypi", nowhere], {});
  assertEquals(code, 0, error);
  assertMatch(out, /^setup:native: the native backend works: TensorFlow \d/);
  assertEquals(error.trim().split("\n").length, 1, error);
});
