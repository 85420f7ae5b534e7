import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where a virtual environment with PyTorch is made and found again: in the user's cache. */
export function environmentFolder(): string {
  return join(Deno.env.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "hscl", "peers-venv");
}

/** No Python with PyTorch, and why. */
export class NoPython extends Error {}

/**
 * A Python that has PyTorch: the one given, else that of the virtual environment, which is made and filled from PyPI first
 * if need be.
 *
 * @param path `--python`
 * @param say told before anything long begins
 * @throws {NoPython} if there is none and none can be made
 */
export async function findPython(path: string | undefined, say: (line: string) => void): Promise<string> {
  if (path !== undefined) {
    await runOrThrow(path, ["-c", "import torch"]);
    return path;
  }
  const folder = environmentFolder(), windows = Deno.build.os === "windows";
  const python = windows ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  if (existsSync(python) && await works(python)) return python;
  say(
    `installing PyTorch from PyPI into ${folder} (about 5 GB with its CUDA packages; --python PATH uses another)`,
  );
  await runOrThrow(windows ? "python" : "python3", ["-m", "venv", folder]);
  await runOrThrow(python, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-input",
    "torch",
    "pytorch-metric-learning",
  ]);
  await runOrThrow(python, ["-c", "import torch"]);
  return python;
}

async function works(python: string): Promise<boolean> {
  return await runOrThrow(python, ["-c", "import torch"]).then(() => true, () => false);
}

async function runOrThrow(program: string, args: string[]): Promise<void> {
  const command = `${program} ${args.join(" ")}`;
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, { args, stdout: "null", stderr: "piped" }).output();
  } catch (error) {
    throw new NoPython(`${command}: ${(error as Error).message}`);
  }
  if (output.code === 0) return;
  const last = new TextDecoder().decode(output.stderr).trim().split("\n").at(-1);
  throw new NoPython(`${command}: ${last || `exit code ${output.code}`}`);
}
