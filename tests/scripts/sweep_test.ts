// Sweeps as a user makes them: on this machine, in parts, from a plan; how far they are; every mistake in one line.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { parseRunPlan, runHash, runPlanText, shardOf } from "@hscl/hscl/experiment";
import { claimRun } from "../../lib/experiment/run_claim.ts";
import sweep from "../../scripts/sweep.ts";
import { deno, task, taskArguments } from "../process.ts";
import { call } from "./call.ts";

const tiny = "--preset smoke --dataset synthetic --backend wasm --epochs 1".split(" ");
const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
const planned = (path: string) => parseRunPlan(Deno.readTextFileSync(path), path);

Deno.test("a plan is the product of losses, strengths, temperatures and seeds, each run once", async () => {
  const out = await Deno.makeTempDir(), path = join(out, "plan.json");
  const plan = async (...args: string[]) => {
    const { code, error } = await call(sweep, ...tiny, "--out", out, "--plan", path, ...args);
    assertEquals([code, error], [0, ""]);
    return planned(path).runs;
  };
  const words = (runs: Awaited<ReturnType<typeof plan>>) =>
    runs.map(({ loss: { name, hardening, temperature }, seed }) =>
      [name, ...Object.values(hardening?.parameters ?? {}), `T${temperature}`, seed].join(" ")
    ).sort();
  assertEquals(
    words(await plan("--losses", "scl,hscl", "--betas", "1,2", "--temperatures", "0.1,0.5", "--seeds", "1")),
    [
      "hscl 1 T0.1 0",
      "hscl 1 T0.5 0",
      "hscl 2 T0.1 0",
      "hscl 2 T0.5 0",
      "scl T0.1 0",
      "scl T0.5 0",
    ],
  );
  const logistic = ["--hardening", "logistic", "--taus", "0,0.5", "--widths", "0.1,0.2"];
  assertEquals(words(await plan("--losses", "hscl", ...logistic, "--seeds", "2")), [
    "hscl 0 0.1 T0.5 0",
    "hscl 0 0.1 T0.5 1",
    "hscl 0 0.2 T0.5 0",
    "hscl 0 0.2 T0.5 1",
    "hscl 0.5 0.1 T0.5 0",
    "hscl 0.5 0.1 T0.5 1",
    "hscl 0.5 0.2 T0.5 0",
    "hscl 0.5 0.2 T0.5 1",
  ]);
  assertEquals((await plan("--losses", "ucl", "--seeds", "10")).length, 10);
  assertEquals(names(out), ["data.json", "plan.json"]);
  await Deno.remove(out, { recursive: true });
});

const four = [...tiny, ..."--losses scl,hscl --betas 1 --seeds 2".split(" ")];

Deno.test("parts by any scheduler are together the sweep, and the same as on one machine", async (t) => {
  const out = await Deno.makeTempDir(), path = join(out, "plan.json"), runsFolder = join(out, "runs");
  const made = await call(
    sweep,
    ...four,
    "--plan",
    path,
    "--out",
    out,
  );
  assertEquals(made.out, `${path}\n4 runs: deno task sweep --from ${path}`);
  const { runs } = planned(path), [one, two] = [1, 2].map((index) => shardOf(runs, index, 2).map(runHash));
  const status = (...args: string[]) => call(sweep, "status", ...args, "--out", out);

  await t.step("a part trains its runs, and leaves those that others train", async () => {
    await Deno.mkdir(runsFolder);
    const taken = await claimRun(runsFolder, one[0]);
    const { code, out: text, error } = await task("sweep", ["--from", path, "--shard", "1/2", "--out", out]);
    assertEquals([code, text], [0, "1 run of 2 finished\n"], error);
    assertMatch(error, /^sweep: 1 run left to who is training it$/m);
    assert(names(runsFolder).includes(one[1]) && !names(runsFolder).includes(one[0]));

    const { code: far, out: lines, error: left } = await status();
    assertEquals([far, left], [1, "sweep: 3 of 4 runs are not finished"]);
    assertMatch(lines, /^synthetic-[0-9a-f]{8}: 4 runs, 1 finished, 1 training, 2 missing\n/);
    assertMatch(
      lines,
      new RegExp(
        `^ {2}training +${one[0].slice(0, 8)} +H?-?SCL .*seed [01] +0 of 1 epoch +on ${Deno.hostname()}$`,
        "m",
      ),
    );
    await taken.remove();
    assertEquals((await status(path)).out.split("\n")[0], (await status()).out.split("\n")[0]);
  });

  await t.step("the other part, and the rest from the sweep's name: a table at the end", async () => {
    assertEquals((await task("sweep", ["--from", path, "--shard", "2/2", "--out", out])).code, 0);
    assertEquals(names(runsFolder), [one[1], ...two].sort());
    const [name] = names(join(out, "sweeps"));
    const { code, out: text, error } = await task("sweep", ["--from", name, "--out", out]);
    assertEquals(code, 0, error);
    assertMatch(error, /^sweep: 4 runs: 3 finished$/m);
    assertMatch(error, /^sweep: 1 run to train on 1 worker process$/m);
    assertMatch(text, /^settings +kNN top-1, % +class mean, % +seeds\n/);
    assertMatch(text, /^SCL +\d+\.\d\d ± \d+\.\d\d +\d+\.\d\d ± \d+\.\d\d +2$/m);
    assertMatch(text, /^2 seeds are few: the intervals are wide, --seeds 10 tells more$/m);
    assertEquals(await status(), { code: 0, out: `${name}: 4 runs, 4 finished`, error: "" });
    // All there: no worker starts.
    const again = await call(
      sweep,
      ...four,
      "--out",
      out,
    );
    assertEquals([again.code, again.out], [0, text.trimEnd()]);
    assert(!/to train/.test(again.error), again.error);
    assertEquals(names(join(out, "sweeps")), [name]);
  });

  await t.step("a batch script has the parts that are missing", async () => {
    const slurm = ["--from", path, "--out", out, "--slurm", "--dry-run"];
    assertEquals((await call(sweep, ...slurm)).out, "nothing to submit: 4 runs finished, or being trained");
    await Deno.remove(join(runsFolder, two[1]), { recursive: true });
    const at = runs.map(runHash).sort().indexOf(two[1]) + 1;
    const single = await call(sweep, ...slurm, "--time", "60", "--jobs", "2");
    assertMatch(single.out, new RegExp(`^#SBATCH --array=${at}$`, "m"));
    assertStringIncludes(single.out, `--out ${out} --jobs 2 --snapshot-minutes 5 --shard "$task/4" &`);
    const pairs = await call(sweep, ...slurm, "--runs-per-task", "2");
    assertMatch(pairs.out, /^#SBATCH --array=2$/m);
    const args = await taskArguments("sweep"), allowed = args.filter((arg) => arg.startsWith("--allow"));
    // What a task starts with is what the command has, but for what submits.
    for (const flag of allowed) assertStringIncludes(pairs.out, flag.replace(",sbatch", ""));
  });

  await t.step("without sbatch one line says what to do instead", async () => {
    const args = [...await taskArguments("sweep"), "--from", path, "--out", out, "--slurm"];
    const options = JSON.stringify({ args, env: { PATH: "/nonexistent" }, stderr: "inherit" });
    const start = `(await new Deno.Command(Deno.execPath(), ${options}).output()).code`;
    const { code, error } = await deno(["eval", `Deno.exit(${start})`]);
    assertEquals(code, 2, error);
    assertMatch(
      error,
      /^sweep: --slurm needs sbatch on the PATH: received none \(submit where SLURM is, or .* --shard i\/4\)\n$/,
    );
  });
  await Deno.remove(out, { recursive: true });
});

Deno.test("a run that fails is told of, and does not stop the others", async () => {
  const out = await Deno.makeTempDir(), path = join(out, "plan.json"), read = () => planned(path);
  assertEquals(
    (await call(sweep, ...tiny, "--losses", "scl", "--seeds", "2", "--plan", path, "--out", out)).code,
    0,
  );
  const plan = read(), [first, second] = plan.runs;
  // Augmented as no such images are: the worker refuses it.
  const broken = { ...first, augmentation: { ...first.augmentation, views: ["none"] } };
  await Deno.writeTextFile(path, runPlanText({ ...plan, runs: [broken, second] }));
  const { code, error } = await task("sweep", ["--from", path, "--out", out]);
  assertEquals(code, 1);
  assertMatch(
    error,
    /^sweep: 1 of 2 runs failed; the others are kept\. First: Cannot train as the augmentation/m,
  );
  const far = await call(sweep, "status", "--out", out, "--json"), [{ name, runs }] = JSON.parse(far.out);
  assertEquals([far.code, runs.length], [1, 2]);
  assertEquals(runs.map(({ state, epochs, of }: Record<string, unknown>) => [state, epochs, of]), [
    ["failed", 0, 1],
    ["finished", 1, 1],
  ]);
  assertEquals([runs[0].run, runs[0].where], [runHash(broken), Deno.hostname()]);
  assertMatch(runs[0].reason, /^Cannot train as the augmentation of the settings/);
  assertMatch(
    (await call(sweep, "status", name, "--out", out)).out,
    / {2}failed +[0-9a-f]{8} +SCL seed 0 +on .*: Cannot train/,
  );
  await Deno.remove(out, { recursive: true });
});

/** Tells a sweep that its time is over, once it has said something; how it ends then. */
async function stopped(args: readonly string[], when: string): Promise<{ code: number; said: string }> {
  const child = new Deno.Command("deno", {
    args: [...await taskArguments("sweep"), ...args],
    env: { NO_COLOR: "1" },
    stderr: "piped",
  }).spawn();
  const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
  let said = "", told = false;
  for await (const text of child.stderr.pipeThrough(decoder)) {
    said += text;
    if (!told && said.includes(when)) {
      child.kill("SIGUSR1");
      told = true;
    }
  }
  return { code: (await child.status).code, said };
}

Deno.test("SIGUSR1 stops a sweep with a code that says whether it got further", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const out = await Deno.makeTempDir(), path = join(out, "plan.json");
  await call(sweep, ...tiny, "--losses", "scl", "--seeds", "2", "--plan", path, "--out", out);
  const plan = planned(path), long = { ...plan.runs[0], epochs: 1000 };
  await Deno.writeTextFile(path, runPlanText({ ...plan, runs: [long] }));
  const args = ["--from", path, "--out", out];
  const stop = /^sweep: stopped before the time limit; what is trained is kept$/m;

  const nothing = await stopped(args, "1 run: 0 finished");
  assertEquals(nothing.code, 76, nothing.said);
  assertMatch(nothing.said, stop);

  const further = await stopped(args, "epoch 1/1000");
  assertEquals(further.code, 75, further.said);
  assertMatch(further.said, stop);
  const far = await call(sweep, "status", "--out", out);
  assertMatch(far.out, /1 unfinished\n {2}unfinished +[0-9a-f]{8} +SCL seed 0 +[1-9]\d* of 1000 epochs/);
  await Deno.remove(out, { recursive: true });
});

Deno.test("a wrong flag, value or combination is one line and exit code 2", async () => {
  const folder = await Deno.makeTempDir(), out = join(folder, "results"), path = join(folder, "no.json");
  await Deno.writeTextFile(path, "{}");
  const cases: [string[], RegExp][] = [
    [["start"], /unknown action "start" \(expected status, or none\)/],
    [["stats"], /unknown action "stats"; did you mean status\?/],
    [["--beta", "1"], /unknown flag --beta; did you mean --betas\?/],
    [["--seed", "1"], /unknown flag --seed; did you mean --seeds\?/],
    [
      ["--losses", "scl", "--betas", "2"],
      /--betas goes with a loss that weights its negatives \(hucl, hscl\): received --losses scl/,
    ],
    [
      ["--losses", "scl", "--hardening", "threshold"],
      /--hardening goes with a loss that weights its negatives/,
    ],
    [["--taus", "0.5"], /--tau is no parameter of --hardening exponential/],
    [["--temperatures", "0"], /--temperatures must be numbers above 0/],
    [["--shard", "0/4"], /--shard must be i\/n with i from 1 to n, such as 1\/4: received "0\/4"/],
    [["--shard", "5/4"], /--shard must be i\/n/],
    [["--shard", "1"], /--shard must be i\/n/],
    [["--from", path, "--seeds", "2"], /--from has all that is planned: received --seeds, too/],
    [["--from", path], /Cannot read plan .*no\.json as it must be of version 1: received none/],
    [
      ["--from", "nothing"],
      /a plan must be a file, or the name of a sweep in .* \(none\): received "nothing"/,
    ],
    [["--from", folder], /a plan must be a file that can be read: received /],
    [["--partition", "gpu"], /--partition goes with --slurm: received none/],
    [["--slurm", "--gpus", "all"], /--gpus must be a number of GPUs/],
    [["--slurm", "--shard", "1/2"], /--shard goes without --slurm: received both/],
    [["--plan", join(folder, "a.json"), "--slurm"], /--plan goes without --slurm: received both/],
    [["--json"], /--json goes with status/],
    [["status", "--seeds", "2"], /status takes --out and --json: received --seeds/],
    [["status"], /status needs a sweep: received none in /],
    [
      ["--name", "../up", "--dataset", "synthetic", "--backend", "wasm"],
      /--name must be of letters, digits, dots, dashes and underlines: received "\.\.\/up"/,
    ],
  ];
  for (const [args, expected] of cases) {
    const { code, out: stdout, error } = await call(sweep, ...args, "--out", out);
    assertEquals([code, stdout, error.split("\n").length], [2, "", 1], `${args}: ${error}`);
    assertMatch(error, expected);
    assertMatch(error, /^sweep: /);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a name belongs to the runs it was given to", async () => {
  const out = await Deno.makeTempDir(), path = (name: string) => join(out, `${name}.json`);
  const plan = (name: string, ...args: string[]) =>
    call(sweep, ...tiny, "--losses", "scl", ...args, "--plan", path(name), "--out", out);
  await plan("a", "--seeds", "1");
  await plan("b", "--seeds", "2");
  await Deno.mkdir(join(out, "sweeps", "mine"), { recursive: true });
  await Deno.copyFile(path("a"), join(out, "sweeps", "mine", "plan.json"));
  const { code, error } = await call(sweep, "--from", path("b"), "--name", "mine", "--out", out);
  assertEquals(code, 2);
  assertMatch(
    error,
    /^sweep: --name must be that of a new sweep, or of the same runs: received mine, of others$/,
  );
  await Deno.remove(out, { recursive: true });
});
