// What is computed of the embeddings that are left out, two at a time, against the same one by one.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "@hscl/hscl";
import { Columns } from "../../lib/theory/columns.ts";
import type { Change } from "../../lib/theory/jackknife.ts";
import { softplus } from "../../lib/theory/positive_losses.ts";

const random = new Random(3).child("columns"), count = 9;
/** Of odd and even lengths, from odd and even places; none, one and all. */
const ranges = [[0, 9], [0, 4], [1, 4], [2, 5], [3, 3], [4, 5], [8, 9]] as const;

function filled(columns: Columns, value: (c: number) => number): Float64Array {
  const array = columns.array();
  for (let c = 0; c < count; c++) array[c] = value(c);
  return array;
}

const between = (low: number, high: number) => () => random.uniform(low, high);

/** The values of a range are as they should be, relatively, and those around it are still 7. */
function assertRange(
  [from, to]: readonly [number, number],
  values: Float64Array,
  expected: (c: number) => number,
  tolerance: number,
): void {
  for (let c = 0; c < count; c++) {
    if (c < from || c >= to) assertEquals(values[c], 7);
    else {
      const wanted = expected(c);
      assertAlmostEquals(values[c], wanted, tolerance * Math.max(Math.abs(wanted), 1e-300), `${c}`);
    }
  }
}

const sevens = (columns: Columns): Change => ({
  by: filled(columns, () => 7),
  linear: filled(columns, () => 7),
});

Deno.test("exponentials are those of the engine to the last digits, where there are any", () => {
  for (const range of ranges) {
    for (const [slope, shift] of [[0, 0], [1, 0], [2, 700], [3, -20], [-600, 50], [1e-9, 0], [0, 707.5]]) {
      const columns = new Columns(count, 2),
        x = filled(columns, between(-1, 1)),
        to = filled(columns, () => 7);
      columns.exponentials(x, range, slope, shift, to);
      assertRange(range, to, (c) => Math.exp(slope * x[c] - shift), 1e-13);
    }
  }
  const columns = new Columns(count, 2), x = filled(columns, (c) => -700 - 100 * c), to = columns.array();
  x[8] = -Infinity;
  columns.exponentials(x, [0, count], 1, 0, to);
  assertAlmostEquals(to[0] / Math.exp(-700), 1, 1e-13);
  assertEquals([...to.subarray(1)], Array(count - 1).fill(0)); // what float64 does not hold in full
});

Deno.test("means without a pair are those of the rest; that a pair has nearly all of the weight is said", () => {
  for (const range of ranges) {
    const columns = new Columns(count, 6), [part, all] = [sevens(columns), sevens(columns)];
    const weights = filled(columns, between(0, 0.5)), g = filled(columns, between(0.1, 9));
    const means = { h: 2.5, all: 1.5, share: 0.25, most: 0.999 };
    assert(!columns.changes(weights, g, range, means, part, all));
    assertRange(range, part.linear, (c) => weights[c] * (2.5 - g[c]), 1e-14);
    assertRange(range, all.linear, (c) => weights[c] * 0.25 * (1.5 - g[c]), 1e-14);
    // The mean of the rest: (h − w·g) / (1 − w).
    assertRange(range, part.by, (c) => (2.5 - weights[c] * g[c]) / (1 - weights[c]) - 2.5, 1e-13);
    const share = (c: number) => 0.25 * weights[c];
    assertRange(range, all.by, (c) => (1.5 - share(c) * g[c]) / (1 - share(c)) - 1.5, 1e-13);
    for (let c = 0; c < count; c++) {
      for (const large of [0.9995, NaN]) {
        const before = weights[c];
        weights[c] = large;
        assertEquals(columns.changes(weights, g, range, means, part, all), c >= range[0] && c < range[1]);
        weights[c] = before;
      }
    }
  }
});

Deno.test("changes of a loss are those by slope and curvature in log h; that h changes much is said", () => {
  for (const range of ranges) {
    const columns = new Columns(count, 8), into = sevens(columns), [from, to] = range;
    const ofH = { linear: filled(columns, between(-0.1, 0.1)), by: filled(columns, between(-0.1, 0.1)) };
    ofH.by[from] = 1e-13; // of which 1 + x keeps but three digits
    const step = { ofH, inverse: 0.1, shape: { slope: 0.3, curvature: -4 }, most: 0.0198 };
    const stepAt = (c: number) => Math.log1p(ofH.by[c] * 0.1);
    const change = (c: number) => (0.3 - 2 * stepAt(c)) * stepAt(c);
    assert(!columns.lossChanges(step, range, into));
    assertRange(range, into.linear, (c) => 0.03 * ofH.linear[c], 1e-14);
    assertRange(range, into.by, change, 1e-13);

    const cosines = filled(columns, between(-1, 1)), positives = sevens(columns);
    for (const logQh of [-50, 0, 3, 50]) {
      const value = 0.7, number = 12, mean = { cosines, scale: 2, logQh, value, number };
      assert(!columns.positiveChanges(step, range, mean, positives));
      const loss = (c: number, step: number) => softplus(logQh + step - 2 * cosines[c]);
      assertRange(range, positives.linear, (c) => 0.03 * ofH.linear[c] - (loss(c, 0) - value) / 12, 1e-12);
      // All losses, each changed, without one of them.
      const without = (c: number) => (12 * (value + change(c)) - loss(c, stepAt(c))) / 11 - value;
      assertRange(range, positives.by, without, 1e-11);
    }
    for (let c = 0; c < count; c++) {
      for (const large of [0.199, -0.199]) {
        const before = ofH.by[c], isWithin = c >= from && c < to;
        ofH.by[c] = large;
        assertEquals(columns.lossChanges(step, range, into), isWithin);
        const mean = { cosines, scale: 2, logQh: 0, value: 0.7, number: 12 };
        assertEquals(columns.positiveChanges(step, range, mean, positives), isWithin);
        ofH.by[c] = before;
      }
    }
  }
});

Deno.test("changes are added where they are numbers, and it is said where one is none", () => {
  for (const range of ranges) {
    const columns = new Columns(count, 4), sums = sevens(columns), [from, to] = range;
    const change = { linear: filled(columns, between(-1, 1)), by: filled(columns, between(-1, 1)) };
    assert(!columns.add(change, range, sums));
    for (const name of ["linear", "by"] as const) {
      assertRange(range, sums[name], (c) => 7 + change[name][c], 1e-15);
    }
    for (let c = 0; c < count; c++) {
      const before = change.by[c], sum = sums.by[c];
      change.by[c] = NaN;
      assertEquals(columns.add(change, range, sums), c >= from && c < to);
      assertEquals(sums.by[c], sum);
      change.by[c] = before;
    }
  }
});
