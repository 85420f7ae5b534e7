// Runs are whole or not there, whoever is killed and however many write at once: with real processes.
import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { initBackend } from "@hscl/hscl";
import { readRun, runHash } from "@hscl/hscl/experiment";
import { testsEverything } from "../grids.ts";
import { settingsOf, writeRun } from "./write_runs.ts";

const program = fileURLToPath(new URL("./write_runs.ts", import.meta.url));
const start = (folder: string, runs: number, killAt: number) =>
  new Deno.Command("deno", {
    args: "run --no-prompt --allow-read --allow-write --allow-env --allow-sys".split(" ")
      .concat(program, folder, `${runs}`, `${killAt}`),
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    env: { NO_COLOR: "1" },
  }).output();
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir();
  await body(folder).finally(() => Deno.remove(folder, { recursive: true }));
}

Deno.test("a process killed before any use of the file system leaves a whole run or none, and nothing that stays", () =>
  inFolder(async (folder) => {
    const settings = settingsOf(0);
    const counted = await start(`${folder}/whole`, 1, 0);
    assert(counted.success, decode(counted.stderr));
    const uses = Number(decode(counted.stdout));
    assert(uses > 15, `${uses}`);
    for (const replaces of [false, true]) {
      for (let killAt = testsEverything ? 1 : 2; killAt <= uses; killAt += testsEverything ? 4 : 24) {
        const runs = `${folder}/${replaces}-${killAt}`;
        if (replaces) await writeRun(runs, 0, 1);
        const { signal } = await start(runs, 1, killAt);
        assertEquals(signal, "SIGKILL");
        await readRun(runs, settings); // throws if there is one that is not whole
        await writeRun(runs, 0, 2);
        assertEquals(names(runs), [runHash(settings)], `killed before use ${killAt}`);
        assertEquals((await readRun(runs, settings))!.metrics.length, 2);
      }
    }
  }));

Deno.test("several processes write the same runs at once: all end well, and every run is one of theirs", () =>
  inFolder(async (folder) => {
    const runs = testsEverything ? 200 : 40;
    // Some runs are there before, and replaced; some are damaged.
    for (let seed = 0; seed < runs; seed += 5) await writeRun(folder, seed, 0);
    for (let seed = 0; seed < runs; seed += 10) {
      await Deno.remove(`${folder}/${runHash(settingsOf(seed))}/labels.npy`);
    }
    const ended = await Promise.all([1, 2, 3].map(() => start(folder, runs, 0)));
    for (const { success, stderr } of ended) assert(success, decode(stderr));
    const hashes = Array.from({ length: runs }, (_, seed) => runHash(settingsOf(seed)));
    const damaged = hashes.filter((_, seed) => seed % 10 === 0).map((hash) => `${hash}.damaged-1`);
    assertEquals(names(folder), [...hashes, ...damaged].sort());
    for (let seed = 0; seed < runs; seed++) {
      const { times } = (await readRun(folder, settingsOf(seed)))!;
      assertEquals(times[0].seconds, times[1].seconds);
      assert(times[0].seconds > 0);
    }
  }));
