// To draw a figure again from its runs nothing is computed: no worker starts, and no image is read.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Random } from "@hscl/hscl";
import { deno, task, taskArguments } from "../process.ts";

/** So many records of CIFAR-10 with random pixels. */
function records(count: number, random: Random): Uint8Array {
  const bytes = Uint8Array.from({ length: 3073 * count }, () => random.integer(256));
  for (let i = 0; i < count; i++) bytes[3073 * i] = i % 10;
  return bytes;
}

Deno.test("a figure is drawn again without a worker, and without reading an image; a change of the images is noticed", async () => {
  const folder = await Deno.makeTempDir(), data = join(folder, "data"), out = join(folder, "out");
  await Deno.mkdir(data);
  const random = new Random(0), time = new Date(2020, 1, 1);
  const write = async (name: string, bytes: Uint8Array) => {
    await Deno.writeFile(join(data, name), bytes);
    await Deno.utime(join(data, name), time, time);
  };
  await write("data_batch_1.bin", records(500, random));
  await write("test_batch.bin", records(500, random));
  await Deno.writeTextFile(
    join(data, "batches.meta.txt"),
    Array.from({ length: 10 }, (_, i) => `class ${i}\n`).join(""),
  );
  const flags = "--preset smoke --dataset cifar10 --backend wasm --epochs 1 --seeds 1 --losses scl,hscl"
    .split(" ");
  const args = [...flags, "--data", data, "--out", out], noBrowser = { CHROME_PATH: "/nonexistent" };
  const first = await task("fig1", args, noBrowser);
  assertEquals(first.code, 0, first.error);
  assertStringIncludes(first.error, "2 to train");
  const file = join(out, "smoke", "fig1", "fig1.json"), drawn = await Deno.readTextFile(file);
  await Deno.remove(file);

  // Labels that no image of CIFAR-10 has: whoever reads them says so.
  await write("data_batch_1.bin", new Uint8Array(3073 * 500).fill(99));
  const withoutWorkers = (await taskArguments("fig1")).filter((arg) => !arg.startsWith("--allow-run"));
  const again = await deno([...withoutWorkers, ...args], noBrowser);
  assertEquals(again.code, 0, again.error);
  assertMatch(again.error, /^fig1: 2 runs exist in \S+, of backend wasm; nothing to train\n$/);
  assertEquals(await Deno.readTextFile(file), drawn);

  await Deno.utime(join(data, "data_batch_1.bin"), time, new Date(2021, 1, 1));
  const changed = await deno([...withoutWorkers, ...args], noBrowser);
  assertEquals(changed.code, 2);
  assertMatch(changed.error, /data_batch_1.bin as the label of record 0 .* received 99/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("without --backend a figure is drawn from the runs of whichever backend has all of them", async () => {
  const out = await Deno.makeTempDir(), noBrowser = { CHROME_PATH: "/nonexistent" };
  const args = ["--preset", "smoke", "--dataset", "synthetic", "--epochs", "1", "--out", out];
  const first = await task("fig7", [...args, "--backend", "wasm"], noBrowser);
  assertEquals(first.code, 0, first.error);
  // Of a process that was killed after it had finished the run, and before it removed the states.
  const [{ name }] = [...Deno.readDirSync(join(out, "runs"))], left = join(out, "runs", `${name}.training-1`);
  await Deno.mkdir(join(left, "snapshots", "2-0"), { recursive: true });
  const owner = { host: Deno.hostname(), pid: 7, silence: 300, released: false };
  await Deno.writeTextFile(join(left, "owner"), JSON.stringify(owner));
  const again = await task("fig7", args, noBrowser);
  assertEquals([...Deno.readDirSync(join(out, "runs"))].map((each) => each.name), [name]);
  assertMatch(again.error, /^fig7: 1 run exists in \S+, of backend wasm; nothing to train\n$/);
  assertEquals(again.out, first.out);
  assert(!again.error.includes("to train on"));
  await Deno.remove(out, { recursive: true });
});
