// How the native backend starts, or does not, seen from outside: in a process of its own.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  hasAddOn,
  installedVariant,
  libraryFolder,
  nativeRoot,
  nodePackages,
  variantFolder,
} from "../../lib/backend/native/locate.ts";
import { hasCpuFeature } from "../../lib/backend/native/on_processor.ts";
import { nativeTest } from "./native_backend.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const permissions = ["--no-prompt", "--allow-read", "--allow-env", "--allow-sys"];

async function doctor(flags: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-q", ...permissions, ...flags, "scripts/doctor.ts", "--quick"],
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

const tf32 = `import { initBackend } from "@hscl/hscl";
  import { libraryNames } from "./lib/backend/native/binding/c_api.ts";
  import { installedVariant, libraryFolder, nativeRoot } from "./lib/backend/native/locate.ts";
  await initBackend({ backend: "tensorflow" });
  const root = nativeRoot(), folder = libraryFolder(root, installedVariant(root)!);
  const name = "_ZN3tsl33tensor_float_32_execution_enabledEv";
  const { symbols } = Deno.dlopen(folder + "/" + libraryNames[1], { isOn: { name, parameters: [], result: "bool" } });
  console.log(symbols.isOn(), Deno.env.get("TF_DETERMINISTIC_OPS"));`;

const settings: [env: Record<string, string>, expected: string][] = [
  [{}, `false ${installedVariant(nativeRoot()) === "gpu" ? 1 : undefined}`],
  [{ HSCL_TF32: "1", TF_DETERMINISTIC_OPS: "0" }, "true 0"],
];
for (const [env, expected] of installedVariant(nativeRoot()) ? settings : []) {
  const which = Object.keys(env).length ? "unless the environment says otherwise" : "by default";
  nativeTest(`products are of full float32, and on a GPU the same every time, ${which}`, async () => {
    const command = new Deno.Command("deno", { args: ["eval", tf32], cwd: root, env });
    assertEquals(new TextDecoder().decode((await command.output()).stdout).trim(), expected);
  });
}

// oneDNN says on stdout what it computes.
const oneDnn = `import * as tf from "@tensorflow/tfjs";
  import { initBackend } from "@hscl/hscl";
  import { captured } from "@hscl/hscl/backend";
  await initBackend({ backend: "tensorflow" });
  const x = tf.ones([8, 16, 16, 16]), filter = tf.ones([3, 3, 16, 16]);
  tf.grad((x) => tf.conv2d(x, filter, 1, "same"))(x).dataSync();
  captured(() => tf.softmax(tf.ones([5, 5])))().dataSync();`;

const wanted: [env: Record<string, string>, parts: boolean[]][] = [
  [{}, [true, false]],
  [{ TF_ENABLE_ONEDNN_OPTS: "1" }, [true, true]],
];
for (const [env, expected] of installedVariant(nativeRoot()) === "cpu" ? wanted : []) {
  const where = expected[1]
    ? "and the rest if TF_ENABLE_ONEDNN_OPTS=1 says so"
    : "and nothing that has other numbers in functions";
  nativeTest(`oneDNN computes the gradients of convolutions, ${where}`, async () => {
    const command = new Deno.Command("deno", {
      args: ["eval", oneDnn],
      cwd: root,
      env: { ONEDNN_VERBOSE: "1", ...env },
    });
    const out = new TextDecoder().decode((await command.output()).stdout);
    assertEquals(["convolution,brg", ",softmax,"].map((part) => out.includes(part)), expected, out);
  });
}

const cpuFeatures = { avx2: 5, bmi1: 3, bmi2: 8, avx512f: 16, avx512bw: 30 };

nativeTest("what the processor can do is told as the system tells it", async () => {
  const script = `console.log(await Deno.readTextFile("/proc/cpuinfo"))`; // eval may do anything
  const { stdout } = await new Deno.Command("deno", { args: ["eval", script] }).output();
  const flags = /^flags\s*:(.*)$/m.exec(new TextDecoder().decode(stdout))![1].split(" ");
  for (const [name, bit] of Object.entries(cpuFeatures)) {
    assertEquals(hasCpuFeature(bit), flags.includes(name), name);
  }
});

nativeTest("without permission another backend runs, and the report names the flag", async () => {
  const { code, out } = await doctor([]);
  assertEquals(code, 0);
  assertMatch(out, /tensorflow +not available: .*--allow-ffi/);
});

// The package whose installer has put an add-on into node_modules, if one has: it then runs where the library does not.
const addOn = nodePackages.find(hasAddOn);

/** Registers a test of what `doctor` says where the library under `folder` is none: which is why, unless the add-on runs. */
function testWithout(
  what: string,
  reason: (folder: string) => string,
  setUp: (folder: string) => Promise<void>,
) {
  Deno.test(`${what}: ${addOn ? `${addOn} runs` : "another backend runs, and the report says why"}`, async () => {
    const folder = await Deno.makeTempDir();
    await setUp(folder);
    const { code, out } = await doctor(["--allow-ffi"], { HSCL_NATIVE: folder });
    assertEquals(code, 0);
    const [running] = out.split("\n");
    if (addOn) assertMatch(running, new RegExp(`tensorflow: TensorFlow [0-9.]+ \\(${addOn}\\)`));
    else {
      assertMatch(running, /^backend +(webgpu|wasm): /);
      assertStringIncludes(out, `tensorflow not available: ${reason(folder)}`);
    }
    await Deno.remove(folder, { recursive: true });
  });
}

testWithout(
  "where it is not installed",
  () => "not installed; deno task setup:native, in a clone of the repository, installs it\n",
  async () => {},
);

testWithout("where it is damaged", (folder) => `${libraryFolder(folder, "cpu")}: `, async (folder) => {
  const libraries = libraryFolder(folder, "cpu");
  await Deno.mkdir(libraries, { recursive: true });
  await Deno.writeTextFile(join(libraries, "libtensorflow_cc.so.2"), "not a library");
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
