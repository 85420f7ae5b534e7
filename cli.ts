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
  check: { summary: "checks the theory on your own embeddings", load: () => import("./scripts/check.ts") },
  fig1: { summary: "accuracy of UCL, SCL, H-UCL and H-SCL", load: () => import("./scripts/fig1.ts") },
  fig2: { summary: "Theorem 1 while training", load: () => import("./scripts/fig2.ts") },
  fig3: { summary: "Assumption 1", load: () => import("./scripts/fig3.ts") },
  fig4: { summary: "accuracy against the strength of hardening", load: () => import("./scripts/fig4.ts") },
  fig5: { summary: "hardening functions compared", load: () => import("./scripts/fig5.ts") },
  fig6: { summary: "Theorem 2 while training", load: () => import("./scripts/fig6.ts") },
  fig7: { summary: "convergence in the number of negatives", load: () => import("./scripts/fig7.ts") },
  fig8: { summary: "maps and geometry of the representations", load: () => import("./scripts/fig8.ts") },
  gallery: { summary: "one page with the figures that exist", load: () => import("./scripts/gallery.ts") },
  doctor: {
    summary: "which backend runs here, and why not the others",
    load: () => import("./scripts/doctor.ts"),
  },
};

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
      ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(9)}${summary}`),
      "",
      "<command> --help lists a command's flags.",
    ].join("\n"));
    if (name === undefined) exit(2);
    return;
  }
  if (!Object.hasOwn(commands, name)) {
    console.error(
      `hscl: unknown command ${JSON.stringify(name)}${didYouMean(name, Object.keys(commands))} (expected ${
        Object.keys(commands).join(", ")
      })`,
    );
    exit(2);
  }
  const { default: command } = await commands[name].load();
  await command.runAs(`${started} ${name}`, rest);
}

if (import.meta.main) await main(Deno.args);
