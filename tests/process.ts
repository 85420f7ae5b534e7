import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** What a process wrote and how it ended. */
export interface Ended {
  code: number;
  out: string;
  error: string;
}

/** Runs deno in the repository's folder; arguments in one string are taken apart at the spaces. */
export async function deno(args: string | string[], env: Record<string, string> = {}): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: typeof args === "string" ? args.split(" ") : args,
    cwd: root,
    env: { NO_COLOR: "1", ...env },
  }).output();
  return { code, out: new TextDecoder().decode(stdout), error: ownWords(new TextDecoder().decode(stderr)) };
}

/** Without what Deno says of its own where several processes start at once, or fetch packages that nothing has needed yet. */
function ownWords(text: string): string {
  return text.replaceAll(
    /^(Blocking waiting for file lock on node_modules directory|(Download|Initialize) \S+)\n/gm,
    "",
  );
}

/** The arguments with which a task of deno.json starts deno. */
export async function taskArguments(name: string): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
  const [program, ...args]: string[] = tasks[name].command.split(" ");
  if (program !== "deno") {
    throw new RangeError(`Cannot run task ${name} as it must start deno: received ${program}`);
  }
  return args;
}

/** Runs a task as `deno task` does: a process of its own, with the permissions of the task. */
export async function task(
  name: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Ended> {
  return await deno([...await taskArguments(name), ...args], env);
}
