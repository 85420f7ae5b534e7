// Runs that come from other machines: whole ones are copied, equal ones left, all others named, and nothing is overwritten.
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { DataError, initBackend, loadDataset } from "@hscl/hscl";
import {
  factsOf,
  importRuns,
  readRun,
  runExperiment,
  runHash,
  runsOf,
  writeManifest,
} from "@hscl/hscl/experiment";
import { claimRun } from "../../lib/experiment/run_claim.ts";
import runs from "../../scripts/runs.ts";
import { task } from "../process.ts";
import { call } from "../scripts/call.ts";
import { settingsOf, writeRun } from "./write_runs.ts";

const hashes = [0, 1, 2].map((seed) => runHash(settingsOf(seed)));
const [a, b, c] = hashes;
const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

/** Two folders of results, of which theirs has three runs and ours the first of them, which took another time. */
async function folders(): Promise<{ folder: string; theirs: string; ours: string }> {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir(),
    theirs = join(folder, "theirs"),
    ours = join(folder, "ours", "runs");
  for (const seed of [0, 1, 2]) await writeRun(join(theirs, "runs"), seed, 1);
  await writeRun(ours, 0, 2);
  return { folder, theirs, ours };
}

Deno.test("whole runs are copied, an equal one is left as it was, whatever folder is named", async () => {
  const { folder, theirs, ours } = await folders();
  await Deno.writeTextFile(join(theirs, "runs", b, "notes.txt"), "mine");
  await Deno.mkdir(join(theirs, "runs", `${c}.training-1`));
  const before = await Deno.readTextFile(join(ours, a, "timing.jsonl"));
  assertEquals(await importRuns(theirs, ours, { dryRun: true }), {
    imported: [b, c].sort(),
    there: [a],
    refused: [],
  });
  assertEquals(names(ours), [a]);
  assertEquals(await importRuns(join(theirs, "runs", b), ours), { imported: [b], there: [], refused: [] });
  assertEquals(names(join(ours, b)).includes("notes.txt"), false);
  assertEquals(await importRuns(`${theirs}/runs/`, ours), {
    imported: [c],
    there: [a, b].sort(),
    refused: [],
  });
  assertEquals(names(ours), [...hashes].sort());
  for (const seed of [0, 1, 2]) assert(await readRun(ours, settingsOf(seed)));
  assertEquals(await Deno.readTextFile(join(ours, a, "timing.jsonl")), before);
  assertEquals((await importRuns(theirs, join(folder, "new", "runs"))).imported, [...hashes].sort());
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a damaged run, here or there, and one of other numbers are named, and nothing is overwritten", async () => {
  const { folder, theirs, ours } = await folders();
  const weights = join("checkpoint", "weights.bin");
  await Deno.writeTextFile(join(theirs, "runs", b, weights), "broken");
  const { imported, refused } = await importRuns(theirs, ours);
  assertEquals([imported, refused.map(({ name }) => name)], [[c], [b]]);
  assertMatch(
    refused[0].reason,
    /^Cannot read run .*theirs.* as checkpoint\/weights\.bin must have \d+ bytes: received 6$/,
  );
  assertEquals(names(ours), [a, c].sort());

  await Deno.writeTextFile(join(ours, a, "labels.npy"), "broken");
  const [damaged] = (await importRuns(join(theirs, "runs", a), ours)).refused;
  assertMatch(damaged.reason, /^Cannot read run .*ours.* as labels\.npy must have/);
  assertEquals(await Deno.readTextFile(join(ours, a, "labels.npy")), "broken");

  // A whole one with other weights, as of another processor.
  const bytes = await Deno.readFile(join(theirs, "runs", c, weights));
  bytes[0] ^= 1;
  await Deno.writeFile(join(theirs, "runs", c, weights), bytes);
  await writeManifest(join(theirs, "runs", c));
  const [other] = (await importRuns(join(theirs, "runs", c), ours)).refused;
  assertMatch(
    other.reason,
    /^Cannot import run .* as what is there, .*, must have the same numbers: received others/,
  );
  assert((await Deno.readFile(join(ours, c, weights)))[0] !== bytes[0]);

  for (const nothing of [folder, join(folder, "absent"), join(ours, a, "labels.npy")]) {
    await assertRejects(
      () => importRuns(nothing, ours),
      DataError,
      `Cannot import runs as ${nothing} must be a folder that has some: received `,
    );
  }
  assertEquals(names(ours), [a, c].sort());
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a run that was trained longer has what a shorter one has, and takes its place", async () => {
  const { backend } = await initBackend({ backend: "cpu" });
  const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
  const sizes = { seeds: 1, epochs: 1, batchSize: 10, temperature: 0.5 };
  const plan = { backend, data: factsOf(data), network: "convnet", size: "small", ...sizes } as const;
  const [short] = runsOf(plan, [{ name: "scl" }]), name = runHash(short), folder = await Deno.makeTempDir();
  const [one, two] = ["one", "two"].map((part) => join(folder, part));
  await runExperiment(short, { folder: one, data });
  await runExperiment({ ...short, epochs: 2 }, { folder: two, data });
  assertEquals(await importRuns(one, two), { imported: [], there: [name], refused: [] });
  assertEquals(await importRuns(two, one), { imported: [name], there: [], refused: [] });
  const { metrics, trained } = (await readRun(one, short))!;
  assertEquals([metrics.length, trained, names(one)], [1, 2, [name]]);
  // What somebody is training is left to them.
  await Deno.mkdir(join(folder, "three"));
  const claim = await claimRun(join(folder, "three"), name);
  const [taken] = (await importRuns(two, join(folder, "three"))).refused;
  assertMatch(
    taken.reason,
    /^Cannot import run .* as no other process may be training it: received process \d+ on /,
  );
  await claim.release();
  assertEquals((await importRuns(two, join(folder, "three"))).imported, [name]);
  assertEquals(names(join(folder, "three")), [name]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a run that a killed process has finished here takes its place before another comes, and its states stay", async () => {
  const { folder, theirs, ours } = await folders(), work = join(ours, `${b}.training-1`);
  await writeRun(ours, 1, 3);
  await Deno.mkdir(join(work, "snapshots", "9-0"), { recursive: true });
  await Deno.rename(join(ours, b), join(work, "finished"));
  await Deno.utime(work, new Date(0), new Date(0));
  assertEquals(await importRuns(join(theirs, "runs", b), ours), { imported: [], there: [b], refused: [] });
  assertEquals((await readRun(ours, settingsOf(1)))!.times[0].seconds, 3);
  assertEquals(names(ours), [a, b, `${b}.training-2`].sort());
  assertEquals(names(join(ours, `${b}.training-2`)), ["owner", "snapshots"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the command says what came and what did not, and ends with 1 if a run was refused", async () => {
  const { folder, theirs, ours } = await folders(), out = join(folder, "ours");
  const dry = await call(runs, "import", theirs, "--dry-run", "--out", out);
  assertEquals(dry, {
    code: 0,
    out: `2 runs would be imported into ${ours}; 1 there already, 0 refused`,
    error: "",
  });
  const done = await task("runs", ["import", theirs, join(theirs, "runs", a), "--out", out]);
  assertEquals(done, {
    code: 0,
    out: `imported 2 runs into ${ours}; 2 there already, 0 refused\n`,
    error: "",
  });
  await Deno.remove(join(theirs, "runs", b, "labels.npy"));
  const { code, out: text, error } = await call(runs, "import", theirs, "--out", out);
  assertEquals([code, error], [1, "runs: 1 run refused: nothing of them was copied"]);
  assertStringIncludes(
    text.replaceAll(/\s+/g, " "),
    `${b}: Cannot read run ${theirs}/runs/${b} as labels.npy must be a file that can be read`,
  );
  assertMatch(text, /^imported 0 runs into .*; 2 there already, 1 refused$/m);
  // What came of the first folder is said, whatever the second is.
  const half = await call(runs, "import", join(theirs, "runs", a), join(folder, "absent"), "--out", out);
  assertEquals([half.code, half.out], [2, `imported 0 runs into ${ours}; 1 there already, 0 refused`]);
  assertMatch(half.error, /absent must be a folder that has some: received none$/);
  for (
    const [args, expected] of [
      [["import"], /^runs: import takes folders: received none$/],
      [["list", "--dry-run"], /^runs: --dry-run goes with import: received list$/],
      [
        ["import", join(folder, "absent")],
        /^runs: Cannot import runs as .*absent must be a folder that has some: received none$/,
      ],
    ] as const
  ) {
    const wrong = await call(runs, ...args, "--out", out);
    assertEquals(wrong.code, 2);
    assertMatch(wrong.error, expected);
  }
  await Deno.remove(folder, { recursive: true });
});
