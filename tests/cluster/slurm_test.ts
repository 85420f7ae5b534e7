// A sweep as a job array of a real SLURM, one task of which reaches its time limit: what comes of it is what one machine trains.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { parseRunPlan, runHash, type RunPlan, runPlanText, shardOf } from "@hscl/hscl/experiment";
import { testsEverything } from "../grids.ts";
import { task } from "../process.ts";
import { type Cluster, startCluster } from "./start.ts";
import { noCluster } from "./programs.ts";
import { numbersOf } from "../experiment/numbers_of.ts";

/** Registers a test in `deno task test:all`: it waits for time limits, which SLURM has in minutes only. */
function clusterTest(name: string, body: (cluster: Cluster) => Promise<void>): void {
  const why = noCluster();
  if (!testsEverything) return;
  Deno.test({
    name: why === undefined ? name : `${name} (${why})`,
    ignore: why !== undefined,
    async fn() {
      const cluster = await startCluster();
      try {
        await body(cluster);
      } finally {
        await cluster.end();
      }
    },
  });
}

async function sweep(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const { code, out, error } = await task("sweep", args, environment);
  assertEquals(code, 0, error);
  return out;
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** Asks again and again until there is an answer. */
async function eventually<T>(seconds: number, what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 1000 * seconds;; await pause(0.5)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) {
      throw new Error(`Cannot wait for ${what} as it must come within ${seconds} s: received none`);
    }
  }
}

// Long enough to reach a time limit of a minute, 15 seconds before which SLURM sends its signal, up to 30 seconds too early.
const LONG_SECONDS = 75;
// An epoch and its evaluation, in the time of the epoch.
const WITH_EVALUATION = 1.4;

clusterTest(
  "an array of 12 runs, one of which is stopped at its time limit and queued again, equals one machine's",
  async (cluster) => {
    const folder = await Deno.makeTempDir(),
      here = join(folder, "here"),
      there = join(folder, "on a cluster");
    const path = join(folder, "plan.json");
    const flags =
      "--preset smoke --dataset synthetic --backend wasm --epochs 1 --seeds 2 --losses scl,hscl --betas 1,2";
    await sweep([...flags.split(" "), "--temperatures", "0.1,0.5", "--plan", path, "--out", here]);
    const all = parseRunPlan(await Deno.readTextFile(path), path);
    assertEquals(all.runs.length, 12);

    // Eleven here, which says how fast this machine is; so the twelfth can be as long as it has to be.
    const [first, ...others] = all.runs, short: RunPlan = { ...all, runs: others };
    await Deno.writeTextFile(path, runPlanText(short));
    await sweep(["--from", path, "--out", here]);
    const seconds = others.map((run) => {
      const timing = Deno.readTextFileSync(join(here, "runs", runHash(run), "timing.jsonl"));
      return Number(JSON.parse(timing).seconds);
    });
    const epochs = Math.ceil(LONG_SECONDS / WITH_EVALUATION / Math.min(...seconds)),
      long = { ...first, epochs };
    const plan: RunPlan = { ...all, runs: [long, ...others] };
    await Deno.writeTextFile(path, runPlanText(plan));

    const slurm = ["--slurm", "--time", "1", "--stop-before", "15", "--cpus", "1"];
    const submitted = await sweep(
      ["--from", path, "--out", there, "--name", "twelve", ...slurm],
      cluster.environment,
    );
    assertMatch(
      submitted,
      /job\.sh\nsubmitted as job \d+: 12 tasks\nnext: deno task sweep status twelve --out /,
    );
    const [, job] = submitted.match(/job (\d+)/)!;
    const at = plan.runs.findIndex((_, index) => shardOf(plan.runs, index + 1, 12)[0] === long) + 1,
      id = `${job}_${at}`;
    const log = join(there, "sweeps", "twelve", "logs", `${id}.log`);

    const requeued = async () => {
      const { out } = await cluster.call("scontrol", "show", "job", id);
      return /JobState=PENDING[\s\S]*Restarts=1/.test(out) || /Restarts=1[\s\S]*JobState=PENDING/.test(out)
        ? out
        : undefined;
    };
    await eventually(300, `task ${id} to be queued again`, requeued);
    // SLURM leaves two minutes, so that the end of the first start is not taken for that of the second.
    await pause(10);
    // With a longer limit, so that it is stopped once only.
    const update = ["scontrol", "update", `JobId=${id}`, "StartTime=now", "TimeLimit=10"];
    assertEquals((await cluster.call(...update)).error, "");
    const local = sweep(["--from", path, "--out", here, "--jobs", "1"]);
    await eventually(300, "all tasks to end", async () => {
      const { code, out } = await cluster.call("squeue", "-h");
      return code === 0 && out.trim() === "" ? true : undefined;
    });
    // What SLURM says of the task, should anything below fail.
    const { out: ended } = await cluster.call("scontrol", "show", "job", id);
    assertMatch(ended, /JobState=COMPLETED/);

    const words = await Deno.readTextFile(log);
    assertMatch(
      words,
      new RegExp(`^part ${at} of 12 on .*, start 0\n[\\s\\S]*^part ${at} of 12 on .*, start 1$`, "m"),
    );
    // It went on from where it was stopped.
    assertMatch(words, /start 1\n[\s\S]*^ {2}SCL seed 0: goes on after epoch [1-9]\d*( and \d+ steps?)?$/m);
    assertStringIncludes(words, "sweep: stopped before the time limit; what is trained is kept\n");
    assertEquals(await sweep(["status", "twelve", "--out", there]), "twelve: 12 runs, 12 finished\n");
    assertMatch(
      await sweep(["--from", "twelve", "--out", there, ...slurm], cluster.environment),
      /^nothing to submit/,
    );

    assertMatch(await local, /^settings +kNN top-1/);
    for (const run of plan.runs.map(runHash)) {
      const [ours, theirs] = [here, there].map((out) => numbersOf(join(out, "runs", run)));
      assert(Object.keys(ours).length > 6, `${Object.keys(ours)}`);
      assertEquals(theirs, ours, run);
    }
    await Deno.remove(folder, { recursive: true });
  },
);
