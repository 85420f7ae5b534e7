/**
 * What the documents say of the figures: rewrites the table in README.md and the pages of docs/figures.md, between their
 * marks, from the records of the figures and what `deno task figures` wrote.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import type { FigureRecord } from "../lib/figures/record.ts";
import { figureRecords } from "../lib/figures/records.ts";
import { command, UsageError } from "./cli/mod.ts";

/** A figure and the rows that it was drawn from. */
export interface FigureResult {
  record: FigureRecord;
  rows: unknown;
}

const marks = ["<!-- figures, by deno task docs:figures -->", "<!-- end of figures -->"] as const;

/** The table of README.md. */
export function figureTable(results: readonly FigureResult[]): string {
  return [
    ["task", "claim", "what the runs say", "time"],
    ["---", "---", "---", "---"],
    ...results.map(({ record, rows }) => [
      `\`${record.name}\``,
      record.claim,
      record.finding(rows),
      `${record.seconds} s`,
    ]),
  ].map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n");
}

/** The pages of docs/figures.md: title, picture and caption of each figure. */
export function figurePages(results: readonly FigureResult[]): string {
  return results.map(({ record: { name, title, caption }, rows }) =>
    `## ${name}: ${title}\n\n![${title}](${name}.png)\n\n${caption(rows)}`
  ).join("\n\n");
}

/** A document with another text between its two marks. */
export function withSection(document: string, section: string, name: string): string {
  const [start, end] = marks.map((mark) => document.indexOf(mark));
  if (start < 0 || end < start) {
    throw new UsageError(`${name} must hold ${marks[0]} and after it ${marks[1]}: received a text without`);
  }
  return `${document.slice(0, start + marks[0].length)}\n\n${section}\n\n${document.slice(end)}`;
}

/** What is between the marks of a document. */
export function sectionOf(document: string, name: string): string {
  const rest = withSection(document, "", name), [start] = marks.map((mark) => rest.indexOf(mark));
  return document.slice(start + marks[0].length, document.indexOf(marks[1])).trim();
}

async function readResult(folder: string, record: FigureRecord): Promise<FigureResult> {
  const path = join(folder, record.name, `${record.name}.json`);
  try {
    return { record, rows: JSON.parse(await Deno.readTextFile(path)).rows };
  } catch (error) {
    throw new UsageError(
      `cannot read ${path}: ${(error as Error).message}; make it by deno task ${record.name}`,
    );
  }
}

const script = command({
  name: "docs:figures",
  summary: "Rewrites what README.md and docs/figures.md say of the figures, from the rows of all of them.",
  flags: {
    out: {
      kind: "directory",
      default: "results",
      help: "Folder with the figures, as made by deno task figures",
    },
  },
  examples: ["deno task docs:figures", "deno task docs:figures --out results"],
}, async ({ out }) => {
  const results: FigureResult[] = [];
  for (const record of Object.values<FigureRecord>(figureRecords)) {
    results.push(await readResult(out, record));
  }
  const files = [["README.md", figureTable(results)], ["docs/figures.md", figurePages(results)]] as const;
  const documents = await Promise.all(files.map(async ([name, section]) => {
    const path = fileURLToPath(new URL(`../${name}`, import.meta.url));
    return { path, text: withSection(await Deno.readTextFile(path), section, name) };
  }));
  for (const { path, text } of documents) await writeAtomically(path, text);
  const paths = documents.map(({ path }) => path);
  const { success } = await new Deno.Command("deno", { args: ["fmt", "--quiet", ...paths] }).spawn().status;
  if (!success) throw new Error(`deno fmt failed on ${paths.join(" and ")}`);
  console.log(paths.join("\n"));
});

export default script;
if (import.meta.main) await script.run();
