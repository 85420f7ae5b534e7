// Figures 2 to 8 as a user makes them: each its own process, with the permissions of its task. Mistakes and help in this process.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { Command } from "../../scripts/cli/mod.ts";
import { type FigureName, type FigureRecord, figureRecords } from "../../lib/figures/mod.ts";
import { task } from "../process.ts";
import { call } from "./call.ts";
import { drawingEnvironment } from "./no_browser.ts";

/** All that a value holds; JSON has `null` for numbers that are not finite. */
function* leaves(value: unknown): Generator<unknown> {
  if (value === null || typeof value !== "object") yield value;
  else for (const item of Object.values(value)) yield* leaves(item);
}

const tiny = "--preset smoke --dataset synthetic --backend wasm --epochs 1".split(" ");
const seeds = ["--seeds", "1"];

/** Flags of each figure, and what must be in its caption: the claim, and a verdict. */
const cases: Record<string, { args: string[]; caption: RegExp }> = {
  fig2: {
    args: [...seeds, "--betas", "1,2"],
    caption: /\(Theorem 1\), in 1 run per β: .*(holds|fails).* β = /,
  },
  fig3: {
    args: [...seeds, "--betas", "1,2"],
    caption: /\(Assumption 1\), .*(holds|fails).* anchors of 1 run.*; fails .*latent classes/,
  },
  fig4: {
    args: [...seeds, "--betas", "1,2"],
    caption: /not decided for H-UCL .*not decided for H-SCL .*one seed/,
  },
  fig5: {
    args: [...seeds, "--betas", "2"],
    caption: /^At a matched effective .*: not decided; one seed: no interval/,
  },
  fig6: {
    args: [...seeds, "--betas", "0.1,1,10"],
    caption: /^Where the premise of Theorem 2 holds, .*: (holds|not tested).*UCL fall/,
  },
  fig7: { args: [], caption: /^The gap .* falls as 1\/k .*: (holds|fails)/ },
  fig8: {
    args: seeds,
    caption:
      /^Training brings .*: not decided for UCL, SCL, H-UCL and H-SCL \(one seed: no interval\)\. The smallest values/,
  },
};

Deno.test("every figure: files, finite rows, a verdict; the runs are shared, and a second time reused", async () => {
  const folder = await Deno.makeTempDir(), out = join(folder, "out"), env = await drawingEnvironment(folder);
  const trained = new Map<string, number>();
  for (const [name, { args, caption: expected }] of Object.entries(cases)) {
    const { code, out: stdout, error } = await task(name, [...tiny, ...args, "--out", out], env);
    assertEquals(code, 0, error);
    const files = [...Deno.readDirSync(join(out, "smoke", name))].map((file) => file.name);
    for (const ending of ["html", "json"]) assert(files.includes(`${name}.${ending}`), `${files}`);
    const record: FigureRecord = figureRecords[name as FigureName];
    const { figure, title, caption, context, rows, runs } = JSON.parse(
      await Deno.readTextFile(join(out, "smoke", name, `${name}.json`)),
    );
    assertEquals([figure, title], [name, record.title]);
    assertMatch(caption, expected);
    assertEquals(caption, record.caption(rows)); // the words that the rows give, verdict included
    assertStringIncludes(stdout, caption);
    // Its runs, by which nobody removes them unawares.
    const there = [...Deno.readDirSync(join(out, "runs"))].map(({ name }) => name);
    assert(runs.length > 0 && runs.every((name: string) => there.includes(name)), `${name}: ${runs}`);
    assertMatch(context.dataset, /^synthetic images, 500 /);
    assert(![...leaves(rows)].includes(null), `${name} has a number that is not finite`);
    assert([...leaves(rows)].filter((leaf) => typeof leaf === "number").length > 10);
    trained.set(
      name,
      [...error.matchAll(/, (\d+) to train/g)].reduce((sum, [, runs]) => sum + Number(runs), 0),
    );
  }
  // fig2 trains H-UCL with two β; fig4 adds H-SCL, UCL and SCL; fig5 three functions matched to one that is there.
  assertEquals(Object.fromEntries(trained), {
    fig2: 2,
    fig3: 0,
    fig4: 4,
    fig5: 3,
    fig6: 0,
    fig7: 0,
    fig8: 0,
  });

  for (const name of ["fig3", "fig5", "fig8"]) {
    const before = await Deno.readTextFile(join(out, "smoke", name, `${name}.json`));
    const { code, error } = await task(name, [...tiny, ...cases[name].args, "--out", out], env);
    assertEquals(code, 0, error);
    assertMatch(error, /nothing to train/);
    assert(!/to train on/.test(error), error);
    assertEquals(await Deno.readTextFile(join(out, "smoke", name, `${name}.json`)), before);
  }
  await Deno.remove(folder, { recursive: true });
});

async function scriptOf(name: string): Promise<Command> {
  return (await import(`../../scripts/${name}.ts`)).default;
}

Deno.test("a wrong flag or value of a figure is one line and exit code 2", async () => {
  const out = await Deno.makeTempDir();
  const wrong: [string, string[], RegExp][] = [
    ["fig2", ["--betas", "0.1,0.2,0.5,1,2"], /--betas must be at most 4 different values: received 5/],
    ["fig3", ["--betas", "0"], /--betas must be numbers above 0, joined by commas: received "0"/],
    ["fig4", ["--beta", "1"], /unknown flag --beta; did you mean --betas\?/],
    ["fig5", ["--betas", "much"], /--betas must be numbers above 0/],
    ["fig6", ["--seeds", "0"], /--seeds must be an integer from 1 to 1000: received "0"/],
    ["fig6", ["--betas", "1,1e29"], /exponential hardening at temperature 0.5 .*received -2e\+29/],
    ["fig6", ["--betas", "1e300"], /beta of exponential hardening .* at most 1e\+30: received 1e\+300/],
    ["fig7", ["--beta", "1e300"], /beta of exponential hardening .* at most 1e\+30: received 1e\+300/],
    ["fig7", ["--seeds", "2"], /unknown flag --seeds/],
    ["fig8", ["--losses", "ucl,triplet"], /--losses must be one or more of ucl, scl, .*hscl/],
    ["figures", ["--force"], /unknown flag --force/],
  ];
  for (const [name, args, expected] of wrong) {
    const { code, out: stdout, error } = await call(await scriptOf(name), ...args, "--out", out);
    assertEquals([code, stdout], [2, ""], `${name} ${args}: ${error}`);
    assertMatch(error, expected);
    assertEquals(error.split("\n").length, 1, error);
  }
  // What only the script finds out, it also says in one line.
  const { code, error } = await task("figures", ["--preset", "paper", "--out", out]);
  assertEquals(code, 2, error);
  assertMatch(error, /^figures: .*ResNet-50.*\n$/);
  assertEquals([...Deno.readDirSync(out)], []);
  await Deno.remove(out, { recursive: true });
});

Deno.test("--help of every figure names its flags", async () => {
  for (const name of [...Object.keys(cases), "figures"]) {
    const { code, out } = await call(await scriptOf(name), "--help");
    assertEquals(code, 0);
    assertStringIncludes(out, `deno task ${name}`);
    for (const flag of ["preset", "dataset", "epochs", "jobs", "out"]) assertStringIncludes(out, `--${flag}`);
  }
});

Deno.test("a first look leaves the full figure alone; what cannot be drawn anew leaves no old picture; a link is replaced", async () => {
  const folder = await Deno.makeTempDir(), out = join(folder, "out");
  const noBrowser = { ...await drawingEnvironment(folder), CHROME_PATH: "/nonexistent" };
  const path = (ending: string) => join(out, "fig7", `fig7.${ending}`);
  await Deno.mkdir(join(out, "fig7"), { recursive: true });
  await Deno.writeTextFile(join(folder, "mine.html"), "mine");
  await Deno.symlink(join(folder, "mine.html"), path("html"));
  for (const ending of ["json", "png", "svg"]) await Deno.writeTextFile(path(ending), "of the full figure");
  const first = await task("fig7", [...tiny, "--out", out], noBrowser);
  assertEquals(first.code, 0, first.error);
  assertStringIncludes(first.out, join(out, "smoke", "fig7", "fig7.html"));
  for (const ending of ["json", "png", "svg"]) {
    assertEquals(await Deno.readTextFile(path(ending)), "of the full figure");
  }
  // The runs of the same settings are those of the full figure's folder.
  assertEquals([...Deno.readDirSync(out)].map(({ name }) => name).sort(), [
    "data.json",
    "fig7",
    "runs",
    "smoke",
  ]);
  const { figureFolder, figuresFolder, writeFigure } = await import("../../scripts/runs/write_figure.ts");
  assertEquals(figureFolder({ out, preset: "default" }, "fig7"), join(out, "fig7"));
  assertEquals(figuresFolder({ out, preset: "paper" }), join(out, "paper"));
  const { rows } = JSON.parse(await Deno.readTextFile(join(out, "smoke", "fig7", "fig7.json")));
  Deno.env.set("CHROME_PATH", "/nonexistent");
  await writeFigure({
    folder: join(out, "fig7"),
    record: figureRecords.fig7,
    rows,
    context: {},
    runs: [],
    command: "",
  }).finally(() => Deno.env.delete("CHROME_PATH"));
  assertEquals([...Deno.readDirSync(join(out, "fig7"))].map(({ name }) => name).sort(), [
    "fig7.html",
    "fig7.json",
  ]);
  assertEquals(await Deno.readTextFile(join(folder, "mine.html")), "mine");
  await Deno.remove(folder, { recursive: true });
});
