// The page of results: every number is that of the rows that are kept.
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { figures } from "@hscl/hscl";
import docsResults, {
  type Kept,
  keptText,
  readKept,
  readTable,
  resultsPage,
} from "../../scripts/docs_results.ts";
import { sequelRows, tableRows } from "../figures/made_up.ts";
import { call } from "./call.ts";

const { table1 } = figures.tableRecords;
const set = (dataset: string, epochs: string) => ({ dataset, settings: [["epochs", epochs] as const] });
const rows = tableRows("contradicting");
const table: Kept = {
  name: "table1-made_up",
  record: table1 as Kept["record"],
  context: {
    epochs: 4,
    sets: [set("MNIST digits", "4"), set("CIFAR-10", "8")],
  },
  command: "deno task table1 --seeds 5",
  pictured: false,
  rows,
};

/** Formatted, words may stand in other lines and cells be wider. */
const plain = (text: string) => text.replaceAll(/\| -+(?= )/g, "| -").replaceAll(/\s+/g, " ").trim();

Deno.test("formatted, the page says the same", async () => {
  const child = new Deno.Command("deno", {
    args: ["fmt", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter(), page = resultsPage([table]);
  await writer.write(new TextEncoder().encode(page));
  await writer.close();
  const formatted = new TextDecoder().decode((await child.output()).stdout);
  assert(formatted !== page);
  assertEquals(plain(formatted), plain(page));
});

Deno.test("the page has the caption, the command, the time, and all tables", () => {
  const page = resultsPage([table]);
  assertStringIncludes(page, "## table1-made_up: Accuracy of the four losses on each data set");
  assertStringIncludes(page, table1.caption(rows));
  assertStringIncludes(page, "```sh\ndeno task table1 --seeds 5\n```");
  assertMatch(page, /40 runs, whose times, .*, add up to 6 min 40 s\./);
  for (const text of [table1.table(rows), table1.differences(rows), table1.choices(rows)]) {
    for (const cells of text) assertStringIncludes(page, `| ${cells.join(" | ").replaceAll("<", "&lt;")} |`);
  }
  assertMatch(page, /\| H-SCL ≥ SCL \|.*MNIST digits: kNN/);
  assertStringIncludes(page, "| epochs | 4 | 8 |");
  // Without a choice, none is shown.
  assert(!resultsPage([{ ...table, rows: { ...rows, choices: [] } }]).includes("Choice of β"));
});

Deno.test("what is kept of a table makes the same page again", async () => {
  const folder = await Deno.makeTempDir(), path = join(folder, "table1-made_up.json");
  assertEquals(await readKept(join(folder, "none")), []);
  await Deno.writeTextFile(path, keptText(table));
  const [again] = await readKept(folder);
  assertEquals(again, table);
  assertEquals(resultsPage([again]), resultsPage([table]));
  const json = JSON.parse(keptText(table));
  const wrong: [object, RegExp][] = [
    [{ ...json, figure: "fig1" }, /must be of .*table1.*: received fig1$/],
    [{ ...json, command: undefined }, /must say what was typed, and the settings: received none$/],
    [{ ...json, rows: { runs: [], choices: [] } }, /needs at least one row/],
  ];
  for (const [value, expected] of wrong) {
    await Deno.writeTextFile(path, JSON.stringify(value));
    const error = await assertRejects(() => readTable(path));
    assertMatch((error as Error).message, expected);
    assertStringIncludes((error as Error).message, `cannot read the table ${path}: `);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("graphs and figures have a section, too", async () => {
  const parts = [0.7, 0.8, 0.9].flatMap((accuracy, seed) =>
    [0, 1].map((fold) => ({ collection: "MUTAG", method: "hscl", seed, fold, accuracy, seconds: 3 }))
  );
  const graphs = [
    ...parts,
    ...parts.map((row) => ({ ...row, method: "scl", accuracy: row.accuracy - 0.1 + 0.01 * row.seed })),
  ];
  const kept: Kept[] = [
    {
      name: "table2-made_up",
      record: figures.table2Record as Kept["record"],
      command: "deno task table2 --collections MUTAG --data DIR",
      context: { sets: [set("MUTAG", "20")] },
      rows: graphs,
      pictured: true,
    },
    {
      name: "sequel-made_up",
      record: figures.sequelRecord as Kept["record"],
      command: "deno task fig8 --preset sequel",
      context: { dataset: "made up", epochs: 8 },
      rows: sequelRows("supporting"),
      pictured: false,
    },
  ];
  const page = resultsPage(kept);
  assertStringIncludes(
    page,
    "12 runs, whose times, beside whatever ran at once, add up to 36 s. Means over the seeds",
  );
  assertStringIncludes(page, "| MUTAG | H-SCL ≥ SCL | 9.00 ± 2.48 | confirmed |");
  assertStringIncludes(page, "1 comparison of two losses.");
  assertStringIncludes(page, "| ordering | confirmed | not decided | contradicted |");
  assertStringIncludes(page, "| H-SCL ≥ SCL | MUTAG | – | – |");
  assertStringIncludes(page, "| epochs | 20 |");
  assertStringIncludes(page, "### Settings\n\nmade up  ·  8 epochs");
  assertStringIncludes(page, "![Accuracy on graphs](tables/table2-made_up.png)\n\nClaim: ");
  assert(!page.includes("sequel-made_up.png"));
  const folder = await Deno.makeTempDir();
  for (const each of kept) {
    const path = join(folder, `${each.name}.json`);
    await Deno.writeTextFile(path, keptText(each));
    if (each.pictured) await Deno.writeTextFile(path.replace("json", "png"), "a picture");
    assertEquals(await readTable(path), each);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("docs/results.md is that of the tables in docs/tables; deno task docs:results brings it up to date", async () => {
  const at = (name: string) => new URL(`../../docs/${name}`, import.meta.url);
  const tables = await readKept(new URL("../../docs/tables", import.meta.url).pathname);
  const written = await Deno.readTextFile(at("results.md")).catch(() => undefined);
  assertEquals(written && plain(written), tables.length === 0 ? undefined : plain(resultsPage(tables)));
});

Deno.test("docs:results: a wrong flag or file is one line and exit code 2, and nothing is written", async () => {
  for (
    const [args, expected] of [
      [["--name", "a"], /^docs:results: --name goes with a table: received none$/],
      [["a.json", "b.json"], /takes one table at a time: received "b.json" too$/],
      [["a.json", "--name", "../a"], /--name must be of letters, digits, - and _: received "..\/a"$/],
      [["nothing.json"], /cannot read the table nothing.json: /],
    ] as const
  ) {
    const { code, error } = await call(docsResults, ...args);
    assertEquals([code, error.split("\n").length], [2, 1], error);
    assertMatch(error, expected);
  }
});
