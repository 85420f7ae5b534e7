import type { MeanInterval } from "../core/interval.ts";
import { extent } from "./rows.ts";

/** `1 seed`, `3 seeds`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly (string | number)[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** A number with so many significant digits, and a minus sign as wide as the plus. */
export function digits(value: number, significant = 3): string {
  return String(Number(value.toPrecision(significant))).replace("-", "−");
}

/** `β = 0.5, 1 and 5`. */
export function betas(values: readonly number[]): string {
  return `β = ${list(values)}`;
}

/**
 * `epoch 3`, `epochs 0–2 and 5`: neighbours among the epochs that there are make one range.
 *
 * @param some the epochs to name, ascending
 * @param all every epoch that has rows, ascending
 */
export function epochs(some: readonly number[], all: readonly number[]): string {
  const runs: number[][] = [];
  for (const epoch of some) {
    const last = runs.at(-1);
    if (last && all.indexOf(epoch) === all.indexOf(last.at(-1)!) + 1) last.push(epoch);
    else runs.push([epoch]);
  }
  const parts = runs.map((run) => span(run[0], run.at(-1)!));
  return `epoch${some.length === 1 ? "" : "s"} ${list(parts)}`;
}

/** `2–5`, or `2` where both ends are written alike. */
export function span(low: number | string, high: number | string): string {
  return low === high ? `${low}` : `${low}–${high}`;
}

/** `95.31 ± 0.18 %`, or `95.31 %` for a single seed. */
export function percent(fraction: MeanInterval): string {
  return `${hundredths(fraction)} %`;
}

/** A difference of two fractions in percentage points: `0.80 ± 0.30 points`. */
export function points(difference: MeanInterval): string {
  return `${hundredths(difference)} points`;
}

/** A fraction in percent, or a difference of two in percentage points, without its unit: `95.31 ± 0.18`. */
export function hundredths({ mean, halfWidth }: MeanInterval): string {
  const interval = Number.isNaN(halfWidth) ? "" : ` ± ${(100 * halfWidth).toFixed(2)}`;
  return `${fixed(100 * mean, 2)}${interval}`;
}

/** `97.1 %`, or `97.1–98.9 %` for several fractions; only all is written as 100, and only none as 0. */
export function shares(fractions: readonly number[]): string {
  const write = (fraction: number) => {
    const written = (100 * fraction).toFixed(1);
    if (written === "100.0" && fraction < 1) return ">99.9";
    return written === "0.0" && fraction > 0 ? "<0.1" : written;
  };
  const [least, most] = extent(fractions);
  return `${span(write(least), write(most))} %`;
}

/** A number with three decimals: `−0.112`. */
export function thousandths(value: number): string {
  return fixed(value, 3);
}

// What rounds to nothing has no sign.
function fixed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(/^-(?=0\.0+$)/, "").replace("-", "−");
}
