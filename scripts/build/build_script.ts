import { runScript } from "../cli/mod.ts";

/**
 * Runs a build script, which makes a committed file from its sources, or with `--check` compares it.
 *
 * @param task name of the task
 * @param summary what it makes
 * @param work loads what it is made with itself, so that help and mistakes need none of it
 */
export async function buildScript(
  task: string,
  summary: string,
  work: (checks: boolean) => Promise<void>,
): Promise<void> {
  await runScript({
    name: task,
    summary,
    flags: {
      check: {
        kind: "boolean",
        help: "Writes nothing; fails if what is committed is not what would be made",
      },
    },
    examples: [`deno task ${task}`, `deno task ${task} --check`],
  }, ({ check }) => work(check));
}
