/**
 * Runs the checks and tests against the real JSR packages instead of the stand-ins under links/, where JSR is in reach.
 * Exit code 0 says that they pass; 3 that JSR cannot be reached, so nothing was tested.
 */
const root = new URL("../", import.meta.url);
const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
delete config.links;
// Beside deno.json, so that its relative paths keep their meaning.
const upstream = new URL("deno.upstream.json", root);

async function deno(...args: string[]): Promise<{ code: number; errors: string }> {
  const { code, stderr } = await new Deno.Command("deno", {
    args,
    cwd: root,
    stdout: "inherit",
    stderr: "piped",
  })
    .output();
  return { code, errors: new TextDecoder().decode(stderr) };
}

let code: number;
try {
  await Deno.writeTextFile(upstream, JSON.stringify(config));
  const settings = ["--config", upstream.pathname, "--no-lock"];
  const check = await deno("check", ...settings, "mod.ts", "scripts/", "tests/");
  if (check.code !== 0 && /jsr\.io|JSR package manifest/.test(check.errors)) {
    console.error("JSR cannot be reached from here: nothing was tested");
    code = 3;
  } else {
    const flags = config.tasks.test.command.split(" ").slice(2);
    const result = check.code === 0 ? await deno("test", ...settings, ...flags) : check;
    console.error(result.errors);
    code = result.code;
  }
} finally {
  await Deno.remove(upstream);
}
Deno.exit(code);
