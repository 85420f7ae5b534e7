/**
 * Runs the checks and tests against the real JSR packages instead of the stand-ins under links/, where JSR is in reach.
 * Exit code 0 says that they pass; 3 that JSR cannot be reached, so nothing was tested.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { interruptible, runScript } from "./cli/mod.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

async function deno(signal: AbortSignal, ...args: string[]): Promise<{ code: number; errors: string }> {
  const { code, stderr } = await new Deno.Command("deno", {
    args,
    cwd: root,
    signal,
    stdout: "inherit",
    stderr: "piped",
  })
    .output();
  return { code, errors: new TextDecoder().decode(stderr) };
}

/** The tests with another configuration; throws with the exit code if they fail. */
async function test(config: string, flags: readonly string[], signal: AbortSignal): Promise<void> {
  const settings = ["--config", config, "--no-lock"];
  const check = await deno(signal, "check", ...settings, "mod.ts", "scripts/", "tests/");
  if (check.code !== 0 && /jsr\.io|JSR package manifest/.test(check.errors)) {
    throw Object.assign(new Error("JSR cannot be reached from here: nothing was tested"), { exitCode: 3 });
  }
  const { code, errors } = check.code === 0 ? await deno(signal, "test", ...settings, ...flags) : check;
  console.error(errors);
  if (code !== 0) throw Object.assign(new Error("the checks or tests fail"), { exitCode: code });
}

await runScript({
  name: "test:upstream",
  summary:
    "Runs the checks and tests with the real JSR packages instead of the stand-ins in links/. Exit code 3 says that JSR " +
    "cannot be reached.",
  flags: {},
}, async () => {
  const config = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  delete config.links;
  // Beside deno.json, so that its relative paths keep their meaning.
  const upstream = join(root, "deno.upstream.json");
  try {
    await writeAtomically(upstream, JSON.stringify(config));
    const flags = config.tasks.test.command.split(" ").slice(2);
    await interruptible("nothing is left behind", (signal) => test(upstream, flags, signal));
  } finally {
    await Deno.remove(upstream);
  }
});
