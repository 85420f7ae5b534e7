import { digits, list, shares } from "../words.ts";
import type { TheoryClassRow, TheoryRows } from "./rows.ts";

// More would be a table.
const MOST_NAMED = 5;

/** In which classes Assumption 1 fails on average, or else where it holds least often, for the hardening function with which it fares worst. */
export function classesSentence({ rows, classes }: TheoryRows): string {
  const [{ failing, h, least }] = rows.map((_, h) => ({ h, ...worstOf(classes, h) }))
    .sort((a, b) => b.failing.length - a.failing.length || a.share - b.share);
  const what = `Class by class at ${rows[h].hardening}, Assumption 1`;
  if (least === undefined) return `${what} says nothing.`;
  if (failing.length === 0) {
    return least.shares[h] === 1
      ? `${what} holds at every anchor.`
      : `${what} holds on average in each; least often in ${classText(least, h)}.`;
  }
  const named = failing.slice(0, MOST_NAMED).map((each) => classText(each, h));
  const more = failing.length > MOST_NAMED ? [`${failing.length - MOST_NAMED} more`] : [];
  return `${what} fails on average in ${failing.length} of ${classes.length}: ${list([...named, ...more])}.`;
}

/** The classes in which it fails on average, the worst first; and the one in which it holds least often. */
function worstOf(classes: readonly TheoryClassRow[], h: number) {
  const known = classes.filter(({ shares }) => shares[h] !== null);
  const [least] = known.toSorted((a, b) => a.shares[h]! - b.shares[h]!);
  return { failing: failingClasses(known, h), least, share: least?.shares[h] ?? Infinity };
}

function failingClasses(classes: readonly TheoryClassRow[], h: number): TheoryClassRow[] {
  return classes.filter(({ meanGaps }) => meanGaps[h]! < 0)
    .sort((a, b) => a.meanGaps[h]! - b.meanGaps[h]!);
}

function classText({ name, count, shares: own, meanGaps }: TheoryClassRow, h: number): string {
  // Some names begin so.
  return `${/^class\b/i.test(name) ? name : `class ${name}`} (${
    shares([own[h]!])
  } of its ${count} anchors, mean gap ${digits(meanGaps[h]!)})`;
}
