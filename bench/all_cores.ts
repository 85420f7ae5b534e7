/**
 * Theory checks and kNN on one thread and on several: `deno run -A bench/all_cores.ts --backend wasm --count 50000
 * --threads 1,2`. Wall time needs an idle machine; processor time says what the threads cost.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import {
  anchorStatistics,
  type BackendName,
  exponential,
  initBackend,
  knnClassify,
  Random,
} from "@hscl/hscl";

const { values } = parseArgs({
  options: {
    backend: { type: "string", default: "wasm" },
    count: { type: "string", default: "50000" },
    threads: { type: "string", default: "1,2" },
    repeats: { type: "string", default: "3" },
    only: { type: "string", default: "pairs,knn" },
  },
});
const { detail } = await initBackend({ backend: values.backend as BackendName });
const count = Number(values.count), dim = 128, classes = 10;
const random = new Random(0).child("all cores");
const features = Float32Array.from({ length: count * dim }, () => random.normal());
const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
const fifth = Math.floor(count / 5);
const queries = { features: features.subarray(0, fifth * dim), labels: labels.subarray(0, fifth) };

const works: Record<string, { name: string; run(threads: number): Promise<unknown> }> = {
  pairs: {
    name: `all pairs of ${count}, d = ${dim}, 5 values of β`,
    run: (threads) =>
      anchorStatistics(features, dim, labels, { hardenings: [0.5, 1, 2, 5, 10].map(exponential), threads }),
  },
  knn: {
    name: `kNN of ${fifth} in ${count}, d = ${dim}`,
    run: (threads) => knnClassify({ features, labels }, queries, { dim, classes, threads }),
  },
};

console.log(`${navigator.hardwareConcurrency} cores; ${detail}\n`);
console.log("| work | threads | seconds | processor seconds |\n| --- | --- | --- | --- |");
for (const only of values.only.split(",")) {
  const { name, run } = works[only];
  // In turns, as other programs come and go.
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    for (const threads of values.threads.split(",").map(Number)) {
      const started = performance.now(), before = process.cpuUsage();
      await run(threads);
      const { user, system } = process.cpuUsage(before);
      const seconds = [(performance.now() - started) / 1000, (user + system) / 1e6];
      console.log(`| ${[name, threads, ...seconds.map((s) => s.toFixed(1))].join(" | ")} |`);
    }
  }
}
