/** Installs the native backend: TensorFlow's own library, for processors or for NVIDIA GPUs. */
import { resolve } from "node:path";
import { nativeRoot } from "../lib/backend/native/locate.ts";
import { interruptible, runScript } from "./cli/mod.ts";
import { setupNative, sources } from "./native/setup.ts";
import { wheels } from "./native/wheels.ts";

await runScript({
  name: "setup:native",
  summary:
    "Installs the native backend, TensorFlow's own library, and tries it before anything uses it. Does nothing but try " +
    `it where it is installed. Where tfjs-node's installer cannot, uv or pip downloads ${wheels.cpu.download} ` +
    `(with --gpu ${wheels.gpu.download}).`,
  flags: {
    gpu: { kind: "boolean", help: "With NVIDIA's CUDA 12 libraries" },
    from: {
      kind: "choice",
      allowed: sources,
      default: "auto",
      help: "The installer of tfjs-node, TensorFlow's wheels, or the first that works",
    },
    tool: {
      kind: "choice",
      allowed: ["auto", "uv", "pip"],
      default: "auto",
      help:
        "What downloads the wheels, with the mirrors and proxies it is set up with; auto: uv, or else pip",
    },
  },
  examples: ["deno task setup:native", "deno task setup:native --gpu"],
}, async ({ gpu, from, tool }) => {
  const say = (line: string) => console.error(`setup:native: ${line}`);
  const detail = await interruptible("nothing was installed", (signal) =>
    setupNative({
      variant: gpu ? "gpu" : "cpu",
      from,
      tool,
      root: resolve(nativeRoot()),
      say,
      signal,
    }));
  if (gpu && !detail.endsWith("GPU")) {
    say("TensorFlow finds no GPU with a working driver here, and computes without");
  }
  console.log(`setup:native: the native backend works: ${detail}`);
});
