// Every task that runs a script of ours, as a user types it: help and mistakes, before any work.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testsEverything } from "../grids.ts";
import { deno, task } from "../process.ts";

const config = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
const tasks = Object.entries<{ command: string }>(config.tasks)
  .filter(([, { command }]) => /^deno run .*\.ts$/.test(command))
  .map(([name]) => name)
  // These install packages of their own first.
  .filter((name) => testsEverything || !name.startsWith("build:"));

/** Twenty scripts take a while to load, so two at a time. */
async function forEachTask(check: (name: string) => Promise<void>): Promise<void> {
  const left = [...tasks];
  const work = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await check(name);
  };
  await Promise.all([work(), work()]);
}

Deno.test("--help of every task says how it is used, and does nothing else", async () => {
  assert(tasks.length >= 19, `${tasks}`);
  await forEachTask(async (name) => {
    const { code, out, error } = await task(name, ["--help"]);
    assertEquals(code, 0, `${name}: ${error}`);
    assertStringIncludes(out, `Usage: deno task ${name} [flags]`);
    assertMatch(out, /^ {2}--help, -h +Prints this text$/m);
  });
});

Deno.test("an unknown flag of any task is one line and exit code 2", async () => {
  await forEachTask(async (name) => {
    const { code, out, error } = await task(name, ["--bogus"]);
    assertEquals([code, out, error], [2, "", `${name}: unknown flag --bogus (--help lists all flags)\n`]);
  });
});

Deno.test("what cannot be written is refused before any work", async () => {
  const nowhere = join(await Deno.makeTempDir(), "absent", "file");
  const wrong: [string, string[]][] = [
    ["profile", ["--json", nowhere]],
    ["mutants", ["--out", nowhere]],
    ["bench:peers", ["--out", nowhere]],
    ["gallery", ["--out", "deno.json"]],
    ["pack", ["--out", "deno.json/a"]],
    ["check", ["--embeddings", "a.npy", "--labels", "b.npy", "--out", "deno.json"]],
    ["fig7", ["--out", "deno.json"]],
    ["figures", ["--out", "README.md"]],
  ];
  if (Deno.build.os !== "windows") wrong.push(["gallery", ["--out", "/dev/null"]]);
  for (const [name, args] of wrong) {
    const { code, out, error } = await task(name, args);
    assertEquals([code, out], [2, ""], `${name} ${args}`);
    assertMatch(
      error,
      new RegExp(`^${name}: --(out|json) must be a (folder|file to write): received [^\\n]+\\n$`),
    );
  }
});

Deno.test("render: a wrong figure or browser is one line and exit code 2", async () => {
  const folder = await Deno.makeTempDir(),
    png = join(folder, "a.png"),
    path = (name: string) => join(folder, name);
  await Deno.writeTextFile(path("cut.json"), "{");
  await Deno.writeTextFile(path("other.json"), "[1]");
  await Deno.writeTextFile(path("good.json"), JSON.stringify({ data: [], layout: {} }));
  const browser = path("good.json"); // a file, so that the figure's faults are reached
  const wrong: [string[], RegExp][] = [
    [
      ["--figure", path("absent.json"), "--browser", browser],
      /absent.json must be a figure as JSON: received no file/,
    ],
    [
      ["--figure", path("cut.json"), "--browser", browser],
      /cut.json must be a figure as JSON: received .*JSON/,
    ],
    [["--figure", path("other.json"), "--browser", browser], /received no data and layout/],
    [
      ["--figure", path("good.json"), "--browser", path("absent")],
      /--browser must be a program: received ".*absent"/,
    ],
  ];
  for (const [args, expected] of wrong) {
    const script = fileURLToPath(new URL("../../scripts/render.ts", import.meta.url));
    const { code, error } = await deno(["run", "-q", "-A", script, ...args, "--png", png]);
    assertEquals([code, error.split("\n").length], [2, 2], error);
    assertMatch(error, expected);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the package's commands: help, a leading --, and the command that was meant", async () => {
  const cli = (...args: string[]) => deno(["run", "-q", "-A", "cli.ts", ...args]);
  const help = await cli("--", "fig1", "--help");
  assertEquals(help.code, 0, help.error);
  assertMatch(help.out, /^Usage: deno run -A .*cli\.ts fig1 \[flags\]$/m);
  for (
    const [typed, meant] of [["galery", "gallery"], ["chek", "check"], ["fig", "fig1"], ["doctr", "doctor"]]
  ) {
    const { code, out, error } = await cli(typed, "--help");
    assertEquals([code, out], [2, ""]);
    assertMatch(
      error,
      new RegExp(`^hscl: unknown command "${typed}"; did you mean ${meant}\\? \\(expected [^\\n]+\\n$`),
    );
  }
  const { code, error } = await cli("learn");
  assertEquals([code, error.includes("did you mean")], [2, false]);
  assertEquals((await cli()).code, 2);
});
