/** What a table cell may hold. */
export type Cell = string | number | boolean;

/** A number with four significant digits, integers whole unless `fractions`; text and truth values as words. */
export function formatCell(value: Cell, fractions = false): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "–";
  if (value === 0 || (Number.isInteger(value) && !fractions)) return String(value);
  const size = Math.abs(value);
  // Trailing zeros stay, so that the digits of a column line up.
  return size >= 1e-3 && size < 1e6 ? value.toPrecision(4).replace(/e.*/, "") : value.toExponential(2);
}
