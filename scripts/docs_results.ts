/**
 * The page of results, docs/results.md: made of the tables and figures that are kept in docs/tables, of which each has the rows of
 * its runs and what was typed for them.
 */
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { type FigureContext, settingsLine, type TableSet } from "../lib/figures/settings.ts";
import type { DrawnRecord } from "../lib/figures/record.ts";
import { record as sequel } from "../lib/figures/sequel/mod.ts";
import { distinct } from "../lib/figures/rows.ts";
import { verdicts } from "../lib/figures/tables/judge.ts";
import { count } from "../lib/figures/words.ts";
import { command, duration, UsageError } from "./cli/mod.ts";
import { moreRecords } from "./runs/more_records.ts";

/** What was drawn and is kept, with its record. */
export interface Kept {
  /** Of its file, without the ending. */
  name: string;
  record: DrawnRecord;
  context: FigureContext;
  /** What makes it again. */
  command: string;
  rows: unknown;
  /** Whether there is a picture of it beside its file. */
  pictured: boolean;
}

const page = fileURLToPath(new URL("../docs/results.md", import.meta.url));
const kept = fileURLToPath(new URL("../docs/tables", import.meta.url));

/** What has a place on the page. */
const records: Readonly<Record<string, DrawnRecord>> = Object.fromEntries(
  [...moreRecords, sequel].map((
    record,
  ) => [record.name, record as DrawnRecord]),
);

const pictureOf = (path: string) => path.replace(/(\.json)?$/, ".png");

/** Reads what a table has written, or what is kept of it. */
export async function readTable(path: string): Promise<Kept> {
  try {
    const { figure, context, command, rows } = JSON.parse(await Deno.readTextFile(path));
    if (!Object.hasOwn(records, figure)) {
      throw new Error(`it must be of ${Object.keys(records).join(", ")}: received ${figure}`);
    }
    const record = records[figure];
    record.check(rows);
    if (typeof command !== "string" || typeof context !== "object" || context === null) {
      throw new Error("it must say what was typed, and the settings: received none");
    }
    const pictured = await Deno.stat(pictureOf(path)).then(() => true, () => false);
    return { name: basename(path, ".json"), record, context, command, rows, pictured };
  } catch (error) {
    throw new UsageError(`cannot read the table ${path}: ${(error as Error).message}`);
  }
}

/** What a folder keeps, in the order of the names; nothing without the folder. */
export async function readKept(folder: string): Promise<Kept[]> {
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
function settingsTable(sets: readonly TableSet[]): string[][] {
  const names = distinct(sets.flatMap(({ settings }) => settings.map(([name]) => name)));
  const value = ({ settings }: TableSet, wanted: string) =>
    settings.find(([name]) => name === wanted)?.[1] ?? "–";
  return [
    ["setting", ...sets.map(({ dataset }) => dataset)],
    ...names.map((name) => [name, ...sets.map((set) => value(set, name))]),
  ];
}

/** How long the runs took, where their rows say so. */
function timeOf(rows: unknown): string[] {
  const each = (Array.isArray(rows) ? rows : (rows as { runs: unknown[] }).runs) as {
    seconds?: number | null;
  }[];
  if (!each.some(({ seconds }) => seconds)) return [];
  const seconds = each.reduce((sum, { seconds }) => sum + (seconds || 0), 0);
  return [
    `${count(each.length, "run")}, whose times, beside whatever ran at once, add up to ${duration(seconds)}.`,
  ];
}

function section({ name, record, context, command, rows, pictured }: Kept): string {
  const { sets } = context;
  return [
    `## ${name}: ${record.title}`,
    ...(pictured ? [`![${record.title}](tables/${name}.png)`] : []),
    record.caption(rows),
    `\`\`\`sh\n${command}\n\`\`\``,
    [...timeOf(rows), "Means over the seeds, each with its 95 % interval:"].join(" "),
    markdownTable(record.table(rows)),
    ...(record.details?.(rows) ?? []).map(({ title, note, table }) =>
      `### ${title}\n\n${note}\n\n${markdownTable(table)}`
    ),
    `### Settings\n\n${sets ? markdownTable(settingsTable(sets)) : settingsLine(context)}`,
  ].join("\n\n");
}

/** Where each ordering is confirmed, contradicted or not decided, of all tables that judge some. */
function glance(tables: readonly Kept[]): string[] {
  const judged = tables.flatMap(({ record, rows }) =>
    (record.details?.(rows) ?? []).flatMap(({ table: [head, ...lines] }) => {
      const at = head.indexOf("ordering"), measure = head.indexOf("measure");
      return at < 0 ? [] : lines.map((cells) => ({
        ordering: cells[at],
        verdict: cells.at(-1)!.replace(/:.*$/, ""),
        data: cells[0],
        measure: measure < 0 ? "" : cells[measure],
      }));
    })
  );
  if (judged.length === 0) return [];
  const columns = Object.values(verdicts);
  const places = (own: typeof judged) =>
    distinct(own.map(({ data }) => data)).map((data) => {
      const measures = own.filter((each) => each.data === data && each.measure).map(({ measure }) => measure);
      return [data, ...(measures.length > 0 ? [measures.join(", ")] : [])].join(": ");
    }).join("; ") || "–";
  const lines = distinct(judged.map(({ ordering }) => ordering)).map((ordering) => [
    ordering,
    ...columns.map((verdict) =>
      places(judged.filter((each) => each.ordering === ordering && each.verdict === verdict))
    ),
  ]);
  return [
    "## At a glance",
    `${
      count(judged.length, "comparison")
    } of two losses. A loss is shown to be better only where its ordering is confirmed. Each is ` +
    "judged together with the others of its own table.",
    markdownTable([["ordering", ...columns], ...lines]),
  ];
}

/** The whole page. */
export function resultsPage(tables: readonly Kept[]): string {
  return [
    "# Results",
    "Made by `deno task docs:results` from the rows in `docs/tables`; every number follows from them. An ordering is _confirmed_ " +
    "where the difference is above 0 beyond chance, _contradicted_ where it is below, and _not decided_ otherwise.",
    ...glance(tables),
    ...tables.map(section),
  ].join("\n\n") + "\n";
}

/** What is kept: the rows, one to a line, and what is needed to make them again. */
export function keptText({ record, context, command, rows }: Kept): string {
  const lines = (values: readonly unknown[]) =>
    `[\n${values.map((value) => `  ${JSON.stringify(value)}`).join(",\n")}\n ]`;
  const text = Array.isArray(rows)
    ? lines(rows)
    : `{\n ${
      Object.entries(rows as Record<string, unknown[]>).map(([name, part]) => `"${name}": ${lines(part)}`)
        .join(
          ",\n ",
        )
    }\n }`;
  const head = { figure: record.name, command, context };
  return `{\n ${
    Object.entries(head).map(([name, value]) => `"${name}": ${JSON.stringify(value)},\n `).join("")
  }"rows": ${text}\n}\n`;
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
    const path = join(kept, `${name ?? table.record.name}.json`);
    await writeAtomically(path, keptText(table));
    if (table.pictured) await Deno.copyFile(pictureOf(given), pictureOf(path));
    else await rm(pictureOf(path), { force: true });
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
