/** Memory and processor time of large batches in chunks, against batches of a chunk's size. */
import { fileURLToPath } from "node:url";
import { runScript } from "../scripts/cli/mod.ts";
import type { ChunkCost, ChunkTraining } from "./chunk_training.ts";
import { processor } from "./machine.ts";
import { markdownTable } from "./table.ts";

const backends = ["wasm", "tensorflow"] as const;

/** Each network's images, and how many batches of them are taken. */
const networks = {
  convnet: { shape: { height: 28, width: 28, channels: 1 }, small: 64, large: 4 },
  resnet18: { shape: { height: 32, width: 32, channels: 3 }, small: 4, large: 2 },
} as const;
const names = Object.keys(networks) as (keyof typeof networks)[];

const CHUNK = 64, BATCH = 1024;

/** Trains in a process of its own, so that its peak is its own. */
async function measure(training: ChunkTraining): Promise<ChunkCost> {
  const child = fileURLToPath(new URL("chunk_training.ts", import.meta.url));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-all", child, JSON.stringify(training)],
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(error.trim());
  return JSON.parse(out);
}

await runScript({
  name: "chunk_memory",
  summary: "Measures memory and processor time of batches of 1,024 in chunks of 64, against batches of 64.",
  flags: {
    backends: { kind: "choices", allowed: backends, default: backends, help: "Backends to measure" },
    networks: { kind: "choices", allowed: names, default: names, help: "Networks to measure" },
  },
  examples: ["deno run -A bench/chunk_memory.ts --backends wasm --networks convnet"],
}, async ({ backends, networks: chosen }) => {
  console.log(`${processor()}, ${navigator.hardwareConcurrency} cores; Deno ${Deno.version.deno}\n`);
  const rows: string[][] = [];
  for (const network of chosen) {
    for (const backend of backends) {
      const { shape, small, large } = networks[network], common = { backend, network, shape };
      const direct = { ...common, batchSize: CHUNK, images: small * CHUNK };
      const chunked = { ...common, batchSize: BATCH, chunkSize: CHUNK, images: large * BATCH };
      const costs = [];
      for (const training of [direct, chunked]) {
        const { peakBytes, processorSeconds } = await measure(training);
        costs.push({ peakBytes, milliseconds: 1000 * processorSeconds / training.images });
      }
      const [one, many] = costs;
      const both = (text: (cost: typeof one) => string, ratio: number) => [
        text(one),
        text(many),
        `${ratio.toFixed(2)} ×`,
      ];
      rows.push([
        network,
        backend,
        ...both(
          ({ peakBytes }) => `${Math.round(peakBytes / 2 ** 20)} MiB`,
          many.peakBytes / one.peakBytes,
        ),
        ...both(
          ({ milliseconds }) => `${milliseconds.toPrecision(3)} ms`,
          many.milliseconds / one.milliseconds,
        ),
      ]);
      console.error(rows.at(-1)!.join("  "));
    }
  }
  console.log(markdownTable([
    "network",
    "backend",
    `memory, batch ${CHUNK}`,
    `${BATCH} in ${CHUNK}s`,
    "ratio",
    "processor time an image",
    `${BATCH} in ${CHUNK}s`,
    "ratio",
  ], rows));
});
