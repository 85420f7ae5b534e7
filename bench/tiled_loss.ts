/**
 * The loss in tiles: its time against that of all anchors at once, and the memory it takes for many embeddings. Each case is a
 * process of its own. Of Linux alone, which tells the largest memory a process had.
 *
 *     deno run -A bench/tiled_loss.ts
 *     deno run -A bench/tiled_loss.ts --backends wasm --samples 11
 */
import { fileURLToPath } from "node:url";
import { runScript } from "../scripts/cli/mod.ts";
import { load, processor } from "./machine.ts";
import { median } from "./peers/measure.ts";
import { markdownTable } from "./table.ts";
import type { Measured, Setup } from "./tiled_loss/case.ts";

const backends = ["wasm", "tensorflow"] as const;
const dim = 128;

/** Runs a case in a process of its own. */
async function run(setup: Setup): Promise<Measured> {
  const program = fileURLToPath(new URL("tiled_loss/case.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, JSON.stringify(setup)],
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0) {
    throw new Error(
      `Cannot measure ${JSON.stringify(setup)} as its process must end well: received ${error}`,
    );
  }
  return JSON.parse(out.trim().split("\n").at(-1)!);
}

await runScript({
  name: "tiled_loss",
  summary: "Measures time and memory of the loss in tiles.",
  flags: {
    backends: { kind: "choices", allowed: backends, default: backends, help: "Backends to measure" },
    timed: {
      kind: "integer",
      min: 4,
      default: 2048,
      help: "Embeddings of both views whose loss is timed, in tiles and at once",
      placeholder: "n",
    },
    rows: { kind: "integer", min: 1, default: 512, help: "Anchors of a tile then", placeholder: "n" },
    samples: { kind: "integer", min: 1, default: 9, help: "Measured turns of each side", placeholder: "n" },
    large: {
      kind: "integer",
      min: 4,
      default: 16_384,
      help: "Embeddings of both views whose loss is taken once, as it chooses to",
      placeholder: "n",
    },
  },
  examples: ["deno run -A bench/tiled_loss.ts --backends wasm --samples 11"],
}, async ({ backends: chosen, timed, rows, samples, large }) => {
  console.log(`${processor()}, ${navigator.hardwareConcurrency} cores; load ${load().toFixed(1)} before\n`);
  const times: string[][] = [], memories: string[][] = [];
  for (const backend of chosen) {
    for (const classes of [10, timed / 2]) {
      const { tiled, atOnce } = await run({ backend, embeddings: timed, dim, classes, rows, samples });
      const ratios = tiled.map((time, turn) => time / atOnce[turn]);
      times.push([
        backend,
        `${classes}`,
        median(tiled).toFixed(0),
        median(atOnce).toFixed(0),
        `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} … ${
          Math.max(...ratios).toFixed(2)
        })`,
      ]);
    }
    for (const classes of [2, 10, 62, large / 2]) {
      const setup = { backend, embeddings: large, dim, classes, samples: 1 };
      const { tiled: [time], grownBytes, beforeBytes } = await run(setup);
      const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
      memories.push([
        backend,
        `${classes}`,
        mebibytes(grownBytes),
        mebibytes(beforeBytes),
        (time / 1000).toFixed(1),
      ]);
    }
  }
  console.log(`${timed} embeddings of ${dim}, ${rows} anchors of a tile, medians of ${samples} turns:\n`);
  console.log(markdownTable(["backend", "classes", "tiles, ms", "at once, ms", "ratio"], times));
  console.log(`\n${large} embeddings of ${dim}:\n`);
  console.log(markdownTable(["backend", "classes", "growth, MiB", "before, MiB", "seconds"], memories));
});
