/** Installs the native backend: TensorFlow's own library, for processors or for NVIDIA GPUs. */
import { nativeRoot } from "../lib/backend/native/locate.ts";
import { runScript } from "./cli/mod.ts";
import { GOOGLE_STORAGE } from "./native/official.ts";
import { PYPI } from "./native/pypi.ts";
import { setupNative, sources } from "./native/setup.ts";

await runScript({
  name: "setup:native",
  summary:
    "Installs the native backend, TensorFlow's own library, and tries it before anything uses it. Does nothing but try " +
    "it where it is installed. Downloads 274 MB (with --gpu 3.4 GB) where tfjs-node's installer cannot.",
  flags: {
    gpu: { kind: "boolean", help: "With NVIDIA's CUDA 12 libraries" },
    from: {
      kind: "choice",
      allowed: sources,
      default: "auto",
      help: "The installer of tfjs-node, TensorFlow's wheels on PyPI, or the first that works",
    },
    storage: {
      kind: "string",
      default: GOOGLE_STORAGE,
      help: "Mirror of Google's storage",
      placeholder: "url",
    },
    pypi: { kind: "string", default: PYPI, help: "Mirror of PyPI", placeholder: "url" },
  },
  examples: ["deno task setup:native", "deno task setup:native --gpu"],
}, async ({ gpu, from, storage, pypi }) => {
  const say = (line: string) => console.error(`setup:native: ${line}`);
  const detail = await setupNative({
    variant: gpu ? "gpu" : "cpu",
    from,
    storage,
    pypi,
    root: nativeRoot(),
    say,
  });
  if (gpu && !detail.endsWith("GPU")) {
    say("TensorFlow finds no GPU with a working driver here, and computes without");
  }
  console.log(`setup:native: the native backend works: ${detail}`);
});
