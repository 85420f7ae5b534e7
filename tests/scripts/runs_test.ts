// The command about the runs that are there: what it lists, and what it removes and leaves alone.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { initBackend } from "@hscl/hscl";
import { removeStoredRun, runHash, type RunSettings, setAside, storedRuns } from "@hscl/hscl/experiment";
import { claimRun } from "../../lib/experiment/run_claim.ts";
import runs from "../../scripts/runs.ts";
import { settingsOf, writeRun } from "../experiment/write_runs.ts";
import { task } from "../process.ts";
import { call } from "./call.ts";

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
const hashes = [0, 1, 2].map((seed) => runHash(settingsOf(seed)));

/** A folder of results with three runs, the first of which a figure names. */
async function results(): Promise<{ out: string; folder: string }> {
  await initBackend({ backend: "cpu" });
  const out = await Deno.makeTempDir(), folder = join(out, "runs");
  for (const seed of [0, 1, 2]) await writeRun(folder, seed, 1);
  await Deno.mkdir(join(out, "smoke", "fig1"), { recursive: true });
  const figure = { figure: "fig1", runs: [hashes[0]], rows: [] };
  await Deno.writeTextFile(join(out, "smoke", "fig1", "fig1.json"), JSON.stringify(figure));
  return { out, folder };
}

Deno.test("runs are listed, shown and compared, also as JSON", async (t) => {
  const { out, folder } = await results();
  const ask = (...args: string[]) => call(runs, ...args, "--out", out);

  await t.step("a process of its own lists them with the permissions of its task", async () => {
    const { code, out: text, error } = await task("runs", ["--out", out]);
    assertEquals([code, error], [0, ""]);
    const lines = text.split("\n");
    assertMatch(lines[0], /^run +loss +T +data +network +ep +seed +kNN +mean +size +age$/);
    for (const seed of [0, 1, 2]) {
      const row = new RegExp(
        `^${hashes[seed].slice(0, 8)} +UCL .* synthetic +convnet +2 +${seed} +50.00 .* kB +0 min$`,
      );
      assertMatch(lines[1 + seed], row);
    }
    assertMatch(text, /^3 runs in .*runs, \d+(\.\d+)? kB$/m);
    assert(lines.every((line) => line.length <= 100 || line.includes(folder)), text);
  });

  await t.step("what is broken, old or unfinished is named apart", async () => {
    const old = { ...settingsOf(5), format: 5 } as unknown as RunSettings, oldName = runHash(old);
    await Deno.mkdir(join(folder, oldName));
    await Deno.writeTextFile(join(folder, oldName, "config.json"), JSON.stringify(old));
    await Deno.mkdir(join(folder, `${hashes[0]}.damaged-1`));
    await Deno.mkdir(join(folder, `${hashes[0]}.partial-left`));
    const left = join(folder, `${hashes[0]}.training-3`);
    await Deno.mkdir(join(left, "snapshots", "3-7"), { recursive: true });
    await Deno.writeTextFile(join(left, "owner"), "");
    const claim = await claimRun(folder, hashes[1]);
    await Deno.writeTextFile(join(folder, hashes[2], "metrics.jsonl"), "{}\n");
    await Deno.writeTextFile(join(folder, "notes.txt"), "mine");
    const states = (await storedRuns(folder)).map(({ name, state }) => [name, state]);
    assertEquals(
      states,
      [
        [hashes[0], "whole"],
        [hashes[1], "whole"],
        [hashes[2], "damaged"],
        [oldName, "old"],
        [`${hashes[0]}.damaged-1`, "damaged"],
        [`${hashes[0]}.partial-left`, "old"],
        [`${hashes[0]}.training-3`, "left"],
        [claim.folder.slice(folder.length + 1), "unfinished"],
      ].sort(([a], [b]) => a < b ? -1 : 1),
    );
    const { out: text } = await ask();
    assertMatch(text, /^2 runs in /m);
    assertMatch(text, /^2 damaged, /m);
    assertMatch(
      text,
      new RegExp(`^ {2}${hashes[2]} .*: metrics.jsonl must have \\d+ bytes: received 3$`, "m"),
    );
    assertMatch(text, new RegExp(`^2 of an older version, .*:[^]*\\n {2}${oldName} .*: of format 5, `, "m"));
    assertMatch(text, /^2 unfinished, /m);
    assertMatch(text, /: left by an older version$/m);
    assertMatch(text, /: left in epoch 3, after step 7; whoever wants it goes\s+on from\s+there$/m);
    assertMatch(text, new RegExp(`: being trained by process ${Deno.pid} on [^]* before the first`, "m"));
    const json = JSON.parse((await ask("list", "--json")).out);
    assertEquals(json.map(({ name }: { name: string }) => name).sort(), states.map(([name]) => name));
    const whole = json.find(({ name }: { name: string }) => name === hashes[0]);
    assertEquals([whole.settings.seed, whole.metrics.length, whole.state], [0, 2, "whole"]);
    await claim.remove();
  });

  await t.step("filters choose among those that can be read", async () => {
    assertMatch((await ask("list", "--loss", "scl")).out, /^0 runs in .*runs, 0 kB$/);
    assertMatch((await ask("list", "--loss", "ucl", "--dataset", "synthetic")).out, /^2 runs in /m);
    assert(!(await ask("list", "--loss", "ucl")).out.includes("damaged"));
  });

  await t.step("one in full, and two side by side", async () => {
    const shown = (await ask("show", hashes[0].slice(0, 5))).out;
    assertStringIncludes(shown, `UCL seed 0\n${folder}/${hashes[0]}, `);
    assertMatch(shown, /^optimizer.learningRate +0.001$/m);
    assertMatch(shown, /^2 +0\.5000 +50\.00 +100\.00 /m);
    assertMatch(
      shown,
      /^accuracies in %; kNN predicts only the classes of its neighbours, also in the top-5$/m,
    );
    assertEquals(JSON.parse((await ask("show", hashes[0], "--json")).out).settings, settingsOf(0));
    const compared = (await ask("compare", hashes[0], join(folder, hashes[1]))).out;
    assertMatch(compared, /^seed +0 +1$/m);
    assertMatch(compared, /^kNN top-1 \(%\) +50\.00 +50\.00 +0\.00$/m);
    assert(!compared.includes("batchSize"));
    const { settings } = JSON.parse((await ask("compare", hashes[0], hashes[1], "--json")).out);
    assertEquals(settings, [{ setting: "seed", values: ["0", "1"] }]);
  });
  await Deno.remove(out, { recursive: true });
});

Deno.test("runs of other images by the same name are told apart", async () => {
  await initBackend({ backend: "cpu" });
  const out = await Deno.makeTempDir(), folder = join(out, "runs");
  const images = { name: "synthetic", trainImages: 10, testImages: 4 };
  const options = { imbalance: 4, labelNoise: 0.25 };
  await writeRun(folder, 0, 1, { ...images, digest: "aaaaaaaabb" });
  await writeRun(folder, 0, 1, { ...images, digest: "bbbbbbbbcc", trainImages: 6, options });
  await writeRun(folder, 0, 1, { ...images, digest: "abc", name: "mnist" });
  const { out: text } = await call(runs, "--out", out);
  assertMatch(text, /^[0-9a-f]{8} .* mnist {7}convnet .*\n.* synthe… #1 .*\n.* synthe… #2 /m);
  assertMatch(text, /^synthetic #1: 10 \+ 4 images, digest aaaaaaaa$/m);
  assertMatch(text, /^synthetic #2: 6 \+ 4 images, imbalance 4, label noise 0.25, digest bbbbbbbb$/m);
  assert(!text.includes("mnist #"));
  await Deno.remove(out, { recursive: true });
});

Deno.test("verify compares every byte, and with --yes sets aside what is not as written", async () => {
  const { out, folder } = await results(), damaged = `${hashes[1]}.damaged-1`;
  const ask = (...args: string[]) => call(runs, "verify", ...args, "--out", out);
  const { code, out: whole } = await ask();
  assertEquals([code, whole], [0, `3 of 3 runs in ${folder} as written, byte by byte`]);
  const path = join(folder, hashes[1], "checkpoint", "weights.bin"), bytes = await Deno.readFile(path);
  bytes[5] ^= 1;
  await Deno.writeFile(path, bytes);
  // A look at the lengths finds nothing.
  assertMatch((await call(runs, "--out", out)).out, /^3 runs in /m);
  const found = await ask();
  assertEquals(found.code, 2);
  assertEquals(found.error, "runs: 1 run not as written; --yes sets them aside, to be trained again");
  assertMatch(
    found.out,
    new RegExp(`^${hashes[1]}: checkpoint/weights.bin must be as it was written: received`),
  );
  assertEquals((await ask(hashes[0])).code, 0);
  // A training that somebody has left, and one that goes on.
  const state = join(folder, `${hashes[1]}.training-1`, "snapshots", "3-1");
  await Deno.mkdir(state, { recursive: true });
  await Deno.utime(join(folder, `${hashes[1]}.training-1`), new Date(0), new Date(0));
  const claim = await claimRun(folder, hashes[1]);
  const taken = await ask("--yes");
  assertMatch(taken.out, new RegExp(`\n  left to process ${Deno.pid} on .*, which trains it\n`));
  await claim.release();
  assertEquals((await ask("--yes")).code, 2);
  assertEquals(names(folder), [hashes[0], damaged, `${hashes[1]}.training-3`, hashes[2]].sort());
  assertEquals(names(join(folder, `${hashes[1]}.training-3`, "snapshots")), ["3-1"]);
  assertEquals((await ask()).code, 0);
  // Somebody else has made it good in time.
  assertEquals(await setAside(folder, hashes[0]), undefined);
  assertEquals(await setAside(folder, hashes[1]), undefined);
  const left = `${hashes[1]}.training-4`;
  assertEquals(names(folder), [hashes[0], damaged, left, hashes[2]].sort());
  // What can go on goes only by its name, as it is listed.
  await call(runs, "remove", "--unreferenced", "--yes", "--out", out);
  assertEquals(names(folder), [hashes[0], left].sort());
  assertEquals((await call(runs, "remove", left, "--yes", "--out", out)).code, 0);
  assertEquals(names(folder), [hashes[0]]);
  await Deno.remove(out, { recursive: true });
});

Deno.test("remove says what would go; with --yes that goes, and nothing else", async () => {
  const { out, folder } = await results();
  const ask = (...args: string[]) => call(runs, ...args, "--out", out);
  const before = names(folder);
  const dry = await ask("remove", hashes[0], hashes[1].slice(0, 6));
  assertEquals(dry.code, 0, dry.error);
  assertMatch(dry.out, new RegExp(`^${hashes[0]} \\(.* kB\\): UCL seed 0; named\\s+by .*fig1.json$`, "m"));
  assertMatch(dry.out, /^2 runs, .* kB, would be removed: --yes does it$/m);
  assertEquals(names(folder), before);

  // What nothing names, and what is broken; not what is being written.
  await Deno.mkdir(join(folder, `${hashes[0]}.damaged-1`));
  await Deno.mkdir(join(folder, `${hashes[0]}.partial-left`));
  await Deno.mkdir(join(folder, `${hashes[0]}.removed-half`));
  const left = `${hashes[0]}.training-4`;
  await Deno.mkdir(join(folder, left, "snapshots", "3-7"), { recursive: true });
  await Deno.writeTextFile(join(folder, left, "owner"), "");
  const claim = await claimRun(folder, hashes[1]);
  const writing = claim.folder.slice(folder.length + 1);
  await Deno.writeTextFile(join(folder, "notes.txt"), "mine");
  assertMatch((await ask("remove", "--unreferenced")).out, /^5 runs, .* would be removed: --yes does it$/m);
  const { code, out: text, error } = await ask("remove", "--unreferenced", "--yes");
  assertEquals(code, 0, error);
  assertMatch(text, /^removed 5 runs, /m);
  assertEquals(names(folder), [hashes[0], left, writing, "notes.txt"].sort());
  assertMatch(
    (await ask("remove", join(folder, writing))).error,
    /must be finished: received .*, being trained/,
  );
  await claim.remove();
  assertEquals((await ask("remove", "--unreferenced", "--yes")).out, `nothing to remove in ${folder}`);
  await ask("remove", hashes[0], join(folder, left), "--yes");
  assertEquals(names(folder), ["notes.txt"]);
  await Deno.remove(out, { recursive: true });
});

Deno.test({
  name: "nothing outside of the folder of runs is removed, and no link in it is followed",
  ignore: Deno.build.os === "windows",
  async fn() {
    const { out, folder } = await results(), elsewhere = await results();
    const ask = (...args: string[]) => call(runs, ...args, "--out", out);
    // A run of another folder, by its path and by a link; and a run with a link in it.
    const outside = join(elsewhere.folder, hashes[0]), link = join(folder, "0123456789abcdef");
    await Deno.symlink(outside, link);
    await Deno.symlink(elsewhere.folder, join(folder, hashes[1], "checkpoint", "more"));
    for (
      const [typed, expected] of [
        [outside, /must be in .*runs: received /],
        [link, /must be the folder of a run: received the link /],
        ["0123456789abcdef", /must be the folder of a run: received the link /],
        [join(folder, hashes[0], "checkpoint"), /must be in .*runs: received /],
        [join(folder, ".."), /must be in .*runs: received /],
        [out, /must be in .*runs: received /],
      ] as const
    ) {
      const { code, out: text, error } = await ask("remove", typed, "--yes");
      assertEquals([code, text], [2, ""], `${typed}: ${error}`);
      assertMatch(error, expected);
    }
    assertEquals((await ask("remove", "--unreferenced", "--yes")).code, 0);
    assertEquals(names(folder), ["0123456789abcdef", hashes[0]].sort());
    assertEquals(names(elsewhere.folder), [...hashes].sort());
    assertEquals((await storedRuns(elsewhere.folder)).every(({ state }) => state === "whole"), true);

    // The folder of runs itself is a link.
    const linked = await Deno.makeTempDir();
    await Deno.symlink(elsewhere.folder, join(linked, "runs"));
    const { code, error } = await call(runs, "remove", hashes[0], "--yes", "--out", linked);
    assertEquals([code, error], [0, ""]);
    assertEquals(names(elsewhere.folder), hashes.slice(1).sort());
    assertEquals(names(linked), ["runs"]);
    for (const folder of [out, elsewhere.out, linked]) await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("what goes wrong is one line and exit code 2", async () => {
  const { out, folder } = await results();
  const cases: [string[], RegExp][] = [
    [
      ["lst"],
      /unknown action "lst"; did you mean list\? \(expected list, show, compare, verify, import, remove\)/,
    ],
    [["list", hashes[0]], /list takes 0 runs: received 1/],
    [["show"], /show takes 1 run: received 0/],
    [["compare", hashes[0]], /compare takes 2 runs: received 1/],
    [["compare", hashes[0], join(folder, hashes[0])], /compare takes two different runs/],
    [["show", "nothing"], /RUN must be the folder of a run.*"nothing", which is neither/],
    [
      ["show", "zzzz"],
      /"zzzz", which is neither: of a name, 4 or more of its digits \(0–9, a–f\) are needed$/,
    ],
    [["show", "0000"], /"0000", of which there is none in /],
    [["remove"], /remove takes runs or --unreferenced: received neither/],
    [["remove", hashes[0], "--unreferenced"], /remove takes runs or --unreferenced: received both/],
    [["--yes"], /--yes goes with verify, remove: received list/],
    [["remove", hashes[0], "--json"], /--json goes with list, show, compare: received remove/],
    [["list", "--loss", "triplet"], /--loss must be one of /],
  ];
  for (const [args, expected] of cases) {
    const { code, out: text, error } = await call(runs, ...args, "--out", out);
    assertEquals([code, text, error.split("\n").length], [2, "", 1], `${args}: ${error}`);
    assertMatch(error, expected);
  }
  // A figure that does not say of which runs it is might be of any.
  await Deno.writeTextFile(join(out, "fig2.json"), JSON.stringify({ figure: "fig2", rows: [] }));
  const { code, error } = await call(runs, "remove", "--unreferenced", "--yes", "--out", out);
  assertEquals(code, 2);
  assertMatch(error, /every figure must say of which runs it is.*received .*fig2.json/);
  assertEquals(names(folder), [...hashes].sort());
  const absent = join(out, "absent");
  for (const action of ["list", "verify", "show", "remove"]) {
    const { code, out: text, error } = await call(
      runs,
      action,
      ...(action === "list" || action === "verify" ? [] : [hashes[0]]),
      "--out",
      absent,
    );
    assertEquals([code, text], [2, ""]);
    assertEquals(error, `runs: --out must be a folder that is there: received "${absent}", which is not`);
  }
  await Deno.mkdir(absent);
  assertEquals((await call(runs, "--out", absent)).out, `0 runs in ${join(absent, "runs")}, 0 kB`);
  for (const name of ["..", "../x", `${hashes[0]}/checkpoint`, `${hashes[0]}.partial-/../x`]) {
    const message = await removeStoredRun(folder, name).catch((error) => error.message);
    assertStringIncludes(String(message), "its name must be one of those in the folder of runs");
  }
  await Deno.remove(out, { recursive: true });
});
