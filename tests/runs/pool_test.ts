// The pool of worker processes, with workers that train nothing.
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { RunSettings } from "@hscl/hscl/experiment";
import { Interrupted } from "../../scripts/cli/mod.ts";
import { type PoolListener, WorkerPool } from "../../scripts/runs/pool.ts";
import { settingsOf } from "../experiment/write_runs.ts";

const script = new URL("./fake_worker.ts", import.meta.url).href;
const runs = (...what: string[]): RunSettings[] =>
  what.map((backend, seed) => ({ ...settingsOf(seed), backend }));

/** What a pool says of each run, in order, and the processes that it started. */
async function withPool<T>(
  backend: "auto" | "webgpu",
  body: (pool: WorkerPool, told: Map<number, string[]>, listener: PoolListener) => Promise<T>,
): Promise<{ result: T; told: Map<number, string[]>; processes: string[] }> {
  const runsFolder = await Deno.makeTempDir(), told = new Map<number, string[]>();
  const say = ({ seed }: RunSettings, what: string) => told.set(seed, [...told.get(seed) ?? [], what]);
  const listener: PoolListener = {
    onStart: (worker, run) => say(run, `start on ${worker}`),
    onStep: (_, run, { epoch, step }) => say(run, `step ${epoch}/${step}`),
    onEpoch: (_, run, { loss }, { imagesPerSecond }) => say(run, `epoch ${loss} in ${imagesPerSecond}`),
    onResume: (_, run, epochs, steps) => say(run, `goes on after ${epochs} and ${steps}`),
    onTaken: (_, run, owner) => say(run, `taken by ${owner?.pid} on ${owner?.host}`),
    onTold: () => {},
    onEnd: (_, run, failure) => say(run, failure === undefined ? "end" : `failed: ${failure}`),
  };
  const dataset = { name: "synthetic", options: {} } as const;
  const pool = new WorkerPool({ backend, datasets: [dataset], runsFolder, snapshotMinutes: 5 }, script);
  try {
    const result = await body(pool, told, listener);
    const processes = [...Deno.readDirSync(runsFolder)].map(({ name }) =>
      Deno.readTextFileSync(`${runsFolder}/${name}`)
    );
    return { result, told, processes };
  } finally {
    await pool.stop();
    await Deno.remove(runsFolder, { recursive: true });
  }
}

Deno.test("the first worker tells the backend, which the others are asked for", async () => {
  const { result, told, processes } = await withPool("auto", async (pool, _, listener) => {
    assertEquals((await pool.probe()).backend, "wasm");
    return await pool.execute(runs("well", "well", "well"), 2, listener);
  });
  assertEquals(result, []);
  assertEquals(processes.sort(), ["auto", "wasm"]);
  for (const [seed, [start, step, epoch, end]] of told) {
    assertMatch(start, /^start on [01]$/);
    assertEquals([step, end], ["step 1/1", "end"]);
    assert(epoch.startsWith(`epoch ${seed} in `));
  }
  // Two processes shared the three runs.
  assertEquals(new Set([...told.values()].map(([, , epoch]) => epoch.split(" in ")[1])).size, 2);
  assertEquals(new Set([...told.values()].map(([start]) => start)).size, 2);
});

Deno.test("no more workers start than there are runs", async () => {
  const { processes } = await withPool("auto", async (pool, _, listener) => {
    await pool.execute(runs("well"), 8, listener);
  });
  assertEquals(processes.length, 1);
});

Deno.test("a run that fails is reported, and its worker goes on", async () => {
  const { result, told, processes } = await withPool(
    "auto",
    async (pool, _, listener) => await pool.execute(runs("fails", "well"), 1, listener),
  );
  assertEquals(result.map(({ run, reason }) => [run.seed, reason]), [[0, "the loss is not finite"]]);
  assertEquals(told.get(0), ["start on 0", "failed: the loss is not finite"]);
  assertEquals(told.get(1)!.at(-1), "end");
  assertEquals(processes.length, 1);
});

Deno.test("a run that another program trains is asked for again after the others", async () => {
  const { result, told } = await withPool(
    "auto",
    async (pool, _, listener) => await pool.execute(runs("taken", "well"), 1, listener),
  );
  assertEquals(result, []);
  assertEquals(told.get(0)!.slice(0, 2), ["start on 0", "taken by 1 on elsewhere"]);
  assertEquals([told.get(0)!.at(-1), told.get(1)!.at(-1)], ["end", "end"]);
  assertEquals([...told.values()].flat().filter((what) => what.startsWith("taken")).length, 1);
});

Deno.test("a worker that dies is reported with what it said, and the next run gets another", async () => {
  const { result, told, processes } = await withPool(
    "auto",
    async (pool, _, listener) => await pool.execute(runs("dies", "well"), 1, listener),
  );
  const [{ run, reason }] = result;
  assertEquals([result.length, run.seed], [1, 0]);
  assertEquals(
    reason,
    "the worker process ended with code 7; it said: error: out of memory (the same command goes on from there)",
  );
  assertEquals(told.get(1)!.at(-1), "end");
  assertEquals(processes.length, 2);
});

Deno.test("a backend that does not start says why", async () => {
  await withPool("webgpu", async (pool) => {
    await assertRejects(() => pool.probe(), Error, "no adapter");
  });
});

Deno.test("a pool that is stopped ends its workers at once, and whoever waits is told", async () => {
  const started = performance.now();
  const { told } = await withPool("auto", async (pool, told, listener) => {
    const work = assertRejects(
      () => pool.execute(runs("hangs", "hangs", "well"), 2, listener),
      Interrupted,
      "kept",
    );
    while (told.size < 2 || [...told.values()].some((said) => said.length < 3)) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await pool.stop();
    await work;
  });
  assertEquals([...told.keys()].sort(), [0, 1]); // the third never began
  assert(performance.now() - started < 300_000); // or else it was the workers that ended
});
