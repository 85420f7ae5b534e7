// What the flags of a figure make of it besides: planned, drawn from runs, drawn again without any, and beside the usual figure.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { parseRunPlan, runHash } from "@hscl/hscl/experiment";
import fig2 from "../../scripts/fig2.ts";
import fig3 from "../../scripts/fig3.ts";
import fig6 from "../../scripts/fig6.ts";
import gallery from "../../scripts/gallery.ts";
import { series, writeFiles } from "../data/image_files.ts";
import { task } from "../process.ts";
import { call } from "./call.ts";

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
const tiny = "--preset smoke --epochs 1 --seeds 1 --batch-size 8 --backend wasm --betas 1".split(" ");
const read = async (out: string, name: string) =>
  JSON.parse(await Deno.readTextFile(join(out, "smoke", name, `${name}.json`)));

Deno.test("fig2 --on train has runs, a folder and a place in the gallery of its own, and is drawn again from its runs", async () => {
  const out = await Deno.makeTempDir(), path = join(out, "plan.json");
  const args = [
    ...tiny,
    "--dataset",
    "synthetic",
    "--train-images",
    "60",
    "--test-images",
    "40",
    "--out",
    out,
  ];
  const planned = await call(fig2, ...args, "--on", "train", "--plan", path);
  assertEquals(planned.code, 0, planned.error);
  const { runs: [run] } = parseRunPlan(await Deno.readTextFile(path), path);
  assertEquals(run.observed!.map(({ name }) => name), ["ucl", "scl", "hucl", "hscl"]);
  for (const on of ["test", "train"]) {
    const { code, error } = await task("fig2", [...args, "--on", on]);
    assertEquals(code, 0, error);
    assertMatch(error, /1 to train on/);
  }
  const [usual, batches] = [await read(out, "fig2"), await read(out, "fig2-train")];
  assertEquals([batches.figure, batches.runs], ["fig2-train", [runHash(run)]]);
  assertEquals(batches.rows.map(({ epoch, on }: { epoch: number; on: string }) => [epoch, on]), [[
    1,
    "train",
  ]]);
  assert(usual.rows.every((row: object) => !("on" in row)) && !usual.runs.includes(runHash(run)));
  assertStringIncludes(batches.caption, "In the batches of a training with H-UCL");
  const again = await call(fig2, ...args, "--on", "train");
  assertMatch(again.error, /^fig2: 1 run exists in .*, of backend wasm; nothing to train$/);
  assertEquals(await read(out, "fig2-train"), batches);
  const { code, out: page } = await call(gallery, "--out", join(out, "smoke"));
  assertEquals(code, 0);
  const html = await Deno.readTextFile(page);
  assert(html.indexOf('id="fig2"') > 0 && html.indexOf('id="fig2-train"') > html.indexOf('id="fig2"'));
  await Deno.remove(out, { recursive: true });
});

Deno.test("fig3 and fig6 of several data sets: planned together, trained by a sweep, one picture, drawn again", async () => {
  const folder = await Deno.makeTempDir(), photos = join(folder, "photos"), out = join(folder, "results");
  await writeFiles(photos, { ...series("dark", 20, 20, 8), ...series("light", 20, 200, 8) });
  const path = join(folder, "plan.json");
  const args = [...tiny, "--datasets", "folder,synthetic", "--data", `folder=${photos}`, "--out", out];
  for (const [script, runs] of [[fig3, 2], [fig6, 2]] as const) {
    const planned = await call(script, ...args, "--plan", path);
    assertEquals(planned.code, 0, planned.error);
    assertMatch(planned.out, new RegExp(`\n${runs} runs to train: deno task sweep --from `));
    const { dataset, others, runs: missing } = parseRunPlan(await Deno.readTextFile(path), path);
    assertEquals([dataset.name, ...others!.map(({ name }) => name)], ["folder", "synthetic"]);
    assertEquals(missing.map(({ dataset }) => dataset.name), ["folder", "synthetic"]);
    const trained = await task("sweep", ["--from", path, "--out", out, "--jobs", "1"]);
    assertEquals(trained.code, 0, trained.error);
    const drawn = await call(script, ...args), name = `${script.script.name}-datasets`;
    assertEquals(drawn.code, 0, drawn.error);
    assertEquals(drawn.error.match(/nothing to train/g)?.length, 2, drawn.error);
    const json = await read(out, name);
    assertEquals([json.figure, json.runs], [name, missing.map(runHash).sort()]);
    const sets = [...new Set(json.rows.map((row: { dataset: string }) => row.dataset))];
    assertEquals(sets.slice(0, 2), ["own images", "synthetic images"]);
    // What they do not share is not said of all.
    assertEquals([json.context.dataset, json.context.epochs], [undefined, 1]);
    for (const set of sets) assertStringIncludes(json.caption, `on ${set}`.trim());
  }
  assertEquals(names(join(out, "smoke")), ["fig3-datasets", "fig6-datasets"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("data sets that do not go together with other flags are one line and exit code 2", async () => {
  const out = await Deno.makeTempDir(), file = join(out, "file");
  await Deno.writeTextFile(file, "");
  const most = "mnist,characters,synthetic,cifar10,cifar100,stl10,folder,npy,medmnist";
  const cases: [typeof fig3, string[], RegExp][] = [
    [
      fig3,
      ["--datasets", "mnist", "--dataset", "mnist"],
      /^fig3: --datasets goes without --dataset: received both$/,
    ],
    [fig3, ["--datasets", "mnist,imagenet"], /--datasets must be one or more of /],
    [fig3, ["--datasets", most], /--datasets must be at most 7 for fig3: received 9/],
    [fig6, ["--datasets", most], /--datasets must be at most 8 for fig6: received 9/],
    [
      fig6,
      ["--datasets", "mnist,cifar10"],
      /--data must be a folder for each data set .*\(cifar10\).*received none/,
    ],
    [fig6, ["--datasets", "mnist", "--data", out], /\(none of mnist does\)/],
    [fig6, ["--dataset", "cifar10", "--data", file], /--data must be a folder: received the file/],
    [fig6, ["--data", out], /--data goes with --dataset/],
    [fig2, ["--datasets", "mnist"], /unknown flag --datasets; did you mean --dataset\?/],
    [fig2, ["--on", "both"], /--on must be one of test, train: received "both"/],
  ];
  for (const [script, args, expected] of cases) {
    const { code, out: text, error } = await call(script, ...args, "--out", join(out, "results"));
    assertEquals([code, text, error.split("\n").length], [2, "", 1], `${args}: ${error}`);
    assertMatch(error, expected);
  }
  await Deno.remove(out, { recursive: true });
});
