/**
 * The page of results, docs/results.md: made of the tables that are kept in docs/tables, of which each has the rows of its
 * runs and what was typed for them.
 */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import type { TableContext, TableRecord } from "../lib/figures/tables/record.ts";
import { tableRecords } from "../lib/figures/tables/records.ts";
import type { TableRows } from "../lib/figures/tables/rows.ts";
import { distinct } from "../lib/figures/rows.ts";
import { count } from "../lib/figures/words.ts";
import { command, duration, UsageError } from "./cli/mod.ts";

/** A table that is kept, with its record. */
export interface KeptTable {
  /** Of its file, without the ending. */
  name: string;
  record: TableRecord;
  context: TableContext;
  rows: TableRows;
}

const page = fileURLToPath(new URL("../docs/results.md", import.meta.url));
const kept = fileURLToPath(new URL("../docs/tables", import.meta.url));

/** Reads what a table has written, or what is kept of it. */
export async function readTable(path: string): Promise<KeptTable> {
  try {
    const { figure, context, rows } = JSON.parse(await Deno.readTextFile(path));
    const record = (tableRecords as Record<string, TableRecord | undefined>)[figure];
    if (!record) {
      throw new Error(`it must be of ${Object.keys(tableRecords).join(" or ")}: received ${figure}`);
    }
    record.check(rows);
    if (typeof context?.command !== "string" || !Array.isArray(context.sets)) {
      throw new Error("it must say what was typed, and the settings: received none");
    }
    return { name: basename(path, ".json"), record, context, rows };
  } catch (error) {
    throw new UsageError(`cannot read the table ${path}: ${(error as Error).message}`);
  }
}

/** The tables of a folder, in the order of their names; none without the folder. */
export async function readKept(folder: string): Promise<KeptTable[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".json")) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return await Promise.all(names.sort().map((name) => readTable(join(folder, name))));
}

function markdownTable([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("<", "&lt;")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The settings, a line each, with a column for each data set. */
function settingsTable({ sets }: TableContext): string[][] {
  const names = distinct(sets.flatMap(({ settings }) => settings.map(([name]) => name)));
  const value = ({ settings }: TableContext["sets"][number], wanted: string) =>
    settings.find(([name]) => name === wanted)?.[1] ?? "–";
  return [
    ["setting", ...sets.map(({ dataset }) => dataset)],
    ...names.map((name) => [name, ...sets.map((set) => value(set, name))]),
  ];
}

function section({ name, record, context, rows }: KeptTable): string {
  const seconds = rows.runs.reduce((sum, each) => sum + (each.seconds || 0), 0);
  const choices = record.choices(rows);
  return [
    `## ${name}: ${record.title}`,
    record.caption(rows),
    `\`\`\`sh\n${context.command}\n\`\`\``,
    `${count(rows.runs.length, "run")}, trained for ${
      duration(seconds)
    } in all. Means over the seeds, each with its 95 % interval:`,
    markdownTable(record.table(rows)),
    "### Orderings\n\nThe first loss minus the second, paired by seed, in percentage points, with the 95 % interval of each alone; " +
    "p is corrected for the number of all comparisons of the table.",
    markdownTable(record.differences(rows)),
    ...(choices.length > 1
      ? [
        "### Choice of β\n\nOn a part of the training images; the test images had no part in it.",
        markdownTable(choices),
      ]
      : []),
    "### Settings",
    markdownTable(settingsTable(context)),
  ].join("\n\n");
}

/** The whole page. */
export function resultsPage(tables: readonly KeptTable[]): string {
  return [
    "# Results",
    "Made by `deno task docs:results` from the rows in `docs/tables`; every number follows from them. An ordering is _confirmed_ " +
    "where the difference is above 0 beyond chance, _contradicted_ where it is below, and _not decided_ otherwise.",
    ...tables.map(section),
  ].join("\n\n") + "\n";
}

/** What is kept of a table: its rows, and what is needed to make it again. */
export function keptText({ record, context, rows }: KeptTable): string {
  const lines = (values: readonly unknown[]) =>
    `[\n${values.map((value) => `  ${JSON.stringify(value)}`).join(",\n")}\n ]`;
  return `{\n "figure": ${JSON.stringify(record.name)},\n "context": ${
    JSON.stringify(context)
  },\n "rows": {\n ` +
    `"choices": ${lines(rows.choices)},\n "runs": ${lines(rows.runs)}\n }\n}\n`;
}

const script = command({
  name: "docs:results",
  summary:
    "Rewrites docs/results.md from the tables that are kept in docs/tables; keeps one more there, if it is given.",
  operands: { form: "[TABLE.json]", help: "What a table has written, such as results/table1/table1.json" },
  flags: {
    name: { kind: "string", help: "Name for it in docs/tables (that of the table)", valueName: "name" },
  },
  examples: [
    "deno task docs:results",
    "deno task docs:results results/table1/table1.json --name table1-cifar",
  ],
}, async ({ name }, { operands }) => {
  const [given, ...more] = operands;
  if (more.length > 0) {
    throw new UsageError(`takes one table at a time: received ${JSON.stringify(more[0])} too`);
  }
  if (name !== undefined && given === undefined) {
    throw new UsageError("--name goes with a table: received none");
  }
  if (name !== undefined && !/^[\w-]+$/.test(name)) {
    throw new UsageError(`--name must be of letters, digits, - and _: received ${JSON.stringify(name)}`);
  }
  if (given !== undefined) {
    const table = await readTable(given);
    await Deno.mkdir(kept, { recursive: true });
    await writeAtomically(join(kept, `${name ?? table.record.name}.json`), keptText(table));
  }
  const tables = await readKept(kept);
  if (tables.length === 0) {
    throw new UsageError("docs/tables holds no table: keep one by deno task docs:results TABLE.json");
  }
  await writeAtomically(page, resultsPage(tables));
  const { success } = await new Deno.Command("deno", { args: ["fmt", "--quiet", page, kept] }).spawn().status;
  if (!success) throw new Error(`deno fmt failed on ${page}`);
  console.log(page);
});

export default script;
if (import.meta.main) await script.run();
