// A run's history that is not as it was written.
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { DataError } from "@hscl/hscl";
import { readHistory, type RunRecord, writeManifest } from "@hscl/hscl/experiment";
import { bytesOf, npyFile } from "../data/npy_file.ts";

Deno.test("a cut, longer, reshaped or retyped file of the history is refused by name", async () => {
  const folder = await Deno.makeTempDir(), path = (name: string) => join(folder, "history", name);
  await Deno.mkdir(path(""));
  const labels = npyFile({ descr: "<i4", shape: [3], data: bytesOf(Int32Array.of(0, 1, 0)) });
  const data = bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6));
  const rows = npyFile({ descr: "<f4", shape: [3, 2], data });
  // The manifest of a run that was written like this.
  const read = async () => {
    await writeManifest(folder);
    return await readHistory({ folder } as RunRecord);
  };
  const restore = async () => {
    await Deno.writeFile(path("labels.npy"), labels);
    for (const epoch of [0, 1]) await Deno.writeFile(path(`${epoch}.npy`), rows);
  };
  await restore();
  assertEquals((await read()).map(({ epoch, dim }) => [epoch, dim]), [[0, 2], [1, 2]]);
  const damaged: [string, Uint8Array, RegExp][] = [
    ["1.npy", rows.slice(0, -4), /1\.npy as its header says \[3, 2\] .* 152 bytes: received 148$/],
    ["1.npy", Uint8Array.from([...rows, 0]), /received 153$/],
    ["0.npy", new Uint8Array(), /0\.npy as it must be a .npy file: received an empty file$/],
    [
      "1.npy",
      npyFile({ descr: "<f4", shape: [2, 3], data }),
      /hold f4 \[3, dimensions\]: received f4 \[2, 3\]$/,
    ],
    ["1.npy", npyFile({ descr: "<i4", shape: [3, 2], data }), /received i4 \[3, 2\]$/],
    [
      "labels.npy",
      npyFile({ descr: "<f4", shape: [6], data }),
      /labels\.npy as it must hold one i4 .*f4 \[6\]$/,
    ],
  ];
  for (const [name, bytes, expected] of damaged) {
    await Deno.writeFile(path(name), bytes);
    assertMatch((await assertRejects(read, DataError)).message, expected);
    await restore();
  }
  await Deno.remove(folder, { recursive: true });
});
