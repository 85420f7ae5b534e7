// Training one run, and evaluating runs, as a user does: files of their own, and every mistake in one line.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import evaluate from "../../scripts/evaluate.ts";
import train from "../../scripts/train.ts";
import { series, writeFiles } from "../data/image_files.ts";
import { task, taskArguments } from "../process.ts";
import { call } from "./call.ts";

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("train: a wrong flag, value or combination is one line and exit code 2", async () => {
  const out = await Deno.makeTempDir();
  const cases: [string[], RegExp][] = [
    [["--losses", "scl"], /unknown flag --losses; did you mean --loss\?/],
    [["--loss", "scl,hscl"], /--loss must be one of ucl, scl, .*: received "scl,hscl"/],
    [["--seed", "-1"], /--seed must be an integer from 0 to 999: received "-1"/],
    [["--seeds", "3"], /unknown flag --seeds/],
    [["--loss", "scl", "--beta", "2"], /--beta goes with a loss that weights its negatives \(hucl, hscl\)/],
    [
      ["--loss", "scl", "--hardening", "exponential"],
      /--hardening goes with a loss that .*: received --loss scl/,
    ],
    [["--loss", "ucl", "--stop-weight-gradient"], /--stop-weight-gradient goes with a loss that weights/],
    [["--encoder", "mlp", "--encoder-width", "0"], /--encoder-width must be a number above 0/],
    [["--head-dim", "0"], /--head-dim must be an integer of at least 1, or classes-1 .*: received "0"/],
    [["--head-dim", "classes"], /--head-dim must be an integer of at least 1, or classes-1/],
    [["--embedding", "cube"], /--embedding must be one of sphere, ball/],
    [
      ["--negative-weight", "0"],
      /--negative-weight must be a number above 0 and at most 1e9, or count: received "0"/,
    ],
    [
      ["--views", "single", "--loss", "ucl"],
      /Cannot train on single views as the loss must have its positives by label/,
    ],
    [["--augmentation", "all"], /--augmentation must be one of usual, none/],
    [
      ["--optimizer", "sgd"],
      /--optimizer sgd goes with --lr, as that of a preset is for Adam: received none/,
    ],
    [["--momentum", "0.9"], /--momentum goes with --optimizer sgd or lars: received --optimizer adam/],
    [
      ["--optimizer", "lars", "--lr", "1", "--nesterov"],
      /--nesterov goes with --optimizer sgd: received --optimizer lars/,
    ],
    [["--optimizer", "sgd", "--lr", "1", "--momentum", "1"], /momentum as it must be .*below 1: received 1/],
    [["--warm-up-epochs", "1", "--warm-up-steps", "1"], /--warm-up-epochs goes without --warm-up-steps/],
    [["--least-temperature", "0.1"], /--least-temperature goes with --learn-temperature/],
    [
      ["--learn-temperature", "--hardening", "threshold"],
      /Cannot learn the temperature as the hardening must be exponential/,
    ],
    [
      ["--learn-temperature", "--tau-plus", "0.1"],
      /Cannot learn the temperature as the loss must not be debiased/,
    ],
    [["--cross-entropy", "0"], /--cross-entropy must be a number above 0/],
    [["--version-seed", "3"], /--version-seed goes with --imbalance or --label-noise: received neither/],
    [["--tau", "0.5"], /--tau is no parameter of --hardening exponential/],
    [["--dataset", "folder"], /--data/],
    [["--data", out], /--data goes with --dataset/],
    [
      ["--label-level", "coarse"],
      /--label-level goes with --dataset cifar100: received --dataset characters/,
    ],
    [["--imbalance", "0.5"], /--imbalance must be .*1.*: received "0.5"/],
    [
      ["--dataset", "stl10", "--data", out, "--train-on", "both", "--loss", "scl"],
      /Cannot train on images without labels \(trainOn both\) as the loss must need none, ucl or hucl: received scl/,
    ],
    [
      ["--train-images", "9000"],
      /trainImages as the train split of characters has 8060 images: received 9000/,
    ],
    [["--train-images", "100", "--k", "101"], /--k must be at most the 100 training images: received 101/],
    [["results"], /takes no positional arguments: received "results"/],
  ];
  for (const [args, expected] of cases) {
    const { code, out: stdout, error } = await call(train, ...args, "--out", join(out, "results"));
    assertEquals([code, stdout, error.split("\n").length], [2, "", 1], `${args}: ${error}`);
    assertMatch(error, expected);
    assertMatch(error, /^train: /);
  }
  await Deno.remove(out, { recursive: true });
});

Deno.test("how many images there are, and a version of any data set, are flags and part of a run's settings", async () => {
  const out = await Deno.makeTempDir();
  const sizes = ["--train-images", "60", "--test-images", "20", "--epochs", "2", "--batch-size", "8"];
  const version = ["--imbalance", "4", "--label-noise", "0.25"];
  const args = [
    "--preset",
    "smoke",
    "--dataset",
    "mnist",
    "--backend",
    "wasm",
    "--out",
    out,
    ...sizes,
    ...version,
  ];
  const trained = await call(train, ...args, "--loss", "scl");
  assertEquals(trained.code, 0, trained.error);
  const [hash] = names(join(out, "runs")).filter((name) => /^[0-9a-f]{16}$/.test(name));
  const { dataset } = JSON.parse(await Deno.readTextFile(join(out, "runs", hash, "config.json")));
  assertEquals(dataset.options, { trainImages: 60, imbalance: 4, labelNoise: 0.25 });
  assertEquals([dataset.trainImages < 60, dataset.testImages], [true, 20]);
  const evaluated = await call(evaluate, join(out, "runs", hash), "--out", out);
  assertEquals(evaluated.code, 0, evaluated.error);
  assertStringIncludes(evaluated.out, "20 test images of MNIST digits, imbalance 4, label noise 0.25");

  // What takes the place of a longer run says so.
  const shorter = [...args.with(args.indexOf("--epochs") + 1, "1"), "--loss", "scl", "--force"];
  const replaced = `train: SCL seed 0: run ${hash} of 2 epochs is replaced by one of 1`;
  for (const isLonger of [true, false]) {
    const forced = await call(train, ...shorter);
    assertEquals([forced.code, forced.error.split("\n").includes(replaced)], [0, isLonger], forced.error);
  }
  await Deno.remove(out, { recursive: true });
});

Deno.test("own images are trained on and evaluated: two runs, other images, every mistake", async (t) => {
  const folder = await Deno.makeTempDir(), photos = join(folder, "photos"), out = join(folder, "results");
  await writeFiles(photos, { ...series("dark", 20, 20, 16), ...series("light", 20, 200, 16) });
  const small = ["--preset", "smoke", "--dataset", "folder", "--data", photos, "--epochs", "2"];
  small.push("--batch-size", "8", "--backend", "wasm", "--out", out);
  const runs: string[] = [];

  await t.step("a run tells every epoch, where it is and how to go on", async () => {
    const { code, out: text, error } = await task("train", [...small, "--loss", "scl"]);
    assertEquals(code, 0, error);
    assertMatch(
      error,
      /^ {2}SCL seed 0: epoch 1\/2, loss \d\.\d+, kNN top-1 \d+\.\d %, class mean \d+\.\d %, /m,
    );
    assertMatch(
      text,
      /^1 +\d\.\d{3} +\d+\.\d\d +100\.00 +\d+\.\d\d +\d\.\d{3} +-\d\.\d{3} +\d+\.\d\n2 /m,
    );
    const [hash] = names(join(out, "runs"));
    assertStringIncludes(text, `\n${join(out, "runs", hash)}\n`);
    assertMatch(text, new RegExp(`^next: deno task evaluate .*${hash} --data ${photos}$`, "m"));
    // Once more, and the same is told without training.
    const again = await call(train, ...small, "--loss", "scl");
    assertEquals([again.code, again.out], [0, text.trimEnd()]);
    assertMatch(again.error, /^train: 1 run exists in .*; nothing to train$/);
    runs.push(hash);
  });

  await t.step("one run: all measures, and files with all numbers", async () => {
    const [hash] = runs;
    const { code, out: text, error } = await task("evaluate", [
      ...[hash.slice(0, 6), "--data", photos, "--backend", "wasm", "--out", out, "--k", "3"],
    ]);
    assertEquals(code, 0, error);
    assertMatch(text, /^SCL seed 0: 8 test images of own images$/m);
    assertMatch(text, /^kNN top-1 +features +\d+\.\d\d +\d+\.\d\d … \d+\.\d\d$/m);
    assertMatch(
      text,
      /^kNN of 3 neighbours, which predicts only their classes, also in the top-5; the linear probe is the/m,
    );
    assertMatch(text, /^class mean by inner product top-5 +embeddings +100\.00 /m);
    assertMatch(text, /^mean log-likelihood of the class means, .* T = 1: -0\.\d{3} ± 0\.\d{3}$/m);
    assert(text.split("\n").every((line) => line.length <= 100 || line.startsWith(out)), text);
    assertEquals(names(join(out, "evaluate")), [`${hash}-test-k3.html`, `${hash}-test-k3.json`]);
    const json = JSON.parse(await Deno.readTextFile(join(out, "evaluate", `${hash}-test-k3.json`)));
    assertEquals([json.run, json.on, json.images, json.k, json.backend], [hash, "test", 8, 3, "wasm"]);
    assertEquals([json.classes, json.confusion.length, json.labels.length], [["dark", "light"], 2, 8]);
    const html = await Deno.readTextFile(join(out, "evaluate", `${hash}-test-k3.html`));
    assertStringIncludes(html, "of 8 images are taken for what they are");
  });

  const ask = (...args: string[]) => call(evaluate, ...args, "--backend", "wasm", "--out", out);
  await t.step("two runs side by side, with differences and no more than images say", async () => {
    assertEquals((await call(train, ...small, "--loss", "hscl", "--beta", "2")).code, 0);
    runs.push(...names(join(out, "runs")).filter((name) => name !== runs[0]));
    const { code, out: text, error } = await ask(...runs, "--data", photos);
    assertEquals(code, 0, error);
    assertMatch(text, /^run +seed +kNN@1 .* MAP@R$/m);
    assertMatch(text, /^SCL +0 +\d.*$/m);
    assertMatch(text, /^H-SCL β = 2 +0 +\d.*$/m);
    assertMatch(text, /^H-SCL β = 2 minus SCL, paired over the images$/m);
    assertMatch(
      text,
      /^of two trainings \(seed 0\) on images like these: of their settings it decides nothing/m,
    );
    assert(text.split("\n").every((line) => line.length <= 100 || line.startsWith(out)), text);
    const written = async (name: string) => JSON.parse(await Deno.readTextFile(join(out, "evaluate", name)));
    const { runs: named, differences, k, probe } = await written("comparison.json");
    assertEquals([named, differences.length, k, probe], [runs, 11, [5, 5], "exact"]);
    // Of other neighbours than the run's own, beside these.
    const both = [`${runs[0]}-test-k3.json`, `${runs[0]}-test.json`];
    assertEquals((await Promise.all(both.map(written))).map(({ k }) => k), [3, 5]);
  });

  await t.step("the linear probe can be trained with Adam", async () => {
    const adam = ["--probe", "adam", "--probe-epochs", "3", "--probe-seed", "1"];
    const { code, out: text, error } = await ask(runs[0], "--data", photos, ...adam);
    assertEquals(code, 0, error);
    const words = text.replaceAll("\n", " ");
    assertStringIncludes(words, "was trained with Adam for 3 epochs, batch 512, learning rate 0.001, seed 1");
    const path = join(out, "evaluate", `${runs[0]}-test-adam-3-512-0.001-1.json`);
    const json = JSON.parse(await Deno.readTextFile(path));
    assertEquals(json.probe, { epochs: 3, batchSize: 512, learningRate: 0.001, seed: 1 });
    assertEquals("converged" in json, false);
  });

  await t.step("on what it learned from, and on other images", async () => {
    const learned = await ask(runs[0], "--data", photos, "--on", "train");
    assertMatch(learned.out, /32 training images of own images$/m);
    assertMatch(learned.out, /^no image is its own neighbour/m);
    const others = join(folder, "others");
    // Of another size, and of one class.
    await writeFiles(others, { ...series("light", 5, 210, 30) });
    const { code, out: text, error } = await ask(runs[0], "--data", photos, "--on", others);
    assertEquals(code, 0, error);
    assertMatch(text, /^SCL seed 0: 5 images of .*others$/m);
    assert(names(join(out, "evaluate")).includes(`${runs[0]}-others.json`));
  });

  await t.step("the images have the size again that they were trained with", async () => {
    const { code, out: text, error } = await call(train, ...small, "--loss", "scl", "--image-size", "12");
    assertEquals(code, 0, error);
    const [, hash] = /runs[/\\]([0-9a-f]{16})/.exec(text)!;
    const evaluated = await ask(hash, "--data", photos);
    assertEquals(evaluated.code, 0, evaluated.error);
    assertMatch(evaluated.out, /^SCL seed 0: 8 test images of own images$/m);
  });

  await t.step("what goes wrong is one line and exit code 2", async () => {
    const strange = join(folder, "strange"), changed = join(folder, "changed"), flat = join(folder, "flat");
    await writeFiles(strange, { ...series("dark", 2, 20), ...series("odd", 2, 99) });
    await writeFiles(changed, { ...series("dark", 20, 30, 16), ...series("light", 20, 200, 16) });
    await writeFiles(flat, { "1.png": { shade: 3 } });
    await Deno.mkdir(join(folder, "empty"));
    await Deno.mkdir(join(out, "runs", `${runs[0].slice(0, 15)}x`));
    const data = ["--data", photos];
    const cases: [string[], RegExp][] = [
      [[], /RUN… is required: Folders of runs/],
      [[runs[0], runs[0], ...data], /each RUN may be given only once: received [0-9a-f]{16} again/],
      [
        ["nothing", ...data],
        /RUN must be the folder of a run.*deno task runs lists.*"nothing", which is neither/,
      ],
      [["0000000", ...data], /"0000000", of which there is none in .*runs/],
      [["deno.json", ...data], /"deno.json", which is no folder/],
      [["lib", ...data], /Cannot read run lib as config.json must be there.*deno task runs lists/],
      [[runs[0]], /own images as they need a data folder/],
      [
        [runs[0], "--data", changed],
        /images must be those of the settings, folder of \d+ \+ \d+ images, digest .* received folder of \d+/,
      ],
      [[runs[0], ...data, "--on", "validation"], /--on must be test, train or a folder .*"validation"/],
      [
        [runs[0], ...data, "--on", strange],
        /classes must be among those of the run, dark, light: received odd/,
      ],
      [[runs[0], ...data, "--on", join(folder, "empty")], /empty as it must hold images.*received none/],
      [[runs[0], ...data, "--on", flat], /--on must be a folder with a folder of images per class/],
      [[runs[0], ...data, "--probe-lr", "1"], /--probe-lr goes with --probe adam: received --probe exact/],
      [[runs[0], ...data, "--k", "0"], /--k must be an integer of at least 1/],
      [[runs[0], ...data, "--k", "33"], /--k must be at most the 32 training images .*: received 33$/],
      [
        [runs[0], ...data, "--k", "32", "--on", "train"],
        /--k must be at most the 31 training images .*: received 32$/,
      ],
    ];
    for (const [args, expected] of cases) {
      const { code, out: stdout, error } = await ask(...args), lines = error.split("\n");
      assertEquals([code, stdout], [2, ""], `${args}: ${error}`);
      assertMatch(lines.at(-1)!, expected, `${args}`);
      assertMatch(lines.at(-1)!, /^evaluate: /);
    }
    await Deno.writeTextFile(join(out, "runs", runs[0], "metrics.jsonl"), "{}\n");
    const { code, error } = await ask(runs[0], ...data);
    assertEquals(code, 2);
    assertMatch(error, /^evaluate: Cannot read run .* as metrics.jsonl must have \d+ bytes: received 3$/);
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "Ctrl-C ends a training with one line, and what it takes to go on is left",
  ignore: Deno.build.os === "windows",
  async fn() {
    const out = await Deno.makeTempDir();
    const { code, lines } = await interrupted(out);
    assertEquals(code, "SIGINT", lines.join("\n"));
    assertEquals(lines.at(-1), "train: stopped; the same command goes on from there");
    // Before the first step, nothing is.
    const left = names(join(out, "runs"));
    assert(left.length <= 1 && left.every((name) => /^[0-9a-f]{16}\.training-1$/.test(name)), `${left}`);
    await Deno.remove(out, { recursive: true });
  },
});

/** Starts a training that would take minutes, and interrupts it once a run is being written. */
async function interrupted(out: string) {
  const args = ["--preset", "smoke", "--dataset", "synthetic", "--epochs", "500", "--backend", "wasm"];
  const child = new Deno.Command("deno", {
    args: [...await taskArguments("train"), ...args, "--out", out],
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let ended = false;
  const output = child.output().finally(() => ended = true);
  const isWriting = () => {
    try {
      return names(join(out, "runs")).length > 0;
    } catch {
      return false; // no folder yet
    }
  };
  while (!ended && !isWriting()) await new Promise((resolve) => setTimeout(resolve, 20));
  if (!ended) child.kill("SIGINT");
  const { signal, stderr } = await output;
  return { code: signal, lines: new TextDecoder().decode(stderr).trim().split("\n") };
}
