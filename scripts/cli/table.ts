/** The longest line that is written, in characters. */
export const WIDTH = 100;

/**
 * Rows of cells as lines with aligned columns, without spaces at their ends.
 *
 * @param rows cells; all rows have as many as the first
 */
export function alignedLines(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}

/** Text in lines of at most so many characters, but for longer words. */
export function wrap(text: string, width = WIDTH): string[] {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
