// fig1 as a user runs it: its own process, the permissions of its task. Mistakes are told apart in this process.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { hasAddOn, nodePackages } from "../../lib/backend/native/locate.ts";
import fig1 from "../../scripts/fig1.ts";
import { testsEverything } from "../grids.ts";
import { task } from "../process.ts";
import { call } from "./call.ts";
import { drawingEnvironment } from "./no_browser.ts";

async function listing(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) names.push(name);
  return names.sort();
}

Deno.test("a wrong flag, value or folder is one line and exit code 2, and leaves nothing behind", async () => {
  const folder = await Deno.makeTempDir();
  const out = join(folder, "out"), empty = join(folder, "empty");
  await Deno.mkdir(empty);
  await Deno.writeTextFile(join(folder, "file"), "");
  const cases: [string[], RegExp][] = [
    [["--epoch", "3"], /unknown flag --epoch; did you mean --epochs\?/],
    [["--epochs", "many"], /--epochs must be an integer of at least 1: received "many"/],
    [["--dataset", "imagenet"], /--dataset must be one of mnist, .*synthetic/],
    [["--losses", "ucl,triplet"], /--losses must be one or more of ucl, scl, .*hscl/],
    [["--temperature", "0"], /--temperature must be a number above 0/],
    [["--beta", "-1"], /--beta must be a number of at least 0/],
    [["--tau-plus", "1"], /tauPlus as it must be at least 0 and below 1: received 1/],
    [["--temperature", "1e-300"], /temperature as it must be at least 1e-16: received 1e-300/],
    [["--beta", "1e29"], /exponential hardening at temperature 0.5 .*received -2e\+29/],
    [["--negatives", "20000000"], /sampled negatives .* at most 16777215: received 20000000/],
    [["--preset", "paper"], /ResNet-50/],
    [["--dataset", "cifar10"], /--data/],
    [["--dataset", "cifar10", "--data", empty], /empty/],
    [["--dataset", "cifar10", "--data", join(folder, "absent")], /absent/],
    [["--data", empty], /--data goes with --dataset cifar10/],
    [["--batch-size", "9999"], /--batch-size must be at most the 8000 training images/],
    [["extra"], /positional/],
  ];
  for (const [args, expected] of cases) {
    const { code, out: stdout, error } = await call(fig1, ...args, "--out", out);
    assertEquals([code, stdout], [2, ""], `${args}: ${error}`);
    assertMatch(error, expected);
    assertEquals(error.split("\n").length, 1, error);
    assertStringIncludes(error, "fig1: ");
  }
  const file = await task("fig1", ["--out", join(folder, "file")]);
  assertEquals([file.code, file.out], [2, ""]);
  assertMatch(file.error, /^fig1: --out must be a folder: received the file .*\n$/);
  await Deno.mkdir(join(folder, "taken"));
  await Deno.writeTextFile(join(folder, "taken", "runs"), "");
  const taken = await call(fig1, "--out", join(folder, "taken"));
  assertEquals([taken.code, taken.out], [2, ""]);
  assertMatch(
    taken.error,
    /^fig1: --out must be a folder for runs and figures: received one where runs is no folder$/,
  );
  const left = await listing(folder);
  // Those refused after the arguments were read may have made the folder for results; never anything in it.
  if (left.includes("out")) assertEquals(await listing(out), []);
  assertEquals(left.filter((name) => name !== "out"), ["empty", "file", "taken"]);
  await Deno.remove(folder, { recursive: true });
});

const hasPackage = nodePackages.some(hasAddOn);

Deno.test({
  name: `asking for the native library where it is not installed is one line and exit code 2${
    hasPackage ? " (ignored: the add-on of a tfjs-node package is installed)" : ""
  }`,
  ignore: hasPackage,
  async fn() {
    const out = await Deno.makeTempDir();
    const args = ["--backend", "tensorflow", "--out", out], env = { HSCL_NATIVE: join(out, "absent") };
    const { code, out: stdout, error } = await task("fig1", args, env);
    assertEquals([code, stdout], [2, ""], error);
    assertMatch(error, /^fig1: --backend tensorflow: .*\n$/);
    await Deno.remove(out, { recursive: true });
  },
});

Deno.test("--help names every flag on stdout", async () => {
  const { code, out } = await call(fig1, "--help");
  assertEquals(code, 0);
  const flags = "preset dataset data backend losses seeds epochs batch-size beta temperature jobs out force"
    .split(" ");
  for (const flag of flags) assertStringIncludes(out, `--${flag}`);
});

// The smoke preset's two seeds, or one.
const seeds = testsEverything ? 2 : 1;

Deno.test("smoke run: rows, files, reuse, and only what changed is trained again", async () => {
  const folder = await Deno.makeTempDir(), out = join(folder, "out"), env = await drawingEnvironment(folder);
  const run = (...args: string[]) => {
    const seedFlags = seeds === 2 || args.includes("--seeds") ? [] : ["--seeds", "1"];
    return task("fig1", ["--preset", "smoke", "--backend", "wasm", "--out", out, ...seedFlags, ...args], env);
  };

  const first = await run();
  assertEquals(first.code, 0, first.error);
  assertStringIncludes(first.error, `${4 * seeds} runs: 0 runs exist, ${4 * seeds} to train`);
  assertEquals(first.error.match(/^\[\d\/\d\] /gm)?.length, 4 * seeds);
  for (const name of ["UCL", "SCL", "H-UCL", "H-SCL"]) {
    const interval = seeds === 2 ? "± .*" : "";
    assertMatch(first.out, new RegExp(`^${name} +\\d\\d\\.\\d\\d ${interval}.*${seeds}$`, "m"));
  }
  const { rows } = JSON.parse(await Deno.readTextFile(join(out, "smoke", "fig1", "fig1.json")));
  assertEquals(rows.length, 4 * seeds * 2);
  assertEquals(
    new Set(rows.map(({ loss }: { loss: string }) => loss)),
    new Set(["ucl", "scl", "hucl", "hscl"]),
  );
  for (const row of rows) {
    assert(row.top1 > 0.3 && row.top1 <= row.top5 && row.top5 <= 1, JSON.stringify(row)); // chance is 0.1
    assert(row.trainLoss > 0 && row.trainLoss < 5, JSON.stringify(row));
  }
  const html = await Deno.readTextFile(join(out, "smoke", "fig1", "fig1.html"));
  assert(
    html.includes("H-SCL") && html.includes('id="plotly"') && !/<(script|link)[^>]+(src|href)=/.test(html),
  );
  const runs = await listing(join(out, "runs"));
  assertEquals(runs.length, 4 * seeds);
  assertEquals(await listing(join(out, "runs", runs[0])), [
    "checkpoint",
    "config.json",
    "embeddings.npy",
    "history",
    "labels.npy",
    "manifest.json",
    "metrics.jsonl",
    "snapshot",
    "timing.jsonl",
  ]);
  // Two epochs and what was before them, as figures 2, 3, 6 and 8 read them.
  assertEquals(await listing(join(out, "runs", runs[0], "history")), [
    "0.npy",
    "1.npy",
    "2.npy",
    "labels.npy",
  ]);

  const again = await run();
  assertStringIncludes(again.error, `${4 * seeds} runs exist in`);
  assertEquals(again.out, first.out);

  const beta = await run("--beta", "2", "--seeds", "1");
  assertStringIncludes(beta.error, "4 runs: 2 runs exist, 2 to train"); // β is no part of UCL and SCL

  const forced = await run("--seeds", "1", "--losses", "scl", "--force");
  assertStringIncludes(forced.error, "1 run: 0 runs exist, 1 to train");
  const rowsAfter = JSON.parse(await Deno.readTextFile(join(out, "smoke", "fig1", "fig1.json"))).rows;
  const sameRun = rows.filter((row: { loss: string; seed: number }) => row.loss === "scl" && row.seed === 0);
  assertEquals(rowsAfter, sameRun); // trained a second time: the same numbers
  await Deno.remove(folder, { recursive: true });
});
