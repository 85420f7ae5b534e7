import { UsageError } from "../cli/mod.ts";
import type { SweepFlags } from "./flags.ts";

/**
 * A time limit in seconds, in any of the forms that sbatch takes: `minutes`, `minutes:seconds`, `hours:minutes:seconds`,
 * `days-hours`, `days-hours:minutes` and `days-hours:minutes:seconds`.
 *
 * @throws {UsageError} if it is none, or no time
 */
export function secondsOfTime(text: string): number {
  const [, days, clock = text] = /^(\d{1,6})-(.*)$/.exec(text) ?? [];
  const parts = clock.split(":"), numbers = parts.map(Number);
  const isRight = parts.length <= 3 && parts.every((part) => /^\d{1,7}$/.test(part));
  const [hours, minutes, seconds] = days !== undefined
    ? [...numbers, 0, 0]
    : numbers.length === 3
    ? numbers
    : [0, ...numbers, 0];
  const total = ((Number(days ?? 0) * 24 + hours) * 60 + minutes) * 60 + seconds;
  if (isRight && total > 0) return total;
  throw new UsageError(
    `--time must be a time as sbatch takes it, such as 90 (minutes), 1:30:00 or 1-12:00:00: received ${
      JSON.stringify(text)
    }`,
  );
}

// What the batch script relies on.
const taken = ["array", "signal", "output", "error", "open-mode", "requeue", "no-requeue", "wrap", "chdir"];

/**
 * Options of sbatch joined by commas; one with commas in its value keeps them.
 *
 * @throws {UsageError} if one is none, or one that the batch script needs itself
 */
export function sbatchLines(text: string): string[] {
  const refuse = (requirement: string, received: string) =>
    new UsageError(`--sbatch must be ${requirement}: received ${JSON.stringify(received)}`);
  return text.split(/,(?=-)/).map((line) => {
    if (!/^-{1,2}[a-zA-Z][^\n\r]*$/.test(line)) {
      throw refuse("options of sbatch, joined by commas, such as --account=vision", line);
    }
    const [name] = line.replace(/^-+/, "").split(/[=\s]/);
    const isShort = !line.startsWith("--"), short = ["a", "o", "e", "D"];
    if (isShort ? short.includes(name[0]) : taken.includes(name)) {
      throw refuse("other options than those of the batch script", line);
    }
    return line;
  });
}

/** A flag whose value must look like something. */
const forms = {
  partition: [/^[\w.,-]+$/, "the name of a partition"],
  gpus: [/^([\w.-]+:)?[1-9]\d{0,3}$/, "a number of GPUs, with or without their type, such as 1 or a100:1"],
  mem: [/^[1-9]\d{0,9}[KMGT]?$/, "an amount of memory, such as 500M or 8G"],
} as const;

/**
 * The options of sbatch that flags give.
 *
 * @throws {UsageError} if one is not right
 */
export function sbatchOptions(flags: SweepFlags): string[] {
  for (const [name, [form, words]] of Object.entries(forms)) {
    const value = flags[name as keyof typeof forms];
    if (value === undefined || form.test(value)) continue;
    throw new UsageError(`--${name} must be ${words}: received ${JSON.stringify(value)}`);
  }
  const { partition, time, gpus, cpus, mem, sbatch, stopBefore } = flags;
  if (time !== undefined && secondsOfTime(time) <= stopBefore) {
    throw new UsageError(
      `--time must be longer than the ${stopBefore} seconds of --stop-before: received ${
        JSON.stringify(time)
      }`,
    );
  }
  return [
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(gpus === undefined ? [] : [`--gpus=${gpus}`]),
    ...(cpus === undefined ? [] : [`--cpus-per-task=${cpus}`]),
    ...(mem === undefined ? [] : [`--mem=${mem}`]),
    ...(sbatch === undefined ? [] : sbatchLines(sbatch)),
  ];
}
