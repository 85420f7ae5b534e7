// Archives, whole and hostile: nothing is written outside the folder, whatever an archive says.
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { unpack } from "../../scripts/fetch/unpack.ts";
import { builtinModule } from "../../lib/core/platform.ts";
import { gzipped } from "../data/idx_file.ts";
import { zipFile, type ZipMember } from "../data/zip_file.ts";
import { tarFile, tarGzFile, type TarMember } from "./tar_file.ts";

const text = (content: string) => new TextEncoder().encode(content);
const long = `set/${"deep/".repeat(30)}file.txt`;

/** All files below a folder, and what is in them. */
async function filesBelow(folder: string, start = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(folder)) {
    if (isSymlink) found[start + name] = "a link";
    else if (isDirectory) {
      found[`${start}${name}/`] = "";
      Object.assign(found, await filesBelow(`${folder}/${name}`, `${start}${name}/`));
    } else found[start + name] = await Deno.readTextFile(`${folder}/${name}`);
  }
  return found;
}

/** Unpacks an archive into a folder in a folder of its own, all of which is returned, and what went wrong. */
async function tried(
  bytes: Uint8Array,
  packed: "tar.gz" | "zip",
  mostBytes = 10_000,
): Promise<{ found: Record<string, string>; message?: string }> {
  const work = await Deno.makeTempDir(), archive = `${work}/archive`, folder = `${work}/in/here`;
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeFile(archive, bytes);
    const message = await unpack(archive, packed, folder, { mostBytes, signal: new AbortController().signal })
      .then(() => undefined, (error: Error) => error.message.replaceAll(archive, "ARCHIVE"));
    await Deno.remove(archive);
    return { found: await filesBelow(work), message };
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

const inHere = (files: Record<string, string>) => ({
  "in/": "",
  "in/here/": "",
  ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`in/here/${name}`, content])),
});

Deno.test("a tar archive: files, folders, long names, nothing else", async () => {
  const members: TarMember[] = [
    { name: "./", type: "5" },
    { name: "./set/", type: "5" },
    { name: "set/a.txt", data: text("one") },
    { name: "set/inner/b.bin", data: text("x".repeat(1500)) },
    { name: "set/empty", data: new Uint8Array() },
    { name: "././@LongLink", type: "L", data: text(`${long}\0`) },
    { name: long.slice(0, 100), data: text("deep") },
  ];
  const { found, message } = await tried(await tarGzFile(members), "tar.gz");
  assertEquals(message, undefined);
  const files = Object.fromEntries(Object.entries(found).filter(([name]) => !name.endsWith("/")));
  assertEquals(files, {
    "in/here/set/a.txt": "one",
    "in/here/set/inner/b.bin": "x".repeat(1500),
    "in/here/set/empty": "",
    [`in/here/${long}`]: "deep",
  });
});

Deno.test("a zip archive: stored and deflated files, folders", async () => {
  const { deflateRawSync } = builtinModule("node:zlib"), content = text("x".repeat(1500));
  const members: ZipMember[] = [
    { name: "set/", data: new Uint8Array() },
    { name: "set/a.txt", data: text("one"), attributes: 0o100644 * 2 ** 16 },
    {
      name: "set/inner/b.bin",
      data: deflateRawSync(content),
      method: 8,
      size: 1500,
      crc: builtinModule("node:zlib").crc32(content),
    },
  ];
  const { found, message } = await tried(zipFile(members), "zip");
  assertEquals(message, undefined);
  assertEquals(
    found,
    inHere({ "set/": "", "set/a.txt": "one", "set/inner/": "", "set/inner/b.bin": "x".repeat(1500) }),
  );
});

const outside = [
  "../out.txt",
  "set/../../out.txt",
  "/tmp/out.txt",
  "set/./out.txt",
  "set//out.txt",
  "..",
  "set\\..\\out.txt",
  "c:out.txt",
  "set/\u0007bell",
  `set/${"a".repeat(300)}`,
];

Deno.test("no member of an archive leaves its folder, or has a name that means something else elsewhere", async () => {
  for (const name of outside) {
    const tar = name.length > 100
      ? [{ name: "././@LongLink", type: "L", data: text(name) }, {
        name: name.slice(0, 100),
        data: text("bad"),
      }]
      : [{ name, data: text("bad") }];
    for (
      const [bytes, packed] of [[await tarGzFile(tar), "tar.gz"], [
        zipFile([{ name, data: text("bad") }]),
        "zip",
      ]] as const
    ) {
      const { found, message } = await tried(bytes, packed);
      // What a zip archive's names say with backslashes, its readers take for folders.
      assertMatch(
        `${message} ${packed} ${name}`,
        /^Cannot unpack ARCHIVE as .*(stay in (its|their) folder).*: received /,
      );
      assertEquals(found, inHere({}), `${packed} ${name}`);
    }
  }
});

Deno.test("links and devices are refused, and nothing is written through them", async () => {
  const cases: [TarMember[], RegExp][] = [
    [
      [{ name: "set", type: "2", link: "/tmp" }, { name: "set/out.txt", data: text("bad") }],
      /received symlink "set"$/,
    ],
    [[{ name: "set", type: "2", link: "../.." }], /received symlink "set"$/],
    [[{ name: "passwd", type: "1", link: "/etc/passwd" }], /received link "passwd"$/],
    [[{ name: "null", type: "3" }], /received character-device "null"$/],
    [[{ name: "pipe", type: "6" }], /received fifo "pipe"$/],
  ];
  for (const [members, expected] of cases) {
    const { found, message } = await tried(await tarGzFile(members), "tar.gz");
    assertMatch(String(message), /^Cannot unpack ARCHIVE as it must hold files and folders only: /);
    assertMatch(String(message), expected);
    assertEquals(found, inHere({}));
  }
  for (const [format, kind] of [[0o120777, "symlink"], [0o020666, "device"], [0o010666, "device"]] as const) {
    const member = { name: "set", data: text("/tmp"), attributes: format * 2 ** 16 };
    const { found, message } = await tried(zipFile([member]), "zip");
    assertEquals(
      message,
      `Cannot unpack ARCHIVE as it must hold files and folders only: received ${kind} "set"`,
    );
    assertEquals(found, inHere({}));
  }
});

Deno.test("an archive brings no more than it may, and no file twice", async () => {
  const large = text("x".repeat(6000));
  const tars: [TarMember[], RegExp][] = [
    [[{ name: "a", data: large }, { name: "b", data: large }], /at most 10000 bytes: received more at "b"$/],
    [[{ name: "a", data: large, size: 2 ** 33 - 1 }], /at most 10000 bytes: received more at "a"$/],
    [
      [{ name: "a", data: text("1") }, { name: "a", data: text("2") }],
      /each member must be a new file: received "a" again$/,
    ],
    [
      [{ name: "a", data: text("1") }, { name: "a/b", data: text("2") }],
      /each folder must be a new or known one: received "a\/b" \(/,
    ],
    [[], /it must have members: received none$/],
  ];
  for (const [members, expected] of tars) {
    assertMatch(String((await tried(await tarGzFile(members), "tar.gz")).message), expected);
  }
  const { deflateRawSync, crc32 } = builtinModule("node:zlib"), zeros = new Uint8Array(50_000_000);
  const bomb: ZipMember = {
    name: "a",
    data: deflateRawSync(zeros),
    method: 8,
    size: zeros.length,
    crc: crc32(zeros),
  };
  const zips: [ZipMember[], RegExp][] = [
    [[{ name: "a", data: large }, { name: "b", data: large }], /at most 10000 bytes: received 12000$/],
    [[bomb], /at most 10000 bytes: received 50000000$/],
    [[{ ...bomb, size: 100 }], /must be a whole \.zip archive .*: received .*too many bytes/],
    [
      [{ name: "a", data: text("1") }, { name: "a", data: text("2") }],
      /each member must be a new file: received "a" again$/,
    ],
    [[{ name: "a", data: text("1"), crc: 7 }], /another checksum than when it was packed$/],
    [
      [{ name: "a", data: text("1"), method: 99 }],
      /must be a whole \.zip archive .*: received unsupported compression method: 99$/,
    ],
    [[], /it must have members: received none$/],
  ];
  for (const [members, expected] of zips) {
    assertMatch(String((await tried(zipFile(members), "zip")).message), expected);
  }
});

Deno.test("damaged archives and other files are refused in one line", async () => {
  const tar = tarFile([{ name: "a", data: text("x".repeat(3000)) }]), packed = await gzipped(tar);
  const zip = zipFile([{ name: "a", data: text("x".repeat(3000)) }]);
  const cases: [Uint8Array, "tar.gz" | "zip"][] = [
    [packed.subarray(0, packed.length - 10), "tar.gz"],
    [await gzipped(tar.subarray(0, 2000)), "tar.gz"],
    [await gzipped(tar.subarray(0, 700)), "tar.gz"],
    [await tarGzFile([{ name: "a", data: text("b"), broken: true }]), "tar.gz"],
    [await gzipped(text("<html>".repeat(500))), "tar.gz"],
    [text("<html>"), "tar.gz"],
    [new Uint8Array(), "tar.gz"],
    [zip.subarray(0, 2000), "zip"],
    [zip.subarray(0, zip.length - 5), "zip"],
    [text("<html>"), "zip"],
    [new Uint8Array(), "zip"],
  ];
  for (const [bytes, packed] of cases) {
    const { message } = await tried(bytes, packed);
    assertMatch(String(message), /^Cannot unpack ARCHIVE as .*: received [^\n]*$/);
  }
});

Deno.test("unpacking is given up when it is told so", async () => {
  const work = await Deno.makeTempDir(), controller = new AbortController();
  await Deno.writeFile(`${work}/a`, await tarGzFile([{ name: "a", data: text("b") }]));
  controller.abort(new Error("enough"));
  await assertRejects(
    () => unpack(`${work}/a`, "tar.gz", work, { mostBytes: 10, signal: controller.signal }),
    Error,
    "enough",
  );
  await Deno.remove(work, { recursive: true });
});
