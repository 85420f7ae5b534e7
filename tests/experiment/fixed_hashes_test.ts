// What a run is called does not change with the version, so that runs that are there are found again.
import { assertEquals } from "@std/assert";
import { type Plan, presets, runHash, runsOf } from "@hscl/hscl/experiment";

const data = (side: number, channels: number) => ({
  name: "characters",
  digest: "0123456789abcdef",
  trainImages: 8000,
  testImages: 2000,
  shape: { height: side, width: side, channels },
  statistics: { mean: Array(channels).fill(0.25), std: Array(channels).fill(0.5) },
  classes: 62,
  trainClasses: 62,
} as unknown as Plan["data"]);

Deno.test("settings that there have long been have the names of then", () => {
  const hashes = Object.entries(presets).flatMap(([name, preset]) => {
    const { network, size, seeds: _, epochs, batchSize, learningRate: from, weightDecay } = preset;
    const learningRate = name === "smoke" ? { kind: "cosine", from, to: from / 100 } as const : from;
    const plan: Plan = {
      backend: "wasm",
      data: name === "paper" ? data(32, 3) : data(28, 1),
      network,
      size,
      seeds: 1,
      epochs,
      batchSize,
      temperature: 0.5,
      optimizer: { learningRate, weightDecay },
      ...(name === "default" ? { chunkSize: 64 } : {}),
    };
    const hardening = { name: "exponential", parameters: { beta: 1 } } as const;
    return runsOf(plan, [{ name: "ucl" }, { name: "hscl", hardening, sampledNegatives: 16 }]).map(runHash);
  });
  assertEquals(hashes, [
    "c15f212714cd8937",
    "228b8db5516992ac",
    "1bb32f5bde435bdd",
    "212777850f3e2d57",
    "c889cce740cdff53",
    "5a929076a8809a23",
  ]);
});
