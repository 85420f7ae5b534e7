// A library that may be broken is tried in a process of its own, and the verdict remembered. Any process will do here.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { libraryFolder, nativeRoot, variantFolder } from "../../lib/backend/native/locate.ts";
import { verdictOf } from "../../lib/backend/native/tried.ts";
import { deno, task } from "../process.ts";
import { nativeTest } from "./native_backend.ts";

const works = ["eval", ""], crashes = ["eval", "Deno.kill(Deno.pid, 'SIGABRT')"];
const fails = ["eval", "throw new Error('libz.so is missing')"];

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(join(folder, "tensorflow"));
  await Deno.writeTextFile(join(folder, "tensorflow", "a.so"), "a library");
  await body(folder).finally(() => Deno.remove(folder, { recursive: true }));
}

Deno.test({
  name: "a library that ends its process is tried once, and again when it is another",
  ignore: Deno.build.os === "windows", // no such signals
  fn: () =>
    inFolder(async (folder) => {
      const file = join(folder, "tensorflow", "a.so");
      const broken = await verdictOf(folder, crashes);
      assert(!broken.works);
      assertStringIncludes(broken.reason, "it ended with SIGABRT; deno task setup:native installs it anew");
      assertEquals(await verdictOf(folder, works), broken); // remembered
      await Deno.writeTextFile(file, "another one");
      assertEquals(await verdictOf(folder, works), { works: true });
      assertEquals(await verdictOf(folder, crashes), { works: true }); // remembered
      // The processor of another machine may know what this one does not.
      await Deno.writeTextFile(file, "a third one");
      await Deno.remove(join(folder, "tried.json"));
      assert(!(await verdictOf(folder, crashes)).works);
      const tried = JSON.parse(await Deno.readTextFile(join(folder, "tried.json")));
      await Deno.writeTextFile(join(folder, "tried.json"), JSON.stringify({ ...tried, machine: "another" }));
      assert((await verdictOf(folder, works)).works);
    }),
});

Deno.test("a library that worked is known again by its bytes, and refused when they are others", () =>
  inFolder(async (folder) => {
    const file = join(folder, "tensorflow", "a.so"), record = join(folder, "tried.json");
    assertEquals(await verdictOf(folder, works), { works: true });
    const { files } = JSON.parse(await Deno.readTextFile(record));
    assertEquals(Object.keys(files), ["tensorflow/a.so"]);
    assertMatch(files["tensorflow/a.so"].sha256, /^[0-9a-f]{64}$/);
    await Deno.utime(file, 1, 1);
    assertEquals(await verdictOf(folder, fails), { works: true });
    assertEquals(JSON.parse(await Deno.readTextFile(record)).files["tensorflow/a.so"].modified, 1000);
    for (
      const damage of [
        () => Deno.writeTextFile(file, "b library"),
        () => Deno.truncate(file, 3),
        () => Deno.writeTextFile(join(folder, "tensorflow", "b.so"), ""),
        () => Deno.remove(file),
      ]
    ) {
      await damage();
      const verdict = await verdictOf(folder, works);
      assert(!verdict.works, `${damage}`);
      assertStringIncludes(verdict.reason, "its files are not those that worked; deno task setup:native");
      await Deno.remove(join(folder, "tensorflow", "b.so")).catch(() => {});
      await Deno.writeTextFile(file, "a library");
      assertEquals(await verdictOf(folder, fails), { works: true });
    }
    // What is no verdict is none.
    for (const text of ["", "{", "null", "{}", `{"verdict":{"works":true}}`, `{"verdict":{},"files":{}}`]) {
      await Deno.writeTextFile(record, text);
      assertEquals(await verdictOf(folder, works), { works: true });
      assertEquals(JSON.parse(await Deno.readTextFile(record)).files, filesNow(await Deno.stat(file), files));
    }
  }));

/** The record's files with the time that the file has now. */
function filesNow({ mtime }: Deno.FileInfo, files: Record<string, object>) {
  return { "tensorflow/a.so": { ...files["tensorflow/a.so"], modified: Number(mtime) } };
}

Deno.test("what may be another time is not remembered", () =>
  inFolder(async (folder) => {
    const verdict = await verdictOf(folder, fails);
    assert(!verdict.works);
    assertStringIncludes(
      verdict.reason,
      "tried in a process of its own: Error: libz.so is missing; deno task",
    );
    assertEquals(await verdictOf(folder, works), { works: true });
  }));

Deno.test("who may start no process is told so, and believes what others have found", () =>
  inFolder(async (folder) => {
    const module = new URL("../../lib/backend/native/tried.ts", import.meta.url).href;
    const script = join(folder, "script.ts");
    await Deno.writeTextFile(
      script,
      `import { verdictOf } from "${module}"; console.log(JSON.stringify(await verdictOf(Deno.args[0], ["eval", ""])));`,
    );
    const library = join(folder, "tensorflow");
    const ask = async () => {
      const { out, error } = await deno([
        "run",
        "--no-prompt",
        "--allow-read",
        "--allow-sys",
        script,
        library,
      ]);
      assertEquals(error.match(/^error.*/m)?.[0], undefined);
      return JSON.parse(out);
    };
    assertEquals(await ask(), { works: true, note: "not tried beforehand, which needs --allow-run=deno" });
    await verdictOf(library, works);
    assertEquals(await ask(), { works: true });
    await Deno.writeTextFile(join(library, "a.so"), "b library");
    assert(!(await ask()).works);
  }));

/** The start of the real library, which ends every process that loads it. */
async function cutLibrary(root: string): Promise<void> {
  const from = libraryFolder(nativeRoot(), "cpu"), to = libraryFolder(root, "cpu");
  await Deno.mkdir(to, { recursive: true });
  for (const { name } of [...Deno.readDirSync(from)].filter(({ name }) => name.startsWith("lib"))) {
    using source = await Deno.open(join(from, name)), target = await Deno.create(join(to, name));
    const bytes = new Uint8Array(2 ** 24);
    await target.write(bytes.subarray(0, (await source.read(bytes))!));
  }
}

nativeTest("a cut library is one line, and wasm runs; asked for, it is one error", async () => {
  const out = await Deno.makeTempDir(), env = { HSCL_NATIVE: join(out, "native") };
  await cutLibrary(env.HSCL_NATIVE);
  const doctor = await task("doctor", ["--quick"], env);
  assertEquals(doctor.code, 0, doctor.error);
  assertMatch(doctor.out, /^backend +(wasm|webgpu): /);
  assertMatch(
    doctor.out,
    /^ +tensorflow not available: .*tried in a process of its own: .*installs it anew$/m,
  );
  const asked = await task("doctor", ["--backend", "tensorflow"], env);
  assertEquals([asked.code, asked.out], [1, ""]);
  assertMatch(asked.error, /^doctor: Cannot start backend tensorflow as .* installs it anew\n$/);
  const training = "--preset smoke --dataset synthetic --epochs 1 --seeds 1 --losses scl --out".split(" ");
  const fig1 = await task("fig1", [...training, out], env);
  assertEquals(fig1.code, 0, fig1.error);
  assertEquals(fig1.error.match(/tried in a process of its own/g)?.length, 1, fig1.error);
  assertMatch(fig1.error, /^fig1: backend (wasm|webgpu): /m);
  const example = (name: string) =>
    fileURLToPath(new URL(`../../notebooks/example/${name}.npy`, import.meta.url));
  const files = ["--embeddings", example("embeddings"), "--labels", example("labels")];
  const checked = await task("check", [...files, "--products", "float32", "--out", out], env);
  assertEquals(checked.code, 0, checked.error);
  assertMatch(checked.error, /^check: the native library does not run: .* installs it anew$/m);
  await Deno.stat(join(variantFolder(env.HSCL_NATIVE, "cpu"), "tried.json"));
  const named = await task("fig1", [...training, out, "--backend", "tensorflow"], env);
  assertEquals([named.code, named.out], [2, ""]);
  assertMatch(named.error, /^fig1: --backend tensorflow: .* installs it anew\n$/);
  await Deno.remove(out, { recursive: true });
});

Deno.test("doctor says what is wrong with CHROME_PATH in the line of the browser", async () => {
  const { code, out, error } = await task("doctor", ["--backend", "cpu", "--quick"], {
    CHROME_PATH: "/nonexistent",
  });
  assertEquals([code, error], [0, ""]);
  assertMatch(
    out,
    /^browser +none: Cannot use CHROME_PATH .* received "\/nonexistent"; figures come without/m,
  );
  const found = await task("doctor", ["--backend", "cpu", "--quick"], {
    CHROME_PATH: fileURLToPath(import.meta.url),
  });
  assertMatch(found.out, /^browser +.*native_tried_test\.ts$/m);
});

Deno.test("doctor says in a line how many images a second a training learns from", async () => {
  const { code, out, error } = await task("doctor", ["--backend", "wasm"]);
  assertEquals(code, 0, error);
  const [, speed] = out.match(/^training +wasm ([\d,]+) images\/s \(default network, one process\)$/m) ?? [];
  assert(Number(speed?.replace(",", "")) > 10, out);
});
