import { checkArray, describe } from "../core/checks.ts";
import { escapeHtml } from "../figures/page.ts";
import { type Displayable, displayable } from "./display.ts";
import { type Cell, formatCell } from "./format.ts";

/** One row: a value per column. */
export type Row = Readonly<Record<string, Cell>>;

const cellTypes = ["string", "number", "bigint", "boolean"];

/**
 * A table of rows, numbers aligned to the right and with four significant digits, but for columns of integers.
 *
 * @param rows one record per row; the columns are the keys of the first one, in its order
 * @param caption a line above the table
 * @throws {TypeError} if the rows are no array, or a cell is of another kind
 * @throws {RangeError} if there are no rows, or a row lacks a column of the first one
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * const shown = notebook.table([{ loss: "SCL", accuracy: 0.9312 }, { loss: "H-SCL", accuracy: 0.95 }]);
 * assert(String(shown[notebook.jupyterDisplay]()["text/plain"]).includes("0.9312"));
 * ```
 */
export function table(rows: readonly Row[], caption = ""): Displayable {
  checkArray("rows", rows, "rows");
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) {
    throw new RangeError(
      `Cannot show a table as it must have a row and a column: received ${rows.length} rows`,
    );
  }
  const fractions = columns.map((column) =>
    rows.some(({ [column]: value }) =>
      typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value)
    )
  );
  const cells = rows.map((row, index) =>
    columns.map((column, c) => {
      if (row[column] === undefined) {
        throw new RangeError(
          `Cannot show a table as every row must have ${
            JSON.stringify(column)
          }: received none in row ${index}`,
        );
      }
      if (!cellTypes.includes(typeof row[column])) {
        throw new TypeError(
          `Cannot show a table as a cell must be text, a number or a truth value: received ${
            describe(row[column])
          } at ${JSON.stringify(column)} of row ${index}`,
        );
      }
      return formatCell(row[column], fractions[c]);
    })
  );
  const numeric = columns.map((column) =>
    rows.every((row) => ["number", "bigint"].includes(typeof row[column]))
  );
  return displayable({
    "text/html": html(columns, cells, numeric, caption),
    "text/plain": plain(columns, cells, numeric, caption),
  });
}

function html(
  columns: readonly string[],
  cells: readonly string[][],
  numeric: readonly boolean[],
  caption: string,
): string {
  const line = (tag: string, values: readonly string[]) =>
    `<tr>${
      values.map((value, i) =>
        `<${tag} style="text-align:${numeric[i] ? "right" : "left"}">${escapeHtml(value)}</${tag}>`
      ).join("")
    }</tr>`;
  return [
    "<table>",
    ...(caption ? [`<caption style="text-align:left">${escapeHtml(caption)}</caption>`] : []),
    `<thead>${line("th", columns)}</thead>`,
    "<tbody>",
    ...cells.map((row) => line("td", row)),
    "</tbody>",
    "</table>",
  ].join("\n");
}

function plain(
  columns: readonly string[],
  cells: readonly string[][],
  numeric: readonly boolean[],
  caption: string,
): string {
  const widths = columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i].length)));
  const line = (values: readonly string[]) =>
    values.map((value, i) => numeric[i] ? value.padStart(widths[i]) : value.padEnd(widths[i])).join("  ")
      .trimEnd();
  return [...(caption ? [caption] : []), line(columns), ...cells.map(line)].join("\n");
}
