// What a figure still needs, as a plan: nothing is trained, and what is planned is what the figure would train.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { parseRunPlan, runHash } from "@hscl/hscl/experiment";
import figures from "../../scripts/figures.ts";
import fig1 from "../../scripts/fig1.ts";
import { series, writeFiles } from "../data/image_files.ts";
import { task } from "../process.ts";
import { call } from "./call.ts";

const tiny = "--preset smoke --dataset synthetic --epochs 1 --seeds 1".split(" ");
const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
const planned = async (path: string) => parseRunPlan(await Deno.readTextFile(path), path);

Deno.test("a figure plans what it would train, also on a backend that is not here, and then what is still missing", async () => {
  const out = await Deno.makeTempDir(), path = join(out, "fig5.plan");
  const plan = (...args: string[]) => task("fig5", [...tiny, "--out", out, "--plan", path, ...args]);

  const elsewhere = await plan("--backend", "tensorflow");
  assertEquals([elsewhere.code, elsewhere.error], [0, ""]);
  assertEquals((await planned(path)).runs.map(({ backend, loss }) => `${backend} ${loss.name}`), [
    "tensorflow scl",
  ]);
  assertEquals(names(out), ["data.json", "fig5.plan"]);

  const first = await plan("--backend", "wasm");
  assertEquals(first.code, 0, first.error);
  assertEquals(first.out.split("\n").slice(0, 3), [
    path,
    `1 run to train: deno task sweep --from ${path}`,
    "fig5 may need others, which depend on the results of these: plan again when they are there",
  ]);
  assertEquals(names(out), ["data.json", "fig5.plan"]);
  // The reference that the others are matched to.
  const [reference] = (await planned(path)).runs,
    train = [...tiny.slice(0, -2), "--backend", "wasm", "--out", out];
  const trained = await task("train", [...train, "--loss", "scl"]);
  assertEquals(trained.code, 0, trained.error);
  assertEquals(names(join(out, "runs")), [runHash(reference)]);
  const second = await plan("--backend", "wasm"), { runs } = await planned(path);
  assertStringIncludes(second.out, "\n4 runs to train: ");
  assertEquals(runs.map(({ loss }) => loss.hardening!.name), [
    "exponential",
    "threshold",
    "polynomial",
    "logistic",
  ]);
  assertEquals(names(join(out, "runs")), [runHash(reference)]);

  assertEquals((await task("train", [...train, "--loss", "hscl"])).code, 0);
  const whole = await task("fig7", [...tiny.slice(0, -2), "--beta", "1", "--out", out, "--plan", path]);
  assertMatch(whole.out, /^[^\n]+\nno run is missing\n$/);
  assertMatch(whole.error, /^fig7: 1 run exists in .*, of backend wasm; nothing to train\n$/);
  assertEquals((await planned(path)).runs, []);
  await Deno.remove(out, { recursive: true });
});

Deno.test("all figures are one plan, in which each run is once; a folder of images has its whole path", async () => {
  const folder = await Deno.makeTempDir(), photos = join(folder, "photos"), out = join(folder, "results");
  await writeFiles(photos, { ...series("dark", 20, 20, 16), ...series("light", 20, 200, 16) });
  const path = join(folder, "plan.json"), here = Deno.cwd();
  const own = [
    "--dataset",
    "folder",
    "--data",
    "photos",
    "--epochs",
    "1",
    "--seeds",
    "2",
    "--backend",
    "wasm",
  ];
  try {
    Deno.chdir(folder);
    const { code, out: text, error } = await call(figures, ...own, "--out", out, "--plan", "plan.json");
    assertEquals(code, 0, error);
    assertMatch(text, /^plan\.json\n\d+ runs to train: deno task sweep --from plan\.json\nfig5 may need/);
  } finally {
    Deno.chdir(here);
  }
  const { dataset, runs } = await planned(path);
  assertEquals([dataset.name, dataset.options.dataDir], ["folder", await Deno.realPath(photos)]);
  const { code } = await call(fig1, ...own.with(3, photos), "--out", out, "--plan", path);
  assertEquals(code, 0);
  const hashes = runs.map(runHash), ofFig1 = (await planned(path)).runs.map(runHash);
  assertEquals(ofFig1.length, 8);
  assert(ofFig1.every((hash) => hashes.includes(hash)), "those of a figure are among those of all");
  assert(hashes.length > 8 && new Set(hashes).size === hashes.length);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a plan that cannot be is one line and exit code 2", async () => {
  const out = await Deno.makeTempDir(), path = join(out, "plan.json");
  const wrong: [string[], RegExp][] = [
    [["--plan", path, "--force"], /^fig1: --plan goes without --force: received both/],
    [["--plan", join(out, "no", "plan.json")], /^fig1: --plan must be a file to write: received/],
    [["--plan", path, "--data", out], /^fig1: --data goes with --dataset/],
  ];
  for (const [args, expected] of wrong) {
    const { code, out: text, error } = await call(fig1, ...args, "--out", out);
    assertEquals([code, text, error.split("\n").length], [2, "", 1], error);
    assertMatch(error, expected);
  }
  assertEquals(names(out), []);
  await Deno.remove(out, { recursive: true });
});
