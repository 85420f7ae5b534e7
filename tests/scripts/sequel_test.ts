// The figure of the sequel, a preset of the task fig8: help, mistakes; planned, trained by somebody else, drawn, and drawn again.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { parseRunPlan } from "@hscl/hscl/experiment";
import { sequelRecord } from "../../lib/figures/mod.ts";
import fig8 from "../../scripts/fig8.ts";
import { deno, task } from "../process.ts";
import { call } from "./call.ts";
import { drawingEnvironment } from "./no_browser.ts";

Deno.test("fig8 --preset sequel has flags, defaults and help of its own; fig8 says that there is more", async () => {
  for (const args of [["--preset", "sequel", "--help"], ["--help", "--preset=sequel"]]) {
    const { code, out } = await call(fig8, ...args);
    assertEquals(code, 0);
    const text = out.replaceAll(/\s+/g, " ");
    assertMatch(text, /^Trains as the sequel of the paper does/);
    assertMatch(text, /--betas <x,x,…> [^-]*default 2,5,10,30\)/);
    assertMatch(text, /--negatives <n> [^-]*default 256\)/);
    assertMatch(text, /--temperature <x> [^-]*default 1\)/);
    assertMatch(text, /--head-dim <n> .*?default classes-1|classes-1 for one less/);
    assertMatch(text, /--embedding <name> .*?default ball\)/);
    assertMatch(text, /--views <name> .*?default single\)/);
    assertMatch(text, /--augmentation <name> .*?default none\)/);
    assert(!text.includes("--losses"), text);
  }
  const { out } = await call(fig8, "--help");
  assertStringIncludes(out, "deno task fig8 --preset sequel");
  assertMatch(out.replaceAll(/\s+/g, " "), /\(one of smoke, default, paper, sequel; default default\)/);
  const installed = await deno(["run", "-q", "-A", "cli.ts", "fig8", "--preset", "sequel", "--help"]);
  assertMatch(installed.out, /^Usage: deno run -A .*cli\.ts fig8 \[flags\]$/m);
  assertMatch(installed.out, /^ {2}deno run -A .*cli\.ts fig8 --preset sequel --betas 10/m);
});

Deno.test("a wrong flag or value of the sequel's figure is one line and exit code 2", async () => {
  const out = await Deno.makeTempDir(),
    wrong: [string[], RegExp][] = [
      [["--preset", "sequel", "--losses", "scl"], /^fig8: unknown flag --losses/],
      [["--preset", "sequel", "--betas", "0,2"], /--betas must be numbers above 0/],
      [
        ["--preset", "sequel", "--betas", "1,2,3,4,5,6"],
        /--betas must be at most 5 different values: received 6/,
      ],
      [["--preset", "sequel", "--preset", "smoke"], /--preset may be given only once/],
      [["--preset", "sequel", "--negatives", "0"], /--negatives must be an integer of at least 1/],
      [["--preset", "nothing"], /--preset must be one of smoke, default, paper, sequel/],
    ];
  for (const [args, expected] of wrong) {
    const { code, out: text, error } = await call(fig8, ...args, "--out", out);
    assertEquals([code, text, error.split("\n").length], [2, "", 1], `${args}: ${error}`);
    assertMatch(error, expected);
  }
  await Deno.remove(out, { recursive: true });
});

Deno.test("fig8 --preset sequel: planned, trained by a sweep, drawn, drawn again without training, and in the gallery", async () => {
  const folder = await Deno.makeTempDir(), out = join(folder, "results"), path = join(folder, "plan.json");
  const env = await drawingEnvironment(folder);
  const args = [
    "--preset",
    "sequel",
    "--dataset",
    "synthetic",
    "--train-images",
    "60",
    "--test-images",
    "30",
  ];
  args.push(
    "--epochs",
    "2",
    "--seeds",
    "2",
    "--betas",
    "10",
    "--batch-size",
    "20",
    "--backend",
    "wasm",
    "--out",
    out,
  );
  const plan = await task("fig8", [...args, "--plan", path]);
  assertEquals(plan.code, 0, plan.error);
  assertMatch(plan.out, /\n4 runs to train: deno task sweep --from /);
  const { runs } = parseRunPlan(await Deno.readTextFile(path), path), classes = 10;
  // Of the transforms of a view, normalisation is left.
  for (const { loss, encoder, optimizer, views, augmentation } of runs) {
    assertEquals<object>({ ...loss, name: "", hardening: {} }, {
      name: "",
      hardening: {},
      temperature: 1,
      sampledNegatives: 256,
      negativeWeight: "count",
    });
    assertEquals([views, augmentation.views.length, optimizer], ["single", 1, {
      learningRate: 1e-3,
      weightDecay: 0,
    }]);
    assertEquals([encoder.head.output, encoder.head.embedding], [classes - 1, "ball"]);
  }
  const trained = await task("sweep", ["--from", path, "--out", out, "--jobs", "1"]);
  assertEquals(trained.code, 0, trained.error);

  const drawn = await task("fig8", args, env);
  assertEquals(drawn.code, 0, drawn.error);
  assertMatch(drawn.error, /^fig8: 4 runs exist in \S+, of backend wasm; nothing to train\n$/);
  const file = join(out, "sequel", "sequel.json"), text = await Deno.readTextFile(file);
  const { figure, caption, context, rows, runs: used } = JSON.parse(text);
  assertEquals([figure, caption], ["sequel", sequelRecord.caption(rows)]);
  assertStringIncludes(drawn.out, caption);
  assertEquals([rows.length, used.length, context.temperature], [2 * 2 * 2, 4, 1]);
  assertMatch(context.encoder, /^small convnet, 9 dimensions$/);
  const again = await task("fig8", args, env);
  assertEquals([again.code, again.out, await Deno.readTextFile(file)], [0, drawn.out, text]);

  const gallery = await task("gallery", ["--out", out]);
  assertEquals(gallery.code, 0, gallery.error);
  assertStringIncludes(await Deno.readTextFile(join(out, "index.html")), sequelRecord.title);
  await Deno.remove(folder, { recursive: true });
});
