import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** What `deno task fig1` starts. */
export async function fig1Command(): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  return tasks.fig1.command.split(" ");
}

/** Seconds that a whole process takes in a folder, by default that of the project. @throws {Error} with its last line if it fails */
export async function secondsOf(command: readonly string[], folder = root): Promise<number> {
  const start = performance.now();
  await run(command, folder);
  return (performance.now() - start) / 1000;
}

/** What a process writes to stdout. @throws {Error} with the last line it wrote to stderr if it fails */
export async function run([program, ...args]: readonly string[], folder = root): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: folder,
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (code === 0) return new TextDecoder().decode(stdout);
  throw new Error(
    `${program} ${args[0]} failed: ${new TextDecoder().decode(stderr).trim().split("\n").at(-1)}`,
  );
}
