import { createHash } from "node:crypto";

/** Text as notebooks store it: whole, or cut into lines. */
export type Text = string | string[];

/** An output of a cell, nbformat 4. */
export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: Text }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] }
  | {
    output_type: "display_data" | "execute_result";
    data: Record<string, unknown>;
    metadata: Record<string, unknown>;
    execution_count?: number | null;
  };

/** A code or Markdown cell, nbformat 4.5. */
export interface NotebookCell {
  cell_type: "code" | "markdown";
  id: string;
  metadata: Record<string, unknown>;
  source: Text;
  /** Only of code. */
  outputs?: Output[];
  /** Only of code. */
  execution_count?: number | null;
}

/** A notebook file, nbformat 4.5. */
export interface Notebook {
  cells: NotebookCell[];
  metadata: Record<string, unknown> & { hscl?: { executed: string } };
  nbformat: 4;
  nbformat_minor: number;
}

/** The text in one piece. */
export function joined(text: Text): string {
  return typeof text === "string" ? text : text.join("");
}

/** The code cells in their order, which is also the number that Jupyter shows beside them. */
export function codeCells(notebook: Notebook): NotebookCell[] {
  return notebook.cells.filter((cell) => cell.cell_type === "code");
}

/** Identifies the code of a notebook, so that outputs of other code can be told. */
export function codeDigest(notebook: Notebook): string {
  const sources = codeCells(notebook).map((cell) => joined(cell.source));
  return createHash("sha256").update(JSON.stringify(sources)).digest("hex").slice(0, 16);
}

/** Errors and warnings among the outputs, one line each, e.g. `cell [3]: TypeError: …`. */
export function problems(notebook: Notebook): string[] {
  return codeCells(notebook).flatMap((cell, index) =>
    (cell.outputs ?? []).flatMap((output) => {
      const where = `cell [${index + 1}]: `;
      if (output.output_type === "error") return [`${where}${output.ename}: ${output.evalue}`];
      if (output.output_type === "stream" && output.name === "stderr") {
        return [`${where}warning ${joined(output.text).trim().split("\n")[0]}`];
      }
      return [];
    })
  );
}

/** What must not change when a notebook is executed again: the formats of each output, and verdicts. */
export function outputShapes(notebook: Notebook): string[][] {
  return codeCells(notebook).map(({ outputs = [] }) =>
    outputs.map((output) => {
      if (output.output_type === "stream") return `stream ${output.name}`;
      if (output.output_type === "error") return "error";
      const kinds = Object.keys(output.data).sort().join(", ");
      const found = verdicts(joined(output.data["text/plain"] as Text ?? ""));
      return `${output.output_type} of ${kinds}${found.length > 0 ? `; verdicts ${found.join(", ")}` : ""}`;
    })
  );
}

/** The entries of the column `verdict` of a table in plain text. */
function verdicts(text: string): string[] {
  const lines = text.split("\n");
  const header = lines.findIndex((line) => /\bverdict\b/.test(line));
  if (header < 0) return [];
  const start = lines[header].search(/\bverdict\b/);
  return lines.slice(header + 1).map((line) => line.slice(start).split("  ")[0]);
}

/** Where two executions of a notebook differ in cells or shapes of outputs, one line each. */
export function differences(committed: Notebook, fresh: Notebook): string[] {
  const before = outputShapes(committed), after = outputShapes(fresh);
  if (before.length !== after.length) return [`${before.length} code cells became ${after.length}`];
  return before.flatMap((shapes, index) => {
    const [old, now] = [shapes, after[index]].map((each) => each.join(" | ") || "nothing");
    return old === now ? [] : [`cell [${index + 1}]: ${old} became ${now}`];
  });
}
