import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { type FigureName, type FigureRecord, figureRecords } from "../../lib/figures/mod.ts";
import docsFigures, { figurePages, figureTable, sectionOf, withSection } from "../../scripts/docs_figures.ts";
import { madeUpFigures } from "../figures/drawn.ts";
import { call } from "./call.ts";

const records = Object.values<FigureRecord>(figureRecords);
const read = (name: string) => Deno.readTextFile(new URL(`../../${name}`, import.meta.url));
/** The cells of a table in Markdown, without its second line. */
const cellsOf = (table: string) =>
  table.split("\n").toSpliced(1, 1).map((line) =>
    line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())
  );

Deno.test("README.md has every figure with its claim; deno task docs:figures brings it up to date", async () => {
  const [header, ...rows] = cellsOf(sectionOf(await read("README.md"), "README.md"));
  assertEquals(header, ["task", "claim", "what the runs say", "time"]);
  assertEquals(
    rows.map(([task, claim, _, time]) => [task, claim, time]),
    records.map(({ name, claim, seconds }) => [`\`${name}\``, claim, `${seconds} s`]),
  );
  assert(rows.every(([, , finding]) => finding !== ""));
});

Deno.test("docs/figures.md has every figure with its title, picture and claim; deno task docs:figures brings it up to date", async () => {
  const pages = sectionOf(await read("docs/figures.md"), "docs/figures.md").split(/^(?=## )/m);
  assertEquals(pages.length, records.length);
  for (const [index, { name, title, claim }] of records.entries()) {
    const [heading, picture, ...caption] = pages[index].trim().split("\n\n");
    assertEquals([heading, picture], [`## ${name}: ${title}`, `![${title}](${name}.png)`]);
    assert(caption.join(" ").replaceAll("\n", " ").startsWith(claim), pages[index]);
  }
});

Deno.test("figureTable and figurePages: findings and captions are those of the rows", () => {
  const given = madeUpFigures("contradicting");
  const results = records.map((record) => ({
    record,
    rows: given[record.name as FigureName]!.rows as unknown,
  }));
  const table = cellsOf(figureTable(results)), pages = figurePages(results);
  results.forEach(({ record, rows }, index) => {
    assertEquals(table[index + 1][2], record.finding(rows));
    assertStringIncludes(pages, `(${record.name}.png)\n\n${record.caption(rows)}`);
  });
  const piped = { ...figureRecords.fig1, claim: "a | b" } as FigureRecord;
  assertEquals(cellsOf(figureTable([{ record: piped, rows: given.fig1!.rows }]))[1][1], "a \\| b");
});

Deno.test("withSection replaces what is between the marks, and nothing else", async () => {
  const document = await read("README.md"), other = withSection(document, "New\n\ntext", "README.md");
  assertEquals(sectionOf(other, "README.md"), "New\n\ntext");
  assertEquals(withSection(other, sectionOf(document, "README.md"), "README.md"), document);
  for (
    const text of [
      "",
      "no marks",
      document.split("<!-- end of figures -->").toReversed().join("<!-- end of figures -->"),
    ]
  ) {
    assertThrows(() => withSection(text, "", "some.md"), Error, "some.md must hold <!-- figures");
  }
});

Deno.test("docs:figures without all figures says which is missing, and writes nothing", async () => {
  const before = await read("README.md"), out = await Deno.makeTempDir();
  await Deno.mkdir(join(out, "fig1"));
  await Deno.writeTextFile(join(out, "fig1", "fig1.json"), "{");
  const { code, error } = await call(docsFigures, "--out", out);
  assertEquals(code, 2);
  assertStringIncludes(error, `docs:figures: cannot read ${join(out, "fig1", "fig1.json")}: `);
  assertEquals(await read("README.md"), before);
  await Deno.remove(out, { recursive: true });
});
