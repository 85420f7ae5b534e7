// How the native backend starts, or does not, seen from outside: in a process of its own.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  installedVariant,
  libraryFolder,
  nativeRoot,
  variantFolder,
} from "../../lib/backend/native/locate.ts";
import { nativeTest } from "./native_backend.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const permissions = ["--no-prompt", "--allow-read", "--allow-env", "--allow-sys"];

async function doctor(flags: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-q", ...permissions, ...flags, "scripts/doctor.ts"],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
  }).output();
  return { code, out: new TextDecoder().decode(stdout), error: new TextDecoder().decode(stderr) };
}

nativeTest("it runs by itself, TensorFlow writes nothing to stderr, and the process ends well", async () => {
  const { code, out, error } = await doctor(["--allow-ffi"]);
  assertEquals(code, 0);
  assertMatch(out, /^backend +tensorflow: TensorFlow \d+\.\d+\.\d+ \(.*\), (processor|GPU)$/m);
  assertEquals(/tensorflow|onednn|absl/i.test(error), false, error);
});

nativeTest("it runs also where a graphics driver has loaded an LLVM of its own before", async () => {
  const script = `import { initBackend } from "@hscl/hscl";
    await navigator.gpu?.requestAdapter();
    console.log((await initBackend({ backend: "tensorflow" })).backend);`;
  const { code, stdout } = await new Deno.Command("deno", { args: ["eval", script], cwd: root }).output();
  assertEquals([code, new TextDecoder().decode(stdout).trim()], [0, "tensorflow"]);
});

nativeTest("without permission another backend runs, and the report names the flag", async () => {
  const { code, out } = await doctor([]);
  assertEquals(code, 0);
  assertMatch(out, /tensorflow +not available: .*--allow-ffi/);
});

Deno.test("where it is not installed another backend runs, and the report says how to install it", async () => {
  const { code, out } = await doctor(["--allow-ffi"], { HSCL_NATIVE: join(root, "no", "such", "folder") });
  assertEquals(code, 0);
  // The add-on of a tfjs-node package may be there all the same.
  assertMatch(out, /tensorflow +(running|not available: not installed; deno task setup:native installs it)/);
});

Deno.test("a damaged library is a reason, not the end", async () => {
  const folder = await Deno.makeTempDir();
  const libraries = libraryFolder(folder, "cpu");
  await Deno.mkdir(libraries, { recursive: true });
  await Deno.writeTextFile(join(libraries, "libtensorflow_cc.so.2"), "not a library");
  const { code, out } = await doctor(["--allow-ffi"], { HSCL_NATIVE: folder });
  assertEquals(code, 0);
  assertMatch(out, new RegExp(`tensorflow +(running|not available: ${libraries})`));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the variant for GPUs goes before the other; half an installation is none", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(join(folder, "staging-cpu"));
  assertEquals(installedVariant(folder), undefined);
  await Deno.mkdir(variantFolder(folder, "cpu"));
  assertEquals(installedVariant(folder), "cpu");
  await Deno.mkdir(variantFolder(folder, "gpu"));
  assertEquals(installedVariant(folder), "gpu");
  await Deno.remove(folder, { recursive: true });
  assertStringIncludes(nativeRoot(), Deno.env.get("HSCL_NATIVE") ?? join("hscl", "native"));
});
