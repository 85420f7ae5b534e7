/** This library's side of `deno task bench:peers`; see protocol.ts and, for PyTorch's side, peer.py. */
import process from "node:process";
import { type BackendName, initBackend } from "@hscl/hscl";
import { jsonLines } from "../../scripts/runs/protocol.ts";
import { lossStep } from "../loss_step.ts";
import { type TrainingStep, trainingStep } from "../training_step.ts";
import type { PeerRequest, PeerSample, PeerSetup, Work } from "./protocol.ts";
import { theoryRun } from "./theory.ts";

/** Work that can be done again and again; each time gives the loss. */
type Prepared = Pick<TrainingStep, "run" | "parameters">;

function prepare(work: Work): Prepared {
  if (work.kind === "step") return trainingStep(work);
  return work.kind === "loss"
    ? { ...lossStep(work), parameters: 0 }
    : { run: theoryRun(work), parameters: 0 };
}

const text = new TextEncoder();
const answer = (message: unknown) => Deno.stdout.writeSync(text.encode(JSON.stringify(message) + "\n"));
// stdout carries answers only.
console.log = console.info = console.warn = console.error;

/** The most resident memory so far. */
const peak = () => 1024 * process.resourceUsage().maxRSS;

let startBytes = 0;
const setup: PeerSetup = JSON.parse(Deno.args[0]);
try {
  const report = await initBackend({ backend: setup.backend as BackendName });
  const threads = report.backend === "tensorflow" ? navigator.hardwareConcurrency : 1;
  startBytes = peak();
  answer({ ready: `TensorFlow.js ${report.version}, ${report.backend}: ${report.detail}`, threads });
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}

const prepared = new Map<string, Prepared>();
for await (const { work, iterations } of jsonLines<PeerRequest>(Deno.stdin.readable, console.error)) {
  try {
    const key = JSON.stringify(work);
    const task = prepared.get(key) ?? prepare(work);
    prepared.set(key, task);
    const start = performance.now();
    let value = NaN;
    for (let i = 0; i < iterations; i++) value = await task.run();
    const seconds = (performance.now() - start) / 1000 / iterations;
    const { rss: residentBytes } = Deno.memoryUsage();
    const { parameters } = task, peakBytes = peak(), grownBytes = peakBytes - startBytes;
    answer({ seconds, value, parameters, residentBytes, peakBytes, grownBytes } satisfies PeerSample);
  } catch (error) {
    answer({ failed: error instanceof Error ? error.message : String(error) });
  }
}
