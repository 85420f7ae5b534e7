// Setting up the native backend, without a network: with stand-ins for uv and pip, and with the real ones where there are.
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import {
  installedVariant,
  isNativeInstalled,
  libraryFolder,
  nativeRoot,
  TENSORFLOW_VERSION,
  variantFolder,
} from "../../lib/backend/native/locate.ts";
import { waysFor } from "../../scripts/native/setup.ts";
import { isWanted, wheels } from "../../scripts/native/wheels.ts";
import { testsEverything } from "../grids.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const installed = installedVariant(nativeRoot());

/** Registers a test where there are wheels; elsewhere, or for another reason, it is ignored, and its name says why. */
function wheelTest(name: string, fn: () => Promise<void>, missing?: string): void {
  if (!testsEverything) return;
  const { os, arch } = Deno.build;
  const why = os === "linux" && arch === "x86_64" ? missing : "the wheels are for Linux x86-64";
  Deno.test({ name: why ? `${name} (${why})` : name, ignore: why !== undefined, fn });
}

/** A folder that is gone afterwards. */
async function temporary() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Where a program is on the `PATH`. */
const find = (program: string) =>
  (Deno.env.get("PATH") ?? "").split(delimiter).map((folder) => join(folder, program)).find(existsSync);

/** A `PATH` of one folder: Deno, with Node.js, which may start it, and programs that are shell scripts. */
async function pathWith(folder: string, programs: Record<string, string>): Promise<string> {
  const path = join(folder, "bin");
  await Deno.mkdir(path);
  for (const program of ["deno", "node"]) {
    const there = find(program);
    if (there) await Deno.symlink(there, join(path, program));
  }
  for (const [name, script] of Object.entries(programs)) {
    await Deno.writeTextFile(join(path, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 });
  }
  return path;
}

/** A stand-in for uv, which notes how it is called; its first words after `pip install --target` are the folder. */
const uv = (script: string) =>
  `if [ "$1" = --version ]; then echo "uv 9.9.9 (test)"; exit; fi
printf '%s\\n' "$@" > "\${0%/*}/called"
target=$4
mkdir -p "$target/tensorflow"
${script}`;

/** What the task of `deno.json` runs. */
async function taskLine(args: string[], env: Record<string, string>) {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const [, ...command] = tasks["setup:native"].command.split(" ");
  return { args: [...command, ...args], cwd: root, env: { NO_COLOR: "1", ...env } };
}

async function taskCommand(args: string[], env: Record<string, string>): Promise<Deno.Command> {
  const line = await taskLine(args, env);
  // By its path: the `PATH` of the child may be another.
  return new Deno.Command(find("deno")!, { ...line, stdout: "piped", stderr: "piped" });
}

async function task(args: string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await (await taskCommand(args, env)).output();
  return { code, out: decode(stdout), error: decode(stderr) };
}

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("every wheel is pinned by version and hash, and only what computes is taken from it", async () => {
  for (const variant of ["cpu", "gpu"] as const) {
    const text = await Deno.readTextFile(wheels[variant].requirements);
    const lines = text.trim().split("\n").filter((line) => !line.startsWith("#"));
    for (const line of lines) assertMatch(line, /^[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}$/);
    assertMatch(lines[0], new RegExp(`^tensorflow(-cpu)?==${TENSORFLOW_VERSION} `));
    assertEquals(lines.length, variant === "cpu" ? 1 : 13);
  }
  assertEquals(
    ["tensorflow/libtensorflow_cc.so.2", "nvidia/cudnn/lib/libcudnn.so.9", "nvidia/cuda_nvcc/bin/ptxas"].map(
      isWanted,
    ),
    [true, true, true],
  );
  assertEquals(
    ["tensorflow/python/x.so", "tensorflow/include/a.h", "../libtensorflow_cc.so.2"].map(isWanted),
    [false, false, false],
  );
});

Deno.test("a system without a library gets one message that says so; others get their ways", () => {
  const linux = { os: "linux", arch: "x86_64" } as const, mac = { os: "darwin", arch: "x86_64" } as const;
  const arm = { os: "darwin", arch: "aarch64" } as const;
  assertEquals(waysFor("cpu", "auto", linux), { official: true, wheels: true });
  assertEquals(waysFor("gpu", "pypi", linux), { official: false, wheels: true });
  assertEquals(waysFor("cpu", "auto", mac), { official: true, wheels: false });
  const wheelsOnly = "the wheels are for Linux x86-64, and this is darwin";
  assertThrows(
    () => waysFor("cpu", "pypi", mac),
    Error,
    `must be a library for this system: received ${wheelsOnly}`,
  );
  assertThrows(
    () => waysFor("cpu", "auto", arm),
    Error,
    `received @tensorflow/tfjs-node has nothing for darwin aarch64; ${wheelsOnly} aarch64. The other backends`,
  );
  assertThrows(() => waysFor("gpu", "official", mac), Error, "tfjs-node-gpu has nothing for darwin x86_64");
});

wheelTest("where neither uv nor pip is, the task ends with 1 and says what it looked for", async () => {
  await using folder = await temporary();
  const env = { PATH: await pathWith(folder.path, {}), HSCL_NATIVE: join(folder.path, "native") };
  const { code, out, error } = await task(["--from", "pypi"], env);
  assertEquals([code, out, error.trim().split("\n").length], [1, "", 1]);
  assertMatch(
    error,
    /^setup:native: Cannot download TensorFlow as uv \(.*\) or pip \(.*\) must be on the PATH/,
  );
  for (const command of ["uv", "python3 -m pip", "python -m pip", "pip3", "pip"]) {
    assertStringIncludes(error, `${command}: not found`);
  }
  assertEquals(existsSync(env.HSCL_NATIVE), false);
});

wheelTest("a Python without pip and a pip that is too old are passed over, and named", async () => {
  await using folder = await temporary();
  const PATH = await pathWith(folder.path, {
    python3: `echo "$0: No module named pip" >&2; exit 1`,
    pip3: `echo "pip 19.3.1 from somewhere (python 3.8)"`,
    pip: `echo "pip 20.3.10 from somewhere (python 3.9)"; exit 0`,
  });
  const old = await task(["--from", "pypi", "--tool", "uv"], { PATH, HSCL_NATIVE: folder.path });
  assertMatch(old.error, /as uv \(0\.5\.8 or newer\) must be on the PATH: received uv: not found\. /);
  // The last one is new enough, does nothing, and so there is nothing to try.
  const { code, error } = await task(["--from", "pypi"], { PATH, HSCL_NATIVE: folder.path });
  assertEquals(code, 1);
  assertStringIncludes(error, "TensorFlow 2.21.0 comes with pip 20.3.10 into");
  await Deno.remove(join(folder.path, "bin", "pip"));
  const none = await task(["--from", "pypi"], { PATH, HSCL_NATIVE: folder.path });
  assertMatch(none.error, /python3 -m pip: .*No module named pip, /);
  assertStringIncludes(none.error, "pip3: version 19.3.1 is too old");
});

Deno.test("what is no flag ends with 2, before anything is looked for", async () => {
  const { code, out, error } = await task(["--pypi", "nowhere"], { HSCL_NATIVE: "/nonexistent" });
  assertEquals([code, out, error], [2, "", "setup:native: unknown flag --pypi (--help lists all flags)\n"]);
});

wheelTest("where the tool fails, its last words are in the one error, and nothing is left", async () => {
  await using folder = await temporary();
  const script = uv(`touch "$target/half"; echo "on its way" >&2; echo "error: no route" >&2; exit 3`);
  const PATH = await pathWith(folder.path, { uv: script });
  // The three ways to name the folder.
  const places: { where: string; env: Record<string, string> }[] = [
    { where: join(folder.path, "named"), env: { HSCL_NATIVE: join(folder.path, "named") } },
    { where: join(folder.path, "hscl", "native"), env: { HSCL_NATIVE: "", XDG_CACHE_HOME: folder.path } },
    {
      where: join(folder.path, ".cache", "hscl", "native"),
      env: { HSCL_NATIVE: "", XDG_CACHE_HOME: "", HOME: folder.path },
    },
  ];
  for (const { where, env } of places) {
    const { code, out, error } = await task(["--from", "pypi"], { PATH, ...env });
    assertEquals([code, out], [1, ""]);
    const [before, message, ...more] = error.trim().split("\n");
    assertMatch(before, /comes with uv 9\.9\.9 into .*: 274 MB to download, 0\.85 GB on disk/);
    assertStringIncludes(before, `into ${where}: `);
    assertMatch(message, /^setup:native: .*uv 9\.9\.9 must bring .*: received exit code 3, error: no route$/);
    assertEquals([more, namesIn(where)], [[], ["lock"]]);
  }
});

wheelTest("what does not work is never put in place, and replaces nothing", async () => {
  await using folder = await temporary();
  const script = uv(`echo "not a library" > "$target/tensorflow/libtensorflow_cc.so.2"`);
  const env = { PATH: await pathWith(folder.path, { uv: script }), HSCL_NATIVE: join(folder.path, "native") };
  await Deno.mkdir(libraryFolder(env.HSCL_NATIVE, "cpu"), { recursive: true });
  const { code, error } = await task(["--from", "pypi"], env);
  assertEquals(code, 1);
  assertMatch(error, /it does not work: .*; installing it anew\n/); // what was there is empty
  assertMatch(error, /as it must work here: received .*staging-cpu/);
  assertEquals(namesIn(env.HSCL_NATIVE), ["lock", `tensorflow-${TENSORFLOW_VERSION}-cpu`]);
  assertEquals(namesIn(libraryFolder(env.HSCL_NATIVE, "cpu")), []);
});

wheelTest("a request to end reaches the tool, is waited for, and leaves nothing", async () => {
  await using folder = await temporary();
  const script = uv(`trap 'sleep 0.3; echo > "\${0%/*}/ended"; exit' TERM
kill -INT $PPID
while true; do sleep 0.1; done`);
  const env = { PATH: await pathWith(folder.path, { uv: script }), HSCL_NATIVE: join(folder.path, "native") };
  const { code, error } = await task(["--from", "pypi"], env);
  assertEquals(code, 130, error);
  assertMatch(error, /setup:native: stopped; nothing was installed\n$/);
  assertEquals(namesIn(env.HSCL_NATIVE), ["lock"]);
  assert(existsSync(join(folder.path, "bin", "ended")));
});

const notInstalled = installed
  ? undefined
  : "native backend not installed: deno task setup:native --from pypi";
/** Shell commands with which the stand-in brings the real libraries, and files that are of no use. */
const bringLibraries = `ln -s "${libraryFolder(nativeRoot(), installed ?? "cpu")}"/lib* "$target/tensorflow/"
touch "$target/tensorflow/__init__.py"`;

wheelTest("uv goes before pip; what it brings is tried, and put in place without the rest", async () => {
  await using folder = await temporary();
  const pip = `echo "pip 99.0 from here"`;
  const env = {
    PATH: await pathWith(folder.path, { uv: uv(bringLibraries), pip3: pip }),
    HSCL_NATIVE: join(folder.path, "native"),
  };
  const { code, out, error } = await task(["--from", "pypi"], env);
  assertEquals(code, 0, error);
  assertMatch(out, /^setup:native: the native backend works: TensorFlow \d+\.\d+\.\d+ /);
  assertEquals(namesIn(env.HSCL_NATIVE), ["lock", `tensorflow-${TENSORFLOW_VERSION}-cpu`]);
  assertEquals(namesIn(variantFolder(env.HSCL_NATIVE, "cpu")), ["tensorflow", "tried.json"]);
  assertEquals(namesIn(libraryFolder(env.HSCL_NATIVE, "cpu")), [
    "libtensorflow_cc.so.2",
    "libtensorflow_framework.so.2",
  ]);
  const called = (await Deno.readTextFile(join(folder.path, "bin", "called"))).trim().split("\n");
  assert(called.includes("--require-hashes") && called.includes("--no-deps"), called.join(" "));
  assertEquals(called.at(-1), wheels.cpu.requirements);
}, notInstalled);

wheelTest("LD_LIBRARY_PATH, which Deno hands on to no child of a task, is in nobody's way", async () => {
  await using folder = await temporary();
  const PATH = await pathWith(folder.path, { uv: uv(bringLibraries) });
  const { args, env } = await taskLine(["--from", "pypi"], { PATH, HSCL_NATIVE: folder.path });
  const { code, out, error } = await withTools(
    `const { success } = await new Deno.Command(Deno.execPath(), JSON.parse(Deno.args[0])).spawn().status;
    Deno.exit(success ? 0 : 1);`,
    [JSON.stringify({ args, env: { ...env, LD_LIBRARY_PATH: "/nowhere" } })],
  );
  assertEquals(code, 0, error);
  assertMatch(out, /the native backend works/);
}, notInstalled);

wheelTest("a setup that had to wait for another takes what that one has installed", async () => {
  await using folder = await temporary();
  const script = uv(`exit 1`);
  const env = { PATH: await pathWith(folder.path, { uv: script }), HSCL_NATIVE: join(folder.path, "native") };
  await Deno.mkdir(env.HSCL_NATIVE);
  using lock = await Deno.open(join(env.HSCL_NATIVE, "lock"), { create: true, write: true });
  await lock.lock(true);
  const child = (await taskCommand(["--from", "pypi"], env)).spawn();
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    if (!text.includes("waiting for another setup to end")) continue;
    await Deno.symlink(variantFolder(nativeRoot(), installed!), variantFolder(env.HSCL_NATIVE, installed!));
    await lock.unlock();
  }
  assertMatch(await new Response(child.stdout).text(), /the native backend works: TensorFlow/);
  assertEquals((await child.status).code, 0);
  assertEquals(existsSync(join(folder.path, "bin", "called")), false);
}, notInstalled);

Deno.test({
  name: `where it is installed the task tries it and downloads nothing${
    isNativeInstalled() ? "" : " (native backend not installed: deno task setup:native)"
  }`,
  ignore: !isNativeInstalled(),
  async fn() {
    await using folder = await temporary();
    const { code, out, error } = await task([], { PATH: await pathWith(folder.path, {}) });
    assertEquals(code, 0, error);
    assertMatch(out, /^setup:native: the native backend works: TensorFlow \d/);
    assertEquals(error.trim().split("\n").length, 1, error);
  },
});

// From here on with the real tools, and wheels made here.

/** Runs `work` in a process that may start the tools, with `findDownloader`, `downloadInto` and its arguments at hand. */
async function withTools(work: string, args: string[], env: Record<string, string> = {}) {
  const module = new URL("../../scripts/native/downloader.ts", import.meta.url).href;
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["eval", `import { downloadInto, findDownloader } from "${module}"; ${work}`, ...args],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
  }).output();
  return { code, out: decode(stdout), error: decode(stderr) };
}

const { out: found } = await withTools(
  `const works = (tool) => findDownloader(tool).then(() => true, () => false);
  console.log(JSON.stringify({ uv: await works("uv"), pip: await works("pip") }));`,
  [],
);
const tools = Object.entries<boolean>(JSON.parse(found)) as ["uv" | "pip", boolean][];

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
      ...number(0, 4),
      ...number(0x5821, 4), // 1 January 2024, midnight
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

/** Makes a wheel that asks for a Python that is not here and a package that is nowhere; returns its line of requirements. */
async function makeWheel(
  folder: string,
  name: string,
  version: string,
  tag: string,
  files: Record<string, string>,
) {
  const info = `${name}-${version}.dist-info`;
  const all: Record<string, string> = {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n` +
      "Requires-Python: >=3.13\nRequires-Dist: nowhere-to-be-found\n",
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: ${tag}\n`,
  };
  all[`${info}/RECORD`] = [...Object.keys(all), `${info}/RECORD`].map((path) => `${path},,\n`).join("");
  const bytes = zip(all);
  await Deno.writeFile(join(folder, `${name}-${version}-${tag}.whl`), bytes);
  return `${name}==${version} --hash=sha256:${createHash("sha256").update(bytes).digest("hex")}\n`;
}

/** Settings with which the tools find the wheels in a folder and nothing else. */
const offline = (folder: string) => ({
  PIP_NO_INDEX: "1",
  PIP_FIND_LINKS: folder,
  UV_OFFLINE: "1",
  UV_FIND_LINKS: folder,
  UV_CACHE_DIR: join(folder, "cache"),
});

for (const [tool, there] of tools) {
  const missing = there ? undefined : `no ${tool} that is new enough`;

  wheelTest(`${tool} unpacks wheels for another Python, without what they ask for`, async () => {
    await using folder = await temporary();
    const links = folder.path, out = join(links, "out"), requirements = join(links, "requirements.txt");
    const glibc = "manylinux2014_x86_64.manylinux_2_17_x86_64";
    const pins = [
      await makeWheel(links, "crate", "2.0", "cp313-cp313-manylinux_2_27_x86_64", {
        "crate/lib.so.2": "computes",
      }),
      await makeWheel(links, "parcel", "1.0.7", `py3-none-${glibc}`, { "parcel/lib/x.so": "helps" }),
    ];
    await Deno.writeTextFile(requirements, pins.join(""));
    const download = `const [tool, folder, requirements, temporary] = Deno.args;
      await downloadInto(folder, { requirements }, await findDownloader(tool), {
        temporary,
        signal: new AbortController().signal,
      });`;
    const done = await withTools(download, [tool, out, requirements, links], offline(links));
    assertEquals([done.code, done.out], [0, ""], done.error);
    assertEquals(await Deno.readTextFile(join(out, "crate", "lib.so.2")), "computes");
    assertEquals(await Deno.readTextFile(join(out, "parcel", "lib", "x.so")), "helps");
  }, missing);

  wheelTest(
    `${tool} takes nothing but the pinned bytes from a network, and keeps nothing else for later`,
    async () => {
      await using folder = await temporary();
      const links = folder.path, requirements = join(links, "requirements.txt");
      const tag = "cp313-cp313-manylinux_2_27_x86_64", name = `crate-2.0-${tag}.whl`;
      await Deno.writeTextFile(
        requirements,
        await makeWheel(links, "crate", "2.0", tag, { "crate/lib.so.2": "computes" }),
      );
      const wheel = await Deno.readFile(join(links, name));
      const flipped = wheel.slice();
      flipped[60] ^= 1;
      const page = new TextEncoder().encode("<html><body>Please log in</body></html>");
      // Fewer bytes than announced: the connection ends in their middle.
      const cut = () =>
        new ReadableStream({
          start(controller) {
            controller.enqueue(wheel.subarray(0, 99));
            controller.close();
          },
        });
      const bodies: Record<string, () => BodyInit> = {
        "a page to log in": () => page,
        "flipped bytes": () => flipped,
        "more bytes": () => Uint8Array.from([...wheel, 0, 0, 0]),
        "fewer bytes": cut,
        "the wheel": () => wheel,
      };
      let body = bodies["the wheel"], portal = true;
      await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
        const isWheel = request.url.endsWith(".whl");
        if (isWheel) return new Response(body(), { headers: { "content-type": "application/octet-stream" } });
        const text = portal
          ? page
          : `<!DOCTYPE html><html><body><a href="/${name}">${name}</a></body></html>`;
        return new Response(text, { headers: { "content-type": "text/html" } });
      });
      const index = `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}/simple`;
      const env = {
        PIP_INDEX_URL: index,
        UV_DEFAULT_INDEX: index,
        PIP_RETRIES: "0",
        UV_HTTP_RETRIES: "0",
        PIP_CACHE_DIR: join(links, "cache"),
        UV_CACHE_DIR: join(links, "cache"),
        NO_PROXY: "127.0.0.1",
      };
      const download = `const [tool, folder, requirements, temporary] = Deno.args;
      await downloadInto(folder, { requirements }, await findDownloader(tool), {
        temporary,
        signal: new AbortController().signal,
      });`;
      for (const [what, next] of [["a page for an index", page], ...Object.entries(bodies)] as const) {
        portal = what === "a page for an index";
        if (!portal) body = next as () => BodyInit;
        const out = join(links, what);
        const { code, error } = await withTools(download, [tool, out, requirements, links], env);
        if (what === "the wheel") assertEquals([code, namesIn(join(out, "crate"))], [0, ["lib.so.2"]], error);
        else {
          assertEquals(code, 1, what);
          assertMatch(error, /Cannot download TensorFlow as .* must bring the pinned wheels: received/, what);
          assertEquals(existsSync(join(out, "crate")), false, what);
        }
      }
    },
    missing,
  );

  wheelTest(`${tool} refuses a wheel that is not the one pinned, and one that is not there`, async () => {
    await using folder = await temporary();
    const native = join(folder.path, "native");
    const env = { ...offline(folder.path), HSCL_NATIVE: native };
    const args = ["--from", "pypi", "--tool", tool];
    const nowhere = await task(args, env);
    assertEquals(nowhere.code, 1);
    assertMatch(nowhere.error, /received exit code \d, .*tensorflow-cpu/i);
    const tag = "cp313-cp313-manylinux_2_27_x86_64";
    await makeWheel(folder.path, "tensorflow_cpu", TENSORFLOW_VERSION, tag, { "tensorflow/a": "" });
    const other = await task(args, env);
    assertEquals(other.code, 1);
    assertMatch(other.error, /received exit code \d, .*hash/i);
    assertMatch(other.error, /05af7c26d35f4de910b5598c7b507e3981831a7b0f47fed9a405d995d51d7793/);
    assertEquals(namesIn(native), ["lock"]);
  }, missing);
}
