// Table 2 as a user makes it: a process with the permissions of its task.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import script from "../../scripts/table2.ts";
import { table2Record } from "../../lib/figures/mod.ts";
import { task } from "../process.ts";
import { call } from "./call.ts";
import { drawingEnvironment } from "./no_browser.ts";

/** A collection of six graphs: three triangles and three paths of three nodes. */
async function writeCollection(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "MUTAG"), { recursive: true });
  const edges = [0, 1, 2, 3, 4, 5].flatMap((graph) => {
    const [a, b, c] = [1, 2, 3].map((node) => 3 * graph + node);
    return [`${a}, ${b}`, `${b}, ${c}`, ...graph % 2 ? [`${a}, ${c}`] : []];
  });
  const nodes = Array.from({ length: 18 }, (_, node) => `${Math.floor(node / 3) + 1}`);
  const parts = { A: edges, graph_indicator: nodes, graph_labels: ["1", "-1", "1", "-1", "1", "-1"] };
  for (const [part, lines] of Object.entries(parts)) {
    await Deno.writeTextFile(join(folder, "MUTAG", `MUTAG_${part}.txt`), lines.join("\n") + "\n");
  }
}

Deno.test("the table is made, its trainings are kept, and made again it is the same without any", async () => {
  const folder = await Deno.makeTempDir(), out = join(folder, "results"), data = join(folder, "tu");
  const env = await drawingEnvironment(folder);
  await writeCollection(data);
  const args = [
    "--preset",
    "smoke",
    "--backend",
    "wasm",
    "--epochs",
    "1",
    "--losses",
    "scl,hscl",
    "--out",
    out,
  ];
  const small = [...args, "--collections", "made-up,MUTAG", "--data", data, "--seeds", "1"];
  const first = await task("table2", small, env);
  assertEquals(first.code, 0, first.error);
  assertMatch(first.error, /table2: 12 trainings: 0 there, 12 to do on \d+ worker process/);
  const path = join(out, "smoke/table2/table2.json"), text = await Deno.readTextFile(path);
  const { figure, caption, rows, runs, context } = JSON.parse(text);
  assertEquals([figure, rows.length, runs.length, context.folds], ["table2", 12, 12, 2]);
  assertEquals(caption, table2Record.caption(rows));
  assertStringIncludes(first.out, caption);
  assert(
    [...Deno.readDirSync(join(out, "graph-runs"))].every(({ name }) =>
      runs.includes(name.replace(".json", ""))
    ),
  );

  const again = await task("table2", small, env);
  assertEquals(again.code, 0, again.error);
  assertMatch(again.error, /^table2: 12 trainings in .*, of backend wasm; nothing to train\n$/);
  assertEquals(await Deno.readTextFile(path), text);

  const more = await task("table2", [...args, "--seeds", "2"], env);
  assertMatch(more.error, /table2: 12 trainings: 6 there, 6 to do/);
  const gallery = await task("gallery", ["--out", join(out, "smoke")]);
  assertEquals(gallery.code, 0, gallery.error);
  assertStringIncludes(await Deno.readTextFile(join(out, "smoke/index.html")), "table2: Accuracy on graphs");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what cannot be tabled is one line, and leaves nothing", async () => {
  const out = await Deno.makeTempDir();
  const wrong: [args: string[], code: number, said: RegExp][] = [
    [["--collections", "MUTAG"], 2, /^table2: Cannot read MUTAG as it needs a data folder \(.*--data DIR/],
    [["--preset", "paper"], 2, /needs a data folder/],
    [["--collections", "QM9"], 2, /--collections must be one or more of made-up, MUTAG/],
    [["--folds", "151"], 2, /--folds must be at most 150, the graphs of made-up: received 151/],
    [["--folds", "1"], 2, /--folds must be an integer of at least 2/],
    [["--views", "flip"], 2, /--views must be one of random/],
    [["--tau-plus", "2"], 2, /tauPlus/],
  ];
  for (const [args, code, said] of wrong) {
    const ended = await call(script, ...args, "--backend", "wasm", "--out", out);
    assertEquals([ended.code, ended.out], [code, ""], `${args}: ${ended.error}`);
    assertMatch(ended.error, said);
    assertEquals(ended.error.split("\n").length, 1, ended.error);
  }
  assertEquals([...Deno.readDirSync(out)], []);
  await Deno.remove(out, { recursive: true });
});
