// Tables as a user makes them: planned, trained by somebody else, drawn, and drawn again without training.
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { parseRunPlan } from "@hscl/hscl/experiment";
import { foldersOf } from "../../scripts/runs/dataset_folders.ts";
import { commandLine } from "../../scripts/cli/command_line.ts";
import table1 from "../../scripts/table1.ts";
import { task } from "../process.ts";
import { series, writeFiles } from "../data/image_files.ts";
import { call } from "./call.ts";

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("folders are given to the data sets that need them, and to no others", async () => {
  const dir = await Deno.makeTempDir();
  assertEquals([...foldersOf(undefined, ["mnist", "characters"])], []);
  assertEquals([...foldersOf(dir, ["mnist", "cifar10"])], [["cifar10", dir]]);
  assertEquals([...foldersOf(`folder=${dir},cifar10=${dir}`, ["cifar10", "folder"])], [
    ["folder", dir],
    ["cifar10", dir],
  ]);
  const wrong: [string | undefined, Parameters<typeof foldersOf>[1], RegExp][] = [
    [
      undefined,
      ["mnist", "cifar10"],
      /that needs one \(cifar10\), as NAME=DIR, joined by commas: received none$/,
    ],
    [dir, ["mnist"], /\(none of mnist does\)/],
    [dir, ["cifar10", "folder"], /\(cifar10, folder\)/],
    [`cifar10=${dir}`, ["cifar10", "folder"], /received none for folder$/],
    [`cifar10=${dir},cifar10=${dir}`, ["cifar10"], /received "cifar10=/],
    [`mnist=${dir}`, ["mnist", "cifar10"], /received "mnist=/],
  ];
  for (const [data, datasets, message] of wrong) {
    const error = assertThrows(() => foldersOf(data, datasets));
    assertMatch((error as Error).message, message);
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("the command that makes a table again names no folder of this machine", () => {
  assertEquals(
    commandLine("deno task table1", [
      "--",
      "--data",
      "cifar10=/home/me/c,folder=x",
      "--out=/tmp/a",
      "--seeds",
      "8",
      "--force",
    ]),
    "deno task table1 --data cifar10=DIR,folder=DIR --seeds 8",
  );
  assertEquals(
    commandLine("deno task table1", ["--data=/a/b", "--jobs", "2", "--plan", "p"]),
    "deno task table1 --data DIR",
  );
});

Deno.test("a wrong flag, value or combination is one line and exit code 2", async () => {
  const out = await Deno.makeTempDir();
  const cases: [string[], RegExp][] = [
    [["--dataset", "mnist"], /unknown flag --dataset; did you mean --datasets\?/],
    [
      ["--datasets", "mnist,imagenet"],
      /--datasets must be one or more of mnist, .*: received "mnist,imagenet"/,
    ],
    [["--datasets", "cifar10"], /--data must be a folder for each data set that needs one \(cifar10\)/],
    [["--betas", "0"], /--betas must be numbers above 0/],
    [["--plan", join(out, "plan.json"), "--force"], /--plan goes without --force/],
  ];
  for (const [args, expected] of cases) {
    const { code, out: text, error } = await call(table1, ...args, "--out", join(out, "results"));
    assertEquals([code, text, error.split("\n").length], [2, "", 1], `${args}: ${error}`);
    assertMatch(error, expected);
  }
  await Deno.remove(out, { recursive: true });
});

Deno.test("a table of two data sets: planned in two steps, trained by a sweep, drawn, and drawn again", async (t) => {
  const folder = await Deno.makeTempDir(), photos = join(folder, "photos"), out = join(folder, "results");
  // Enough of each class for a part to be left out, and fewer images than the preset takes.
  await writeFiles(photos, { ...series("dark", 30, 20, 16), ...series("light", 30, 200, 16) });
  const path = join(folder, "plan.json");
  const args = ["--preset", "smoke", "--datasets", "folder,synthetic", "--data", `folder=${photos}`];
  args.push("--epochs", "1", "--batch-size", "8", "--betas", "1,4", "--backend", "wasm", "--out", out);
  const planned = async () => parseRunPlan(await Deno.readTextFile(path), path);
  const sweep = () => task("sweep", ["--from", path, "--out", out, "--jobs", "1"]);

  await t.step("first, the runs that β is chosen by, and those that need none", async () => {
    const { code, out: text, error } = await task("table1", [...args, "--plan", path]);
    assertEquals(code, 0, error);
    assertMatch(
      text,
      /^[^\n]+\n16 runs to train: deno task sweep --from .*\nothers depend on the β that these choose/,
    );
    const { dataset, others, runs } = await planned();
    assertEquals([dataset, ...others!].map(({ name, validation }) => [name, validation]), [
      ["folder", 0.2],
      ["folder", undefined],
      ["synthetic", 0.2],
      ["synthetic", undefined],
    ]);
    const kinds = new Set(runs.map(({ dataset, loss }) => `${dataset.name}: ${loss.name}`));
    assertEquals(kinds.size, 8);
    assert(kinds.has("folder (validation split): hscl") && kinds.has("folder: scl"));
    // β is chosen on training images.
    const [whole, split] = ["synthetic", "synthetic (validation split)"].map((name) =>
      runs.find(({ dataset }) => dataset.name === name)!.dataset
    );
    assertEquals(split.trainImages + split.testImages, whole.trainImages);
    const trained = await sweep();
    assertEquals(trained.code, 0, trained.error);
  });

  await t.step("then those with the β that was chosen", async () => {
    const { code, out: text, error } = await task("table1", [...args, "--plan", path]);
    assertEquals(code, 0, error);
    assertMatch(text, /^[^\n]+\n8 runs to train: deno task sweep --from [^\n]*\n$/);
    const { runs } = await planned();
    assertEquals(new Set(runs.map(({ loss }) => loss.name)), new Set(["hucl", "hscl"]));
    const trained = await sweep();
    assertEquals(trained.code, 0, trained.error);
  });

  await t.step("nothing is left to train, and the table is drawn", async () => {
    const { code, out: text, error } = await task("table1", args);
    assertEquals(code, 0, error);
    assertMatch(error, /8 runs: 0 runs exist, 8 to train or evaluate on/);
    assertMatch(text, /^own images +UCL +– +\d+\.\d\d ± /m);
    assertMatch(text, /^synthetic.* H-SCL +[14] +\d+\.\d\d/m);
    assertEquals(names(join(out, "runs")).length, 24);
    assertEquals(names(join(out, "evaluations")).length, 16);
    const json = JSON.parse(await Deno.readTextFile(join(out, "smoke", "table1", "table1.json")));
    assertEquals([json.figure, json.rows.runs.length, json.rows.choices.length], ["table1", 16, 4]);
    assertEquals([json.runs.length, json.context.sets.length], [24, 2]);
    assert(json.rows.runs.every(({ seconds }: { seconds: number }) => seconds > 0));
    const html = await Deno.readTextFile(join(out, "smoke", "table1", "table1.html"));
    assertStringIncludes(html, "by Holm");
  });

  await t.step("once more, without training, evaluating or a worker", async () => {
    const first = await Deno.readTextFile(join(out, "smoke", "table1", "table1.json"));
    const again = await call(table1, ...args);
    assertEquals(again.code, 0, again.error);
    assertEquals(again.error.match(/nothing to train/g)?.length, 4);
    assert(!again.error.includes("backend wasm:"), again.error);
    const { runs, rows } = JSON.parse(await Deno.readTextFile(join(out, "smoke", "table1", "table1.json")));
    assertEquals([runs, rows], [JSON.parse(first).runs, JSON.parse(first).rows]);
    // An evaluation that is broken is made again.
    const [some] = names(join(out, "evaluations"));
    await Deno.writeTextFile(join(out, "evaluations", some), "{");
    const mended = await task("table1", args);
    assertEquals(mended.code, 0, mended.error);
    assertMatch(mended.error, /8 runs: 7 runs exist, 1 to train or evaluate/);
    assertEquals(JSON.parse(await Deno.readTextFile(join(out, "smoke", "table1", "table1.json"))).rows, rows);
  });
  await Deno.remove(folder, { recursive: true });
});
