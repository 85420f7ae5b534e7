/**
 * Rows of cells as lines with aligned columns, without spaces at their ends.
 *
 * @param rows cells; all rows have as many as the first
 */
export function alignedLines(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}
