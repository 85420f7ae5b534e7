// --chunk: its range, and that it names runs of its own only where it changes numbers.
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import train from "../../scripts/train.ts";
import { series, writeFiles } from "../data/image_files.ts";
import { task } from "../process.ts";
import { call } from "./call.ts";

Deno.test("train: chunks below two are refused; a run in chunks is another, unless they hold the batch", async () => {
  const folder = await Deno.makeTempDir(), photos = join(folder, "photos"), out = join(folder, "results");
  await writeFiles(photos, { ...series("dark", 20, 20, 16), ...series("light", 20, 200, 16) });
  const flags = [
    "--preset",
    "smoke",
    "--dataset",
    "folder",
    "--data",
    photos,
    "--epochs",
    "1",
    "--loss",
    "scl",
  ];
  flags.push("--batch-size", "8", "--backend", "wasm", "--out", out);
  for (const value of ["1", "0", "2.5"]) {
    const { code, error } = await call(train, ...flags, "--chunk", value);
    assertEquals([code, error.split("\n").length], [2, 1], error);
    assertMatch(error, /^train: --chunk must be an integer of at least 2: received "/);
  }
  const { code, error } = await task("train", [...flags, "--chunk", "4"]);
  assertEquals(code, 0, error);
  const [hash] = Array.from(Deno.readDirSync(join(out, "runs")), ({ name }) => name);
  const config = JSON.parse(await Deno.readTextFile(join(out, "runs", hash, "config.json")));
  assertEquals([config.batchSize, config.chunkSize], [8, 4]);
  const again = await call(train, ...flags, "--chunk", "5");
  assertMatch(again.error, /^train: 1 run exists in .*; nothing to train$/);
  assertEquals((await task("train", [...flags, "--chunk", "8"])).code, 0);
  const direct = await call(train, ...flags);
  assertMatch(direct.error, /^train: 1 run exists in .*; nothing to train$/);
  await Deno.remove(folder, { recursive: true });
});
