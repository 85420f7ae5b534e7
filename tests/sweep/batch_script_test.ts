// The batch script of an array, as text; tests/cluster submits one to a real SLURM.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { arrayRanges, batchScript, shellWord } from "../../scripts/sweep/batch_script.ts";

const job = {
  name: "betas",
  folder: "/shared/results/sweeps/betas",
  out: "/shared/results",
  tasks: [1, 2, 3, 7],
  shards: 12,
  maxParallel: 4,
  jobs: 1,
  snapshotMinutes: 5,
  stopBefore: 120,
  options: ["--partition=gpu", "--time=4:00:00"],
  script: "/shared/hscl/scripts/sweep.ts",
  directory: "/shared/hscl/",
};

Deno.test("a batch script asks for what was said, and for a signal before the limit", () => {
  const text = batchScript(job), lines = text.split("\n");
  assertEquals(lines[0], "#!/bin/bash");
  assertEquals(lines.filter((line) => line.startsWith("#SBATCH")), [
    "#SBATCH --job-name=betas",
    "#SBATCH --array=1-3,7%4",
    '#SBATCH --output="/shared/results/sweeps/betas/logs/%A_%a.log"',
    "#SBATCH --open-mode=append",
    "#SBATCH --requeue",
    "#SBATCH --signal=B:USR1@120",
    "#SBATCH --partition=gpu",
    "#SBATCH --time=4:00:00",
  ]);
  // sbatch reads none after the first command.
  assertEquals(
    lines.findIndex((line) => line.startsWith("task=")) >
      lines.findLastIndex((line) => line.startsWith("#SBATCH")),
    true,
  );
  assertMatch(text, /^cd \/shared\/hscl\/ \|\| exit$/m);
  assertMatch(
    text,
    /^deno run -q --no-prompt --cached-only .*--allow-run=deno \\\n {2}\/shared\/hscl\/scripts\/sweep\.ts \\\n {2}--from betas --out \/shared\/results --jobs 1 --snapshot-minutes 5 --shard "\$task\/12" &$/m,
  );
  assertMatch(text, /^scontrol requeue "\$\{SLURM_ARRAY_JOB_ID\}_\$task"\n$/m);
});

Deno.test("a package's script is its address, started where the job was submitted; odd paths are one word", () => {
  const text = batchScript({
    ...job,
    script: "https://example.com/hscl/scripts/sweep.ts",
    directory: undefined,
    maxParallel: undefined,
    folder: "/home/o'neil/50% done/sweeps/betas",
  });
  assertEquals(/^cd /m.test(text), false);
  assertMatch(text, /^ {2}https:\/\/example\.com\/hscl\/scripts\/sweep\.ts \\$/m);
  assertStringIncludes(text, "#SBATCH --array=1-3,7\n");
  assertStringIncludes(text, `#SBATCH --output="/home/o'neil/50%% done/sweeps/betas/logs/%A_%a.log"`);
  assertStringIncludes(text, `tries='/home/o'\\''neil/50% done/sweeps/betas/logs'/stopped_$task`);
});

Deno.test("indices are written as ranges, and words of a shell are quoted where they must be", () => {
  assertEquals(arrayRanges([1]), "1");
  assertEquals(arrayRanges([3, 1, 2, 9, 8, 5]), "1-3,5,8-9");
  assertEquals(["a-b/c.d", "a b", "$x", "it's", ""].map(shellWord), [
    "a-b/c.d",
    "'a b'",
    "'$x'",
    `'it'\\''s'`,
    "''",
  ]);
});
