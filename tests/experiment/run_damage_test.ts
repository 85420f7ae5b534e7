// A run that is not as it was written is named, never read.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { initBackend } from "@hscl/hscl";
import {
  DamagedRunError,
  readHistory,
  readRun,
  runHash,
  type RunRecord,
  writeManifest,
} from "@hscl/hscl/experiment";
import check from "../../scripts/check.ts";
import { task } from "../process.ts";
import { call } from "../scripts/call.ts";
import { settingsOf, writeRun } from "./write_runs.ts";

const settings = settingsOf(0);
const edit = async (path: string, change: (bytes: Uint8Array) => Uint8Array) =>
  await Deno.writeFile(path, change(await Deno.readFile(path)));
const flip = (bytes: Uint8Array) => {
  bytes[bytes.length - 3] ^= 1;
  return bytes;
};

/** Damages by what is done to the folder of a run, with the file that the error must name and what it must say. */
const damages: [name: string, file: string, says: string, damage: (run: string) => Promise<unknown>][] = [
  ["a history file is gone", "history/1.npy", "received none", (run) => Deno.remove(`${run}/history/1.npy`)],
  ["a byte is flipped", "history/1.npy", "other bytes", (run) => edit(`${run}/history/1.npy`, flip)],
  [
    "labels are flipped",
    "history/labels.npy",
    "other bytes",
    (run) => edit(`${run}/history/labels.npy`, flip),
  ],
  [
    "the last line is gone",
    "metrics.jsonl",
    "bytes: received",
    (run) => edit(`${run}/metrics.jsonl`, (bytes) => bytes.subarray(0, bytes.indexOf(10) + 1)),
  ],
  ["settings are cut", "config.json", "received 0", (run) => Deno.truncate(`${run}/config.json`)],
  [
    "weights are longer",
    "checkpoint/weights.bin",
    "bytes: received",
    (run) => edit(`${run}/checkpoint/weights.bin`, (bytes) => Uint8Array.from([...bytes, 0])),
  ],
  ["embeddings are a folder", "embeddings.npy", "received a folder", async (run) => {
    await Deno.remove(`${run}/embeddings.npy`);
    await Deno.mkdir(`${run}/embeddings.npy`);
  }],
  ["a pipe that never ends", "labels.npy", "received something else", async (run) => {
    await Deno.remove(`${run}/labels.npy`);
    await Deno.symlink("/dev/zero", `${run}/labels.npy`);
  }],
  ["a link to itself", "labels.npy", "must be a file that can be read", async (run) => {
    await Deno.remove(`${run}/labels.npy`);
    await Deno.symlink("labels.npy", `${run}/labels.npy`);
  }],
  [
    "no manifest",
    "manifest.json",
    "unfinished, or of an older version",
    (run) => Deno.remove(`${run}/manifest.json`),
  ],
  [
    "half a manifest",
    "manifest.json",
    "must be JSON",
    (run) => edit(`${run}/manifest.json`, (bytes) => bytes.subarray(0, 99)),
  ],
  [
    "a manifest of other files",
    "config.json",
    "must be in manifest.json",
    async (run) => {
      await Deno.mkdir(`${run}/.other`);
      await Deno.writeTextFile(`${run}/.other/a`, "");
      await writeManifest(`${run}/.other`);
      await Deno.rename(`${run}/.other/manifest.json`, `${run}/manifest.json`);
    },
  ],
  [
    "another manifest",
    "manifest.json",
    "must be as it was written",
    (run) => Deno.writeTextFile(`${run}/manifest.json`, `{"files":{"config.json":{"bytes":"3","sha256":1}}}`),
  ],
  [
    "a manifest of no files",
    "manifest.json",
    "must be as it was written",
    (run) => Deno.writeTextFile(`${run}/manifest.json`, "null"),
  ],
  [
    "a manifest without an epoch",
    "manifest.json",
    "must be as it was written",
    async (run) => {
      const manifest = JSON.parse(await Deno.readTextFile(`${run}/manifest.json`));
      delete manifest.files["history/1.npy"];
      await Deno.writeTextFile(`${run}/manifest.json`, JSON.stringify(manifest));
    },
  ],
  ["another run", "config.json", "settings that the folder is named by", async (run) => {
    await Deno.remove(run, { recursive: true });
    const runs = join(run, "..");
    await writeRun(runs, 1, 1);
    await Deno.rename(join(runs, runHash(settingsOf(1))), run);
  }],
  ["a file of another run", "history/1.npy", "other bytes", async (run) => {
    const runs = join(run, ".."), other = join(runs, runHash(settingsOf(1)));
    await writeRun(runs, 1, 1);
    await Deno.copyFile(`${other}/history/1.npy`, `${run}/history/1.npy`);
    await Deno.remove(other, { recursive: true });
  }],
  ["a file in its place", "manifest.json", "must be a file that can be read", async (run) => {
    await Deno.remove(run, { recursive: true });
    await Deno.writeTextFile(run, "");
  }],
];

for (const [name, file, says, damage] of damages) {
  Deno.test(`damaged run: ${name}`, async () => {
    await initBackend({ backend: "cpu" });
    const folder = await Deno.makeTempDir(), run = `${folder}/${runHash(settings)}`;
    await writeRun(folder, 0, 1);
    await damage(run);
    const error = await assertRejects(
      () => readRun(folder, settings, { sums: true }),
      DamagedRunError,
      says,
    );
    assertStringIncludes(error.message, `Cannot read run ${run} as ${file} `);
    assertEquals([error.folder, error.file], [run, file]);
    if (file.startsWith("history")) {
      await assertRejects(() => readHistory({ folder: run, settings } as RunRecord), DamagedRunError, says);
    }
    // Trained again, it is there; what was there before is kept.
    for (const count of [1, 2]) {
      await writeRun(folder, 0, 1);
      assertEquals((await readRun(folder, settings))!.metrics.length, 2);
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      const kept = Array.from({ length: count }, (_, i) => `${runHash(settings)}.damaged-${i + 1}`);
      assertEquals(names, [runHash(settings), ...kept]);
      await Deno.remove(`${run}/labels.npy`);
    }
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("what people and systems leave in the folder of a run does not damage it", async () => {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir(), run = `${folder}/${runHash(settings)}`;
  await writeRun(folder, 0, 1);
  for (const name of [".DS_Store", "notes.txt", "history/7.npy"]) {
    await Deno.writeTextFile(`${run}/${name}`, "mine");
  }
  const history = await readHistory((await readRun(folder, settings))!);
  assertEquals(history.map(({ epoch }) => epoch), [0, 1, 2]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a figure names a damaged run in one line, trains it again and is the same; check refuses it", async () => {
  const out = await Deno.makeTempDir();
  const fig1 = () =>
    task(
      "fig1",
      "--preset smoke --dataset synthetic --backend wasm --epochs 1 --seeds 1 --losses scl --out".split(" ")
        .concat(out),
    );
  const first = await fig1();
  assertEquals(first.code, 0, first.error);
  const [{ name }] = [...Deno.readDirSync(`${out}/runs`)], run = `${out}/runs/${name}`;
  assertEquals((await call(check, "--embeddings", run, "--out", out)).code, 0);
  await edit(`${run}/embeddings.npy`, flip); // which the figure does not read
  await edit(`${run}/history/1.npy`, flip); // which it does
  const refused = await call(check, "--embeddings", run, "--out", out);
  assertEquals([refused.code, refused.out], [2, ""]);
  assertEquals(
    refused.error,
    `check: Cannot read run ${run} as embeddings.npy must be as it was written: received other bytes`,
  );
  const again = await fig1();
  assertEquals([again.code, again.out], [0, first.out], again.error);
  const lines = again.error.split("\n").filter((line) => line.includes(run));
  assertEquals(lines.length, 1, again.error);
  assertStringIncludes(lines[0], "fig1: Cannot read run");
  assertStringIncludes(lines[0], "embeddings.npy");
  assertStringIncludes(
    lines[0],
    `what is not good of it is trained again, and it is kept as ${run}.damaged-<n>`,
  );
  assert([...Deno.readDirSync(`${out}/runs`)].some((entry) => entry.name === `${name}.damaged-1`));
  await Deno.remove(out, { recursive: true });
});
