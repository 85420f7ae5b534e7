/**
 * The commands of the toolkit, for those who have the package rather than a clone of the repository.
 *
 * ```sh
 * deno run -A jsr:@hscl/hscl/cli check --embeddings embeddings.npy --labels labels.npy
 * deno run -A jsr:@hscl/hscl/cli fig1 --preset smoke
 * deno run -A jsr:@hscl/hscl/cli doctor
 * ```
 *
 * Each command has `--help`. Needs Deno: commands read and write files and start processes.
 *
 * @module
 */
import { denoFor } from "./lib/core/platform.ts";
import { type Command, didYouMean } from "./scripts/cli/mod.ts";

/** The commands: what each does, and where it is. Loaded only when asked for. */
const commands: Readonly<Record<string, { summary: string; load: () => Promise<{ default: Command }> }>> = {
  train: { summary: "trains with one loss, and keeps the run", load: () => import("./scripts/train.ts") },
  sweep: {
    summary: "many runs, on this machine or on many",
    load: () => import("./scripts/sweep.ts"),
  },
  evaluate: {
    summary: "how well runs tell classes apart, alone or side by side",
    load: () => import("./scripts/evaluate.ts"),
  },
  embed: {
    summary: "embeddings, features and a map of new images",
    load: () => import("./scripts/embed.ts"),
  },
  runs: {
    summary: "lists, shows, compares, imports and removes runs",
    load: () => import("./scripts/runs.ts"),
  },
  check: { summary: "checks the theory on your own embeddings", load: () => import("./scripts/check.ts") },
  fetch: { summary: "downloads a data set", load: () => import("./scripts/fetch.ts") },
  fig9: {
    summary: "what data and batches do to the losses",
    load: () => import("./scripts/fig9.ts"),
  },
  table1: {
    summary: "accuracy of the losses on several data sets",
    load: () => import("./scripts/table1.ts"),
  },
  table2: { summary: "accuracy of the losses on graphs", load: () => import("./scripts/table2.ts") },
  figures: { summary: "all figures, and the page of them", load: () => import("./scripts/figures.ts") },
  gallery: { summary: "one page with the figures that exist", load: () => import("./scripts/gallery.ts") },
  doctor: {
    summary: "which backend runs here, and why not the others",
    load: () => import("./scripts/doctor.ts"),
  },
};

/** The command of a figure; none if there is no such figure. Loaded only when asked for, as the figures are all at once. */
async function figureNamed(name: string): Promise<Command | undefined> {
  const { figureRecords } = await import("./lib/figures/records.ts");
  if (!Object.hasOwn(figureRecords, name)) return undefined;
  const { figureCommand } = await import("./scripts/runs/figure.ts");
  return figureCommand(figureRecords[name as keyof typeof figureRecords]);
}

/** What each command does, by name. */
async function summaries(): Promise<[name: string, summary: string][]> {
  const { figureRecords } = await import("./lib/figures/records.ts");
  return [
    ...Object.values(figureRecords).map(({ name, title }): [string, string] => [name, title]),
    ...Object.entries(commands).map(([name, { summary }]): [string, string] => [name, summary]),
  ];
}

/** Runs the command that `args` begin with; ends the process with exit code 2 if there is none. */
async function main(args: readonly string[]): Promise<void> {
  const { exit } = denoFor("run a command");
  // Some pass on a leading `--`, as `deno task` does.
  const { url } = import.meta, [name, ...rest] = args[0] === "--" ? args.slice(1) : args;
  const started = `deno run -A ${url.startsWith("file:") ? url : "jsr:@hscl/hscl/cli"}`;
  if (name === undefined || name === "--help" || name === "-h") {
    console.log([
      `Usage: ${started} <command> [flags]`,
      "",
      "Commands:",
      ...(await summaries()).map(([name, summary]) => `  ${name.padEnd(9)}${summary}`),
      "",
      "<command> --help lists a command's flags.",
    ].join("\n"));
    if (name === undefined) exit(2);
    return;
  }
  const command = Object.hasOwn(commands, name)
    ? (await commands[name].load()).default
    : await figureNamed(name);
  if (command === undefined) {
    const names = (await summaries()).map(([name]) => name);
    console.error(
      `hscl: unknown command ${JSON.stringify(name)}${didYouMean(name, names)} (expected ${
        names.join(", ")
      })`,
    );
    return exit(2);
  }
  await command.runAs(`${started} ${name}`, rest);
}

if (import.meta.main) await main(Deno.args);
