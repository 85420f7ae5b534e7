/** All figures, one after the other, and the gallery of them. Runs that several figures need are trained once. */
import { fileURLToPath } from "node:url";
import { figureRecords } from "../lib/figures/records.ts";
import { command, flagName, type FlagTable } from "./cli/mod.ts";
import { stopWithTask } from "./cli/orphans.ts";
import { Interrupted } from "./runs/pool.ts";
import { trainingFlags } from "./runs/training.ts";
import { figuresFolder } from "./runs/write_figure.ts";

const names = [...Object.keys(figureRecords), "gallery"];

// Figure 7 needs one run only, and the gallery only what was made.
const accepted: Record<string, (flag: string) => boolean> = {
  fig7: (flag) => flag !== "seeds",
  gallery: (flag) => flag === "out",
};

// With --force every figure would train again what the one before it has just trained.
const { force: _, ...flags } = trainingFlags satisfies FlagTable;

/** Runs a script as its task does and returns its exit code; a request to end goes to the script, which cleans up. */
async function runTask(name: string, args: readonly string[]): Promise<number> {
  const root = new URL("../", import.meta.url);
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const [, ...command] = tasks[name].command.split(" ");
  const child = new Deno.Command("deno", { args: [...command, ...args], cwd: fileURLToPath(root) }).spawn();
  const pass = () => child.kill("SIGTERM");
  // Ctrl-C reaches the script as well, without our help.
  const wait = () => {};
  Deno.addSignalListener("SIGINT", wait);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", pass);
  const task = stopWithTask(pass);
  const { code } = await child.status;
  task.forget();
  Deno.removeSignalListener("SIGINT", wait);
  if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGTERM", pass);
  return code;
}

const script = command({
  name: "figures",
  summary: "Makes all figures and the gallery, index.html. Runs that several figures need are trained once.",
  flags,
  examples: ["deno task figures", "deno task figures --preset smoke --out /tmp/look"],
}, async (values) => {
  for (const name of names) {
    const out = name === "gallery" ? figuresFolder(values) : values.out;
    const args = Object.entries({ ...values, out }).flatMap(([key, value]) =>
      value === undefined || accepted[name]?.(key) === false ? [] : [`${flagName(key)}=${value}`]
    );
    console.log(`\n=== ${name} ===`);
    const code = await runTask(name, args);
    if (code === new Interrupted().exitCode) throw new Interrupted();
    if (code !== 0) throw Object.assign(new Error(`${name} ended with code ${code}`), { exitCode: code });
  }
});

export default script;
if (import.meta.main) await script.run();
