import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { deno } from "../process.ts";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const namesIn = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
const onUnix = { ignore: Deno.build.os === "windows" };

Deno.test("a file is written whole, new or in place of another, as text or bytes", () =>
  withFolder(async (folder) => {
    const path = join(folder, "a");
    await writeAtomically(path, "β");
    assertEquals(await Deno.readTextFile(path), "β");
    const bytes = Uint8Array.from({ length: 1_000_000 }, (_, i) => i);
    await writeAtomically(path, bytes);
    assertEquals(await Deno.readFile(path), bytes);
    await writeAtomically(path, "");
    assertEquals((await Deno.stat(path)).size, 0);
    assertEquals(namesIn(folder), ["a"]);
  }));

Deno.test("writers of one file do not meet: the file is one writer's whole text", () =>
  withFolder(async (folder) => {
    const path = join(folder, "a");
    const texts = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(50_000));
    await Promise.all(texts.map((text) => writeAtomically(path, text)));
    assertEquals(texts.includes(await Deno.readTextFile(path)), true);
    assertEquals(namesIn(folder), ["a"]);
  }));

Deno.test(
  "a symbolic link is replaced, and what it leads to stays as it was",
  onUnix,
  () =>
    withFolder(async (folder) => {
      const target = join(folder, "target"), link = join(folder, "link"), nowhere = join(folder, "nowhere");
      await Deno.writeTextFile(target, "kept");
      await Deno.symlink(target, link);
      await Deno.symlink(join(folder, "absent"), nowhere);
      for (const path of [link, nowhere]) {
        await writeAtomically(path, "new");
        assertEquals((await Deno.lstat(path)).isFile, true);
        assertEquals(await Deno.readTextFile(path), "new");
      }
      assertEquals(await Deno.readTextFile(target), "kept");
      assertEquals(namesIn(folder), ["link", "nowhere", "target"]);
    }),
);

Deno.test(
  "a folder, a device or a missing folder is one error with the path, and leaves nothing",
  onUnix,
  () =>
    withFolder(async (folder) => {
      const message = async (path: string) =>
        (await assertRejects(() => writeAtomically(path, "text"), Error)).message;
      assertEquals(
        await message(folder),
        `Cannot write ${folder} as it must be a file or not there: received a folder`,
      );
      assertStringIncludes(await message("/dev/null"), "received a device or pipe");
      assertEquals((await Deno.stat("/dev/null")).isCharDevice, true);
      const absent = join(folder, "absent", "a");
      assertStringIncludes(await message(absent), `Cannot write ${absent}: No such file or directory`);
      assertEquals(namesIn(folder), []);
    }),
);

Deno.test(
  "a write that ends half-way leaves the old file and nothing else",
  onUnix,
  () =>
    withFolder(async (folder) => {
      const path = join(folder, "a"), program = join(folder, "write.ts");
      const module = new URL("../../lib/core/write_atomically.ts", import.meta.url).href;
      await Deno.writeTextFile(path, "old");
      await Deno.writeTextFile(
        program,
        `import { writeAtomically } from ${JSON.stringify(module)};
       try { await writeAtomically(Deno.args[0], new Uint8Array(4_000_000)); } catch (error) { console.log(error.message); }`,
      );
      // A limit on the size of files is a full disk without a disk of its own: the kernel takes a part and then refuses.
      const script = join(folder, "start.ts");
      await Deno.writeTextFile(
        script,
        `const { code, stdout, stderr } = await new Deno.Command("sh", { args: ["-c",
         "trap '' XFSZ; ulimit -f 2000; exec deno run --quiet --no-lock --allow-read --allow-write \\"$0\\" \\"$1\\"",
         ${JSON.stringify(program)}, ${JSON.stringify(path)}] }).output();
       await Deno.stdout.write(stdout); await Deno.stderr.write(stderr); Deno.exit(code);`,
      );
      const { code, out, error } = await deno(["run", "--quiet", "--no-lock", "--allow-run", script]);
      assertEquals([code, error], [0, ""]);
      assertStringIncludes(out, `Cannot write ${path}: File too large`);
      assertEquals(await Deno.readTextFile(path), "old");
      assertEquals(namesIn(folder), ["a", "start.ts", "write.ts"]);
    }),
);
