// Figure 9 as a user makes it: mistakes and help; planned, trained by somebody else, drawn, and drawn again without training.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { parseRunPlan } from "@hscl/hscl/experiment";
import { fig9Record } from "../../lib/figures/mod.ts";
import fig9 from "../../scripts/fig9.ts";
import { task } from "../process.ts";
import { call } from "./call.ts";
import { drawingEnvironment } from "./no_browser.ts";

Deno.test("a wrong flag, value or combination of fig9 is one line and exit code 2", async () => {
  const out = await Deno.makeTempDir(),
    wrong: [string[], RegExp][] = [
      [["--axes", "weather"], /--axes must be one or more of classes, batch, negatives, noise, imbalance/],
      [["--label-noise", "0.2"], /unknown flag --label-noise; did you mean --label-noises\?/],
      [["--datasets", "cifar10"], /--data must be a folder for each data set that needs one \(cifar10\)/],
      [["--label-noises", "1"], /--label-noises must be numbers from 0 to 0.999/],
      [["--plan", join(out, "plan.json"), "--force"], /--plan goes without --force/],
    ];
  for (const [args, expected] of wrong) {
    const { code, out: text, error } = await call(fig9, ...args, "--out", join(out, "results"));
    assertEquals([code, text, error.split("\n").length], [2, "", 1], `${args}: ${error}`);
    assertMatch(error, expected);
  }
  const { out: help } = await call(fig9, "--help");
  for (const flag of ["axes", "datasets", "batch-sizes", "negatives", "imbalances"]) {
    assertStringIncludes(help, `--${flag}`);
  }
  await Deno.remove(out, { recursive: true });
});

Deno.test("fig9: versions of a data set in one plan, trained by a sweep, drawn, and drawn again without training", async () => {
  const folder = await Deno.makeTempDir(), out = join(folder, "results"), path = join(folder, "plan.json");
  const env = await drawingEnvironment(folder);
  const args = [
    "--preset",
    "smoke",
    "--datasets",
    "synthetic",
    "--train-images",
    "60",
    "--test-images",
    "30",
  ];
  args.push(
    "--epochs",
    "1",
    "--seeds",
    "1",
    "--losses",
    "scl,hscl",
    "--batch-sizes",
    "10,20",
    "--negatives",
    "2",
  );
  args.push("--label-noises", "0,0.5", "--imbalances", "1,4", "--backend", "wasm", "--out", out);
  const plan = await task("fig9", [...args, "--plan", path]);
  assertEquals(plan.code, 0, plan.error);
  // Two losses: as usual, with two batch sizes, two negatives, half of the labels wrong, classes out of balance.
  assertMatch(plan.out, /\n12 runs to train: deno task sweep --from /);
  const { dataset, others, runs } = parseRunPlan(await Deno.readTextFile(path), path);
  const all = [dataset, ...others!];
  assertEquals(all.map(({ options: { labelNoise, imbalance } }) => [labelNoise, imbalance]), [
    [undefined, undefined],
    [0.5, undefined],
    [undefined, 4],
  ]);
  assertEquals(new Set(all.map(({ digest }) => digest)), new Set(runs.map((run) => run.dataset.digest)));
  // Fewer images do not make smaller batches.
  assertEquals(new Set(runs.map(({ batchSize }) => batchSize)), new Set([4, 10, 20]));
  const trained = await task("sweep", ["--from", path, "--out", out, "--jobs", "1"]);
  assertEquals(trained.code, 0, trained.error);

  const drawn = await task("fig9", args, env);
  assertEquals(drawn.code, 0, drawn.error);
  assertEquals(drawn.error.match(/nothing to train/g)?.length, 3);
  const file = join(out, "smoke", "fig9", "fig9.json"), text = await Deno.readTextFile(file);
  const { figure, caption, rows, runs: used } = JSON.parse(text);
  assertEquals([figure, caption, used.length], ["fig9", fig9Record.caption(rows), 12]);
  // Two losses at one data set, two batch sizes, two numbers of negatives, two noises, two imbalances.
  assertEquals(rows.length, 2 * 9);
  const again = await task("fig9", args, env);
  assertEquals([again.code, again.out, await Deno.readTextFile(file)], [0, drawn.out, text]);
  const gallery = await task("gallery", ["--out", join(out, "smoke")]);
  assertEquals(gallery.code, 0, gallery.error);
  assertStringIncludes(await Deno.readTextFile(join(out, "smoke", "index.html")), fig9Record.title);
  await Deno.remove(folder, { recursive: true });
});
