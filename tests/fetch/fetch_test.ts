// The command: what it downloads, unpacks, leaves behind and says.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { loadCifar100, loadIdx } from "@hscl/hscl/data";
import { createHash } from "node:crypto";
import { fileName, sources } from "../../scripts/fetch/sources.ts";
import { gzipped, idxFile } from "../data/idx_file.ts";
import { zipFile } from "../data/zip_file.ts";
import { task } from "../process.ts";
import { FileServer } from "./server.ts";
import { tarGzFile } from "./tar_file.ts";

const text = (content: string) => new TextEncoder().encode(content);
const sumOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const record = new Uint8Array(3074);
const names = (count: number) => text(Array.from({ length: count }, (_, i) => `name ${i}`).join("\n"));
const members = [
  { name: "cifar-100-binary/", type: "5" },
  { name: "cifar-100-binary/train.bin", data: record },
  { name: "cifar-100-binary/test.bin", data: record },
  { name: "cifar-100-binary/fine_label_names.txt", data: names(100) },
  { name: "elsewhere.txt", data: text("left out") },
];

async function inFolder(check: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const list = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();

Deno.test("fetch downloads, checks and unpacks a data set, which can be read", () =>
  inFolder(async (folder) => {
    const archive = await tarGzFile(members), sha256 = sumOf(archive);
    await using server = new FileServer({ "cifar-100-binary.tar.gz": archive });
    const args = ["cifar100", "--data", folder, "--from", server.url, "--sha256", sha256];
    const { code, out, error } = await task("fetch", args);
    assertEquals([code, out], [0, `${folder}/cifar-100-binary\n`], error);
    assertStringIncludes(error, `next: deno task train --dataset cifar100 --data ${folder}/cifar-100-binary`);
    assertEquals(await list(folder), ["cifar-100-binary"]);
    assertEquals((await loadCifar100({ dataDir: folder })).train.count, 1);
    const again = await task("fetch", args);
    assertEquals(again.code, 2);
    assertMatch(again.error, /--data must hold no cifar-100-binary yet \(remove it first\)/);
  }));

Deno.test("fetch keeps nothing of a file with another sum, and nothing unpacked of a hostile archive", () =>
  inFolder(async (folder) => {
    const hostile = zipFile([{ name: "MUTAG/a", data: text("1") }, { name: "../out", data: text("2") }]);
    await using server = new FileServer({ "MUTAG.zip": hostile });
    const args = ["MUTAG", "--data", `${folder}/in`, "--from", server.url];
    const other = await task("fetch", args);
    assertEquals(other.code, 1);
    assertMatch(
      other.error,
      /fetch: Cannot download .*\/MUTAG\.zip as it must have 24550 bytes: received \d+\n$/,
    );
    const { code, error } = await task("fetch", [...args, "--sha256", sumOf(hostile)]);
    assertEquals(code, 1);
    assertMatch(
      error,
      /fetch: Cannot unpack .*MUTAG\.zip as .*: received invalid relative path: \.\.\/out\n$/,
    );
    assertEquals([await list(folder), await list(`${folder}/in`)], [["in"], ["MUTAG.zip"]]);
  }));

Deno.test("fetch puts files that are read as they are into one folder, and says the sum of what it knows none of", () =>
  inFolder(async (folder) => {
    const arrays = text("not really");
    await using server = new FileServer({ "pathmnist.npz": arrays });
    const { code, out, error } = await task("fetch", ["pathmnist", "--data", folder, "--from", server.url]);
    assertEquals([code, out], [0, `${folder}/medmnist\n`], error);
    assertStringIncludes(error, `no sum is known here; its SHA-256 is ${sumOf(arrays)}`);
    assertEquals(await list(`${folder}/medmnist`), ["pathmnist.npz"]);
  }));

Deno.test("fetch says what it cannot do in one line, before anything is asked for", () =>
  inFolder(async (folder) => {
    const cases: [string[], RegExp][] = [
      [["cifar"], /unknown data set "cifar".*expected cifar10, /],
      [[], /NAME is required/],
      [["mnist", "MUTAG"], /fetch takes one name: received mnist MUTAG/],
      [["mnist", "--sha256", "0".repeat(64)], /--sha256 goes with one file: received MNIST, of 4/],
      [["MUTAG", "--sha256", "abc"], /--sha256 must be 64 hexadecimal digits: received abc/],
      [["MUTAG", "--from", "nowhere"], /--from must be an address such as .*: received nowhere/],
    ];
    for (const [args, expected] of cases) {
      const { code, error } = await task("fetch", [...args, "--data", folder]);
      assertEquals(code, 2, error);
      assertMatch(error, expected);
      assertEquals(error.trim().split("\n").length, 1);
    }
    assertEquals(await list(folder), []);
  }));

Deno.test("fetch without a network says one line, and leaves nothing behind", () =>
  inFolder(async (folder) => {
    const server = new FileServer({}), { url } = server;
    await server[Symbol.asyncDispose]();
    const { code, out, error } = await task("fetch", ["mnist", "--data", `${folder}/in`, "--from", url]);
    assertEquals([code, out], [1, ""]);
    assertMatch(error, /^fetch: Cannot download \S+ as its server must answer: received .*\n$/);
    assertEquals(await list(folder), []);
  }));

Deno.test("every file of the table has an address, a name of its own in its folder, and a sum that looks like one", () => {
  for (const [name, { files, packed, mostUnpacked, folder }] of Object.entries(sources)) {
    const called = files.map(fileName);
    assertEquals(new Set(called).size, files.length, name);
    for (const file of called) assertMatch(file, /^[\w.-]+\.(gz|zip|npz)$/, name);
    for (const { url, sha256, bytes } of files) {
      assertMatch(url, /^https?:\/\//);
      if (sha256 !== undefined) assertMatch(sha256, /^[0-9a-f]{64}$/);
      if (packed === undefined || bytes === undefined) continue;
      assertEquals(mostUnpacked! > bytes && mostUnpacked! < 100_000 * bytes, true, name);
    }
    assertEquals(packed === undefined || files.length === 1, true);
    assertMatch(folder, /^[\w-]+$/);
  }
});

Deno.test("the four files of a data set such as MNIST, fetched from a mirror, can be read", () =>
  inFolder(async (folder) => {
    // Their sums are others here, so they are put where the command would put them.
    const files = Object.fromEntries(
      await Promise.all(
        ["train", "t10k"].flatMap((split) => [
          [`${split}-images-idx3-ubyte.gz`, idxFile([1, 2, 2], [1, 2, 3, 4])] as const,
          [`${split}-labels-idx1-ubyte.gz`, idxFile([1], [5])] as const,
        ]).map(async ([name, bytes]) => [name, await gzipped(bytes)] as const),
      ),
    );
    assertEquals(sources["fashion-mnist"].files.map(fileName).sort(), Object.keys(files).sort());
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${folder}/${name}`, bytes);
    assertEquals((await loadIdx({ dataDir: folder })).classes, ["5"]);
  }));
