import type { Command } from "../../scripts/cli/mod.ts";
import type { Ended } from "../process.ts";

/** Runs a script in this process; what it would have written to the console, and its exit code. */
export async function call(script: Command, ...args: string[]): Promise<Ended> {
  const { log, error } = console, out: string[] = [], errors: string[] = [];
  console.log = (line) => void out.push(line);
  console.error = (line) => void errors.push(line);
  try {
    const code = await script.exitCode(args, { out: console.log, error: console.error });
    return { code, out: out.join("\n"), error: errors.join("\n") };
  } finally {
    Object.assign(console, { log, error });
  }
}
