// What sbatch is asked for: times in all its forms, and every mistake in one line before anything is submitted.
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { parseFlags, UsageError } from "../../scripts/cli/mod.ts";
import { sweepFlags } from "../../scripts/sweep/flags.ts";
import { sbatchLines, sbatchOptions, secondsOfTime } from "../../scripts/sweep/slurm_options.ts";

const options = (...args: string[]) =>
  sbatchOptions(parseFlags({ name: "sweep", summary: "", flags: sweepFlags }, args));

Deno.test("a time limit is read as sbatch reads it", () => {
  const times: [string, number][] = [
    ["90", 90 * 60],
    ["90:30", 90 * 60 + 30],
    ["1:30:00", 5400],
    ["100:00:00", 360_000],
    ["2-12", 60 * 3600],
    ["2-12:30", 60 * 3600 + 1800],
    ["2-12:30:15", 60 * 3600 + 1815],
    ["0-00:10:00", 600],
  ];
  for (const [text, seconds] of times) assertEquals(secondsOfTime(text), seconds, text);
  const wrong = [
    "",
    "0",
    "0:00:00",
    "-5",
    "1h",
    "1.5",
    "1:2:3:4",
    "1-",
    "-1:00",
    "1-2-3",
    "1-2:3:4:5",
    "UNLIMITED",
    " 5",
  ];
  for (const text of wrong) {
    assertThrows(
      () => secondsOfTime(text),
      UsageError,
      `--time must be a time as sbatch takes it, such as 90 (minutes), 1:30:00 or 1-12:00:00: received ${
        JSON.stringify(text)
      }`,
    );
  }
});

Deno.test("options of sbatch are joined by commas, and keep those in their values", () => {
  assertEquals(sbatchLines("--account=vision"), ["--account=vision"]);
  assertEquals(sbatchLines("--constraint=a,b,--exclusive,-q normal,--mail-user=a@b"), [
    "--constraint=a,b",
    "--exclusive",
    "-q normal",
    "--mail-user=a@b",
  ]);
  for (const line of ["account", "--", "-", "--a=\nrm", ""]) {
    assertThrows(() => sbatchLines(line), UsageError, "--sbatch must be options of sbatch, joined by commas");
  }
  for (
    const line of ["--array=1-2", "--signal=USR2", "--output=a", "-o a", "-a1-3", "--no-requeue", "--wrap=ls"]
  ) {
    const refusal = `--sbatch must be other options than those of the batch script: received "${line}"`;
    assertThrows(() => sbatchLines(`--exclusive,${line}`), UsageError, refusal);
  }
});

Deno.test("flags of a cluster become options, and wrong ones are one line", () => {
  assertEquals(options(), []);
  const all = "--partition gpu,long --time 1-0 --gpus a100:2 --cpus 4 --mem 8G --sbatch=--account=vision"
    .split(" ");
  assertEquals(options(...all), [
    "--partition=gpu,long",
    "--time=1-0",
    "--gpus=a100:2",
    "--cpus-per-task=4",
    "--mem=8G",
    "--account=vision",
  ]);
  const wrong: [string[], RegExp][] = [
    [["--partition", "two words"], /^--partition must be the name of a partition: received "two words"$/],
    [["--gpus", "all"], /^--gpus must be a number of GPUs, with or without their type, .*: received "all"$/],
    [["--gpus", "0"], /^--gpus must be/],
    [["--mem", "8 GB"], /^--mem must be an amount of memory, such as 500M or 8G: received "8 GB"$/],
    [["--time", "soon"], /^--time must be a time as sbatch takes it/],
    [["--time", "2"], /^--time must be longer than the 120 seconds of --stop-before: received "2"$/],
    [["--time", "1:00:00", "--stop-before", "3600"], /^--time must be longer than the 3600 seconds/],
  ];
  for (const [args, expected] of wrong) {
    assertMatch(assertThrows(() => options(...args), UsageError).message, expected);
  }
});
