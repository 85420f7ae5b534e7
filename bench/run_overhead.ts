/**
 * What a run costs beside its training: sweeps of small runs, in one process and in one each, and again when all are there.
 *
 * ```sh
 * deno run -A bench/run_overhead.ts
 * ```
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EpochTime, parseRunPlan, runHash, type RunPlan, runPlanText } from "@hscl/hscl/experiment";
import { load, processor } from "./machine.ts";
import { markdownTable } from "./table.ts";

const RUNS = 24, REPEATS = 3;
const small = "--preset smoke --dataset synthetic --backend wasm --epochs 1 --losses scl --seeds".split(" ");
const root = fileURLToPath(new URL("../", import.meta.url)), folder = await Deno.makeTempDir();
const [, ...task] = JSON.parse(await Deno.readTextFile(join(root, "deno.json"))).tasks.sweep.command.split(
  " ",
);

/** Seconds that a sweep takes, its process included. */
async function seconds(...args: string[]): Promise<number> {
  const start = performance.now();
  const { success, stderr } = await new Deno.Command("deno", { args: [...task, ...args], cwd: root })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return (performance.now() - start) / 1000;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const path = join(folder, "plan.json");
await seconds(...small, `${RUNS}`, "--plan", path, "--out", folder);
const plan = parseRunPlan(await Deno.readTextFile(path), path);

async function planOf(runs: number): Promise<{ path: string; runs: RunPlan["runs"] }> {
  const file = join(folder, `${runs}.json`), some = plan.runs.slice(0, runs);
  await Deno.writeTextFile(file, runPlanText({ ...plan, runs: some }));
  return { path: file, runs: some };
}

/** Seconds of a sweep by one worker, of its training alone, and of the same when all is there. */
async function sweep(runs: number) {
  const { path, runs: some } = await planOf(runs), out = join(folder, crypto.randomUUID());
  const args = ["--from", path, "--out", out, "--jobs", "1"];
  const whole = await seconds(...args), again = await seconds(...args);
  let training = 0, bytes = 0;
  for (const run of some) {
    const place = join(out, "runs", runHash(run));
    const { seconds }: EpochTime = JSON.parse(await Deno.readTextFile(join(place, "timing.jsonl")));
    training += seconds;
    const { files } = JSON.parse(await Deno.readTextFile(join(place, "manifest.json")));
    for (const file of Object.values<{ bytes: number }>(files)) bytes += file.bytes;
  }
  await Deno.remove(out, { recursive: true });
  return { whole, training, again, bytes };
}

const before = load(),
  repeated = async (runs: number) => {
    const all: Awaited<ReturnType<typeof sweep>>[] = [];
    for (let i = 0; i < REPEATS; i++) all.push(await sweep(runs));
    const of = (name: keyof (typeof all)[number]) => median(all.map((each) => each[name]));
    return { whole: of("whole"), training: of("training"), again: of("again"), bytes: of("bytes") };
  };
const one = await repeated(1), many = await repeated(RUNS), more = RUNS - 1;
await Deno.remove(folder, { recursive: true });

const per = (name: "whole" | "training" | "again") => (many[name] - one[name]) / more;
const milliseconds = (value: number) => `${Math.round(1000 * value)} ms`;
console.log(
  `${processor()}, ${navigator.hardwareConcurrency} cores; load ${before.toFixed(1)} before, ${
    load().toFixed(1)
  } after; ` +
    `Deno ${Deno.version.deno}, wasm\n`,
);
console.log(markdownTable(["beside the training", "time"], [
  ["a run in a process of its own, such as a task of an array", milliseconds(one.whole - one.training)],
  [
    "another run in the same process: evaluation, state of the training, files",
    milliseconds(per("whole") - per("training")),
  ],
  ["a command whose one run is there", milliseconds(one.again)],
  ["another run that is there: the lengths of its files are compared", milliseconds(per("again"))],
]));
console.log(
  `\nMedians of ${REPEATS} sweeps of 1 and of ${RUNS} runs by one worker, each of ${
    milliseconds(per("training"))
  } training ` +
    `and ${
      Math.round(many.bytes / RUNS / 1000)
    } kB; what a further run costs is the difference of the two by ${more}.`,
);
