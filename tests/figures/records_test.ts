import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import type { FigureName, FigureRecord } from "../../lib/figures/mod.ts";
import { everyFigure, madeUpFigures } from "./drawn.ts";
import { trainedRows } from "./trained.ts";
import { trainingFlags } from "../../scripts/runs/training_flags.ts";

const records = everyFigure.map((record): [string, FigureRecord] => [record.name, record]);
const stories = ["supporting", "contradicting"] as const;
const trained = new Map<string, Promise<{ rows: unknown; context: unknown }>>();

/** Made-up rows of a figure, or those of small trainings where nobody has made any up. */
async function given(name: string, story: typeof stories[number] = "supporting") {
  const madeUp = madeUpFigures(story)[name as FigureName];
  if (madeUp) return madeUp as { rows: unknown; context: unknown };
  if (!trained.has(name)) trained.set(name, trainedRows(everyFigure.find((each) => each.name === name)!));
  return await trained.get(name)!;
}

Deno.test("every figure: the name of its record, its title once, in one line that fits", async () => {
  for (const [name, record] of records) {
    const { rows, context } = await given(name), { layout, config } = record.draw(rows, context);
    assertEquals(record.name, name);
    assertEquals((layout.title as { text: string }).text, `<b>${record.title}</b>`);
    assertEquals((config.toImageButtonOptions as { filename: string }).filename, name);
    assertMatch(record.title, /^\S.{8,78}\S$/, name);
    assertMatch(record.claim, /^[A-Z].{20,110}[^.]$/, name);
  }
  for (const text of ["title", "claim"] as const) {
    assertEquals(new Set(records.map(([, record]) => record[text])).size, records.length);
  }
});

Deno.test("every figure: a caption in whole sentences, a table with as many cells in each row", async () => {
  for (const [name, record] of records) {
    for (const story of stories) {
      const { rows } = await given(name, story);
      const caption = record.caption(rows);
      assertMatch(caption, /^[A-Z].*[^.]\.$/, name);
      assert(!/undefined|NaN|null|\[object/.test(caption), caption);
      assertMatch(record.finding(rows), /holds|fails|not decided|not tested|contradicted/, name);
      assertMatch(record.finding(rows), /^[a-z].*[^.]$/, name);
      const table = record.table(rows), [header] = table;
      assert(table.length > 1, name);
      assertEquals(table.map((row) => row.length), table.map(() => header.length));
      assert(table.flat().every((cell) => typeof cell === "string" && !/undefined|NaN/.test(cell)), name);
      assertEquals(new Set(header).size, header.length, `${name}: ${header}`);
    }
  }
});

/** The lists of rows: of one list, or of an object of several. */
const lists = (rows: unknown) => (Array.isArray(rows) ? { rows } : rows) as Record<string, unknown[]>;
const withLists = (rows: unknown, changed: Record<string, unknown[]>) =>
  Array.isArray(rows) ? changed.rows : changed;

/** Backwards; but the data sets of a figure stay in their order, which is that of its panels. */
function backwards(rows: unknown): unknown {
  const turned = Object.entries(lists(rows)).map(([key, list]) => {
    const datasets = list.map((row) => (row as { dataset?: string }).dataset);
    const place = (row: unknown) => datasets.indexOf((row as { dataset?: string }).dataset);
    return [key, list.toReversed().sort((a, b) => place(a) - place(b))];
  });
  return withLists(rows, Object.fromEntries(turned));
}

Deno.test("every figure: the order of the rows changes neither picture nor words", async () => {
  // Sums of numbers in another order differ in their last digits.
  const rounded = (figure: unknown) =>
    JSON.stringify(figure, (_, value) => typeof value === "number" ? Number(value.toPrecision(9)) : value);
  for (const [name, record] of records) {
    const { rows, context } = await given(name, "contradicting"), other = backwards(rows);
    assert(JSON.stringify(other) !== JSON.stringify(rows), name);
    assertEquals(rounded(record.draw(other, context)), rounded(record.draw(rows, context)), name);
    assertEquals(record.caption(other), record.caption(rows));
    assertEquals(record.table(other), record.table(rows));
  }
});

/** Copies in which one value that the first row of a list holds is another. */
function* spoilt(rows: unknown, value: unknown): Generator<[place: string, rows: unknown]> {
  for (const [key, list] of Object.entries(lists(rows))) {
    const paths = (item: unknown, path: string[]): string[][] =>
      typeof item === "object" && item !== null
        ? Object.entries(item).slice(0, Array.isArray(item) ? 1 : undefined).flatMap(([name, inner]) =>
          paths(inner, [...path, name])
        )
        : [path];
    for (const path of paths(list[0], [])) {
      const copy = structuredClone(rows);
      const holder = path.slice(0, -1).reduce(
        (item, name) => (item as Record<string, unknown>)[name],
        lists(copy)[key][0],
      );
      (holder as Record<string, unknown>)[path.at(-1)!] = value;
      yield [`${key}.${path.join(".")}`, copy];
    }
  }
}

Deno.test("every figure: rows that cannot be drawn are refused, by each of its functions alike", async () => {
  for (const [name, record] of records) {
    const { rows, context } = await given(name);
    const refused = (place: string, bad: unknown) => {
      for (const take of ["check", "table", "finding", "caption", "draw"] as const) {
        const { message } = assertThrows(
          () => record[take](bad, context),
          Error,
          "Cannot ",
          `${name} ${place}`,
        );
        assertMatch(message, /: received /, `${name} ${place}`);
      }
    };
    for (const bad of [undefined, null, 3, "rows", [], [3], {}]) refused(JSON.stringify(bad), bad);
    for (const [key, list] of Object.entries(lists(rows))) {
      refused(`${key} twice`, withLists(rows, { ...lists(rows), [key]: [...list, list[0]] }));
      refused(`${key} of null`, withLists(rows, { ...lists(rows), [key]: [null] }));
    }
    for (const value of [{}, "no such value", Infinity]) {
      for (const [place, bad] of spoilt(rows, value)) {
        // Any text is the name of a data set, of a hardening function or of its parameter.
        if (typeof value === "string" && /\.(dataset|hardening|parameter)$/.test(place)) continue;
        refused(`${place} = ${JSON.stringify(value)}`, bad);
      }
    }
    record.check(rows);
  }
});

Deno.test("every figure: its rows come about from runs, can be drawn, and its own words are true of them", async () => {
  for (const [name, record] of records) {
    assertMatch(record.summary, /^[A-Z].{20,}[.?]$/, name);
    const { rows, context } = await trainedRows(record), { data } = record.draw(rows, context);
    assert(data.length > 0, name);
    assertEquals((context as { dataset: string }).dataset, "synthetic images, 60 training images", name);
    assertMatch(record.caption(rows), /^[A-Z].*[^.]\.$/, name);
    for (const line of record.examples) {
      for (const flag of line.match(/--[a-z-]+/g) ?? []) {
        const key = flag.slice(2).replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
        const isOfSeveral = key === "datasets" && record.several !== undefined;
        assert(key in record.flags || key in trainingFlags || isOfSeveral, `${name}: ${flag}`);
      }
    }
  }
});

Deno.test("every figure: its task says what the record says", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  for (const [name, { title }] of records) {
    // Without a task of its own, a figure is one of those of `deno task figures`.
    if (tasks[name]) assertEquals(tasks[name].description, `Figure ${name.slice("fig".length)}: ${title}`);
  }
});
