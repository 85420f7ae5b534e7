// Exponentials that are computed once for both of a pair: the same sums, and all that follows from them.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type AnchorStatistics, anchorStatistics, exponential, logistic, Random } from "@hscl/hscl";
import type { ClassRuns } from "../../lib/theory/class_sorted.ts";
import { PairTotals } from "../../lib/theory/pair_totals.ts";
import { canShare, logSums, SharedSums, sumCount } from "../../lib/theory/shared_sums.ts";
import { testOnBackends } from "../backends.ts";

const random = new Random(12).child("shared sums");
/** Of one, of two, within a tile, over several and of nearly all. */
const sizes = [1, 2, 30, 5, 90, 1, 171], count = sizes.reduce((sum, size) => sum + size);
const labels = sizes.flatMap((size, label) => Array<number>(size).fill(label));

function classes(): ClassRuns {
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size));
  return {
    count,
    starts: Int32Array.from(labels, (label) => ends[label] - sizes[label]),
    ends: Int32Array.from(labels, (label) => ends[label]),
  };
}

const betas = [4, 0.5, 8, 1, 0, 2];

for (const fused of [true, false]) {
  Deno.test(`sums over tiles are those over pairs, ${fused ? "with" : "without"} fused multiply-add`, () => {
    const cosines = Array.from({ length: count }, () => new Float32Array(count));
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) cosines[i][j] = cosines[j][i] = random.uniform(-1, 1);
    }
    for (const temperature of [0.25, 3]) {
      const hardenings = betas.map(exponential), sums = sumCount(hardenings.length), of = classes();
      for (const height of [8, 64, 72, 304]) {
        const shared = new SharedSums(of, hardenings, temperature, fused),
          totals = new PairTotals(count, sums);
        for (let first = 0; first < count; first += height) {
          const rows = cosines.slice(first, first + height).map((row) => row.slice(first));
          totals.add(first, shared.of(first, rows));
        }
        const [all] = [totals.of(0, count)];
        for (let i = 0; i < count; i++) {
          for (const part of [0, 1]) {
            const others = labels.keys().filter((j) => j !== i && (labels[j] === labels[i]) === (part === 0));
            const u = [...others].map((j) => cosines[i][j]), at = (2 * i + part) * sums;
            const found = logSums(all.subarray(at, at + sums), u.length, hardenings, temperature);
            const logSum = (slope: number) => Math.log(u.reduce((sum, u) => sum + Math.exp(slope * u), 0));
            const close = (value: number, slope: number, what: string) => {
              const wanted = logSum(slope), where = `${what} of ${i}, part ${part}, height ${height}`;
              if (value !== wanted) assertAlmostEquals(value, wanted, 1e-6 * Math.max(1, slope), where);
            };
            assertEquals(found.count, u.length);
            close(found.logG, 1 / temperature, "g");
            betas.forEach((beta, h) => {
              close(found.logEta[h], beta / temperature, `η with β = ${beta}`);
              close(found.logEtaG[h], (beta + 1) / temperature, `η·g with β = ${beta}`);
            });
          }
        }
      }
    }
  });
}

Deno.test("exponentials are shared where float32 holds all of them, and η is one", () => {
  const [steep, steeper] = [exponential(19), exponential(19.01)];
  assert(canShare([exponential(0), steep], 0.5));
  assert(!canShare([exponential(0), steeper], 0.5));
  assert(canShare([exponential(1)], 0.05) && !canShare([exponential(1)], 0.04));
  assert(!canShare([exponential(1), logistic(0, 0.1)], 0.5));
});

/** Every number that there is of an anchor, and the errors of the means, by name. */
function numbersOf({ unhardened, hardened, leftOut }: AnchorStatistics): Map<string, ArrayLike<number>> {
  const all = new Map<string, ArrayLike<number>>();
  for (const [kind, { hardening: _, ...arrays }] of [unhardened, ...hardened].entries()) {
    for (const [name, array] of Object.entries(arrays)) all.set(`${name} of ${kind}`, array);
  }
  leftOut.forEach(({ assumption, scenario, losses, allClasses }, h) => {
    const put = (
      what: string,
      { bias, ...errors }: { bias: number; leftOutError: number; firstOrderError: number },
    ) => all.set(`${what} of hardening ${h}`, [errors.leftOutError, errors.firstOrderError, bias]);
    put("h_same", assumption.estimate({ hSame: 1 }));
    put("h_diff − g", scenario.estimate({ hDiff: 1, g: -1 }));
    put("scl", losses.estimate({ scl: 1 }));
    put("hscl", losses.estimate({ hscl: 1 }));
    put("hucl", allClasses.estimate({ hucl: 1 }));
  });
  return all;
}

testOnBackends(
  "statistics with shared exponentials are those in float64, also of pairs that outweigh all others",
  async () => {
    const dim = 8, embeddings = Float64Array.from({ length: count * dim }, () => random.normal());
    // Nearly the same embedding twice: in a class, and in two classes.
    for (const [from, to] of [[40, 50], [45, 200]]) {
      for (let k = 0; k < dim; k++) {
        embeddings[to * dim + k] = embeddings[from * dim + k] + 1e-3 * random.normal();
      }
    }
    const order = random.permutation(count);
    const mixed = Float64Array.from(
      { length: count * dim },
      (_, at) => embeddings[order[Math.floor(at / dim)] * dim + at % dim],
    );
    const options = { temperature: 0.5, hardenings: [0.5, 1, 2, 19].map(exponential), negativeWeight: 30 };
    for (const leaveOut of [count, 101, 0]) {
      const of = (products: "float32" | "float64", threads: number) =>
        anchorStatistics(mixed, dim, Array.from(order, (row) => labels[row]), {
          ...options,
          products,
          leaveOut,
          threads,
        });
      const expected = numbersOf(await of("float64", 1)), found = numbersOf(await of("float32", 1));
      for (const [name, values] of expected) {
        const received = found.get(name)!,
          largest = Math.max(...Array.from(values, Math.abs).filter(isFinite));
        for (let i = 0; i < values.length; i++) {
          if (Number.isNaN(values[i])) assert(Number.isNaN(received[i]), `${name} at ${i}`);
          else {
            // A bias is a difference of means, times their number.
            const tolerance = name.includes("hardening") ? 1e-4 : 2e-5;
            assertAlmostEquals(
              received[i],
              values[i],
              tolerance * Math.max(largest, 1e-2),
              `${name} at ${i}`,
            );
          }
        }
      }
      assertEquals(numbersOf(await of("float32", 3)), found);
    }
  },
);
