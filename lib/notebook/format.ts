/** What a table cell may hold. */
export type Cell = string | number | bigint | boolean;

/** A number with at least four significant digits, integers whole unless `fractions`; text and truth values as words. */
export function formatCell(value: Cell, fractions = false): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") return String(value);
  if (Number.isNaN(value)) return "–";
  if (value === 0 || (Number.isInteger(value) && !fractions)) return String(value);
  const size = Math.abs(value);
  if (!(size >= 1e-3 && size < 1e6)) return value.toExponential(3);
  // Trailing zeros stay, so that the digits of a column line up; from 9,999.5 on four digits would need an exponent.
  return size < 9999.5 ? value.toPrecision(4) : value.toFixed(0);
}
