import { checkArray, checkInteger, checkOneOf, checkOptions, checkPlaces } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import { checkRandom, Random } from "../core/random.ts";
import { checkDraws, DRAW_OPTIONS, type DrawOptions, type Draws, emptyDraws } from "./draws.ts";
import { checkedLabels } from "./labels.ts";
import { openUniform } from "./uniform.ts";

/** What {@linkcode positiveSampler} draws from. */
export type PositiveSamplerOptions = {
  /** Positives are the other view. */
  kind: "view";
  /** Items; the rows are those of all first views, then those of all second views in the same order. */
  items: number;
  /** A non-negative integer, or the stream to draw from. */
  seed: number | Random;
} | {
  /** Positives are the other rows of the same label. */
  kind: "label";
  /** One integer per row, any range. */
  labels: Labels;
  /** A non-negative integer, or the stream to draw from. */
  seed: number | Random;
};

/** Options of {@linkcode PositiveSampler.draw}. */
export interface PositiveDrawOptions extends DrawOptions {
  /** Stream of this call. Default: child `draw/n` of the sampler's stream in its `n`-th call, from 0. */
  random?: Random;
}

/** Draws positives for anchors; made by {@linkcode positiveSampler}. */
export interface PositiveSampler {
  /** Number of rows. */
  readonly count: number;
  /**
   * Draws `k` positives for each anchor, a row number.
   *
   * @throws {RangeError} if an anchor is no row or `k` is below 1
   */
  draw(anchors: ArrayLike<number>, options: PositiveDrawOptions): Draws;
}

/**
 * A sampler of positives `x⁺`, uniform over those of the anchor: its other view (`view`; row `i + items` for row `i`, and
 * the other way round), or every other row of its label (`label`). An anchor is never its own positive.
 *
 * Time `O(k)` per anchor, memory `O(rows)`. An anchor without a positive gets none: count 0, indices −1, log-probabilities
 * `-Infinity`; without replacement, one with fewer than `k` gets each once.
 *
 * @throws {RangeError} if the kind is unknown or `items` is below 1
 * @throws {TypeError} if a label is no integer
 *
 * Source: Jiang et al., arXiv 2209.00078, section 3; by label: Khosla et al., arXiv 2004.11362.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { positiveSampler } from "@hscl/hscl";
 * const byView = positiveSampler({ kind: "view", items: 3, seed: 0 }).draw([1, 5], { k: 1 });
 * assertEquals(byView.indices[0], 4);
 * assertEquals(byView.indices[1], 2);
 * const byLabel = positiveSampler({ kind: "label", labels: [7, 3, 7, 7], seed: 0 }).draw([0, 1], { k: 2 });
 * assertEquals(byLabel.counts[0], 2);
 * assertEquals(byLabel.counts[1], 0);
 * ```
 */
export function positiveSampler(options: PositiveSamplerOptions): PositiveSampler {
  const known = { kind: true, items: true, labels: true, seed: true } as const;
  checkOptions<Partial<Record<keyof typeof known, unknown>>>(options, known);
  checkOneOf("kind of positives", options.kind, ["view", "label"]);
  const stream = options.seed instanceof Random ? options.seed : new Random(options.seed);
  const groups = options.kind === "view" ? groupsByItem(options.items) : groupsByLabel(options.labels);
  const count = groups.positions.length;
  let calls = 0;
  return {
    count,
    draw: (anchors, options) => {
      const { k, replacement = false, random } = checkOptions(options, DRAW_OPTIONS);
      checkArray("anchors", anchors, "rows");
      checkDraws(anchors.length, k);
      const own = random ? checkRandom("random", random) : stream.child("draw").child(calls++);
      const draws = emptyDraws(anchors.length, k);
      for (let anchor = 0; anchor < anchors.length; anchor++) {
        const row = checkInteger("anchors (rows)", anchors[anchor], { min: 0, max: count - 1 });
        drawPositives(draws, anchor, row, groups, replacement, own.child(anchor));
      }
      return draws;
    },
  };
}

/** Rows that are each other's positives, next to each other. */
interface Groups {
  /** All rows, group by group. */
  rows: Int32Array;
  /** Place of each row in `rows`. */
  positions: Int32Array;
  /** First place of each row's group. */
  starts: Int32Array;
  /** Size of each row's group. */
  sizes: Int32Array;
}

function groupsByItem(items: number): Groups {
  checkInteger("items", items, { min: 1 });
  checkPlaces("items", { views: 2, items });
  return groupsByLabel(Int32Array.from({ length: 2 * items }, (_, row) => row % items));
}

function groupsByLabel(labels: Labels): Groups {
  const checked = checkedLabels("labels", labels), count = checked.length;
  const rows = Int32Array.from(checked.keys()).sort((a, b) => checked[a] - checked[b] || a - b);
  const positions = new Int32Array(count), starts = new Int32Array(count), sizes = new Int32Array(count);
  for (let start = 0, end = 0; start < count; start = end) {
    while (end < count && checked[rows[end]] === checked[rows[start]]) end++;
    for (let place = start; place < end; place++) {
      positions[rows[place]] = place;
      starts[rows[place]] = start;
      sizes[rows[place]] = end - start;
    }
  }
  return { rows, positions, starts, sizes };
}

function drawPositives(
  draws: Draws,
  anchor: number,
  row: number,
  { rows, positions, starts, sizes }: Groups,
  replacement: boolean,
  random: Random,
): void {
  const positives = sizes[row] - 1, place = positions[row] - starts[row];
  const drawn = positives === 0 || replacement
    ? Math.sign(positives) * draws.k
    : Math.min(draws.k, positives);
  // A shuffle that stops after the draws, of which only the moved places are kept.
  const moved = new Map<number, number>();
  for (let i = 0; i < drawn; i++) {
    const left = replacement ? positives : positives - i;
    const choice = Math.floor(openUniform(random) * left);
    const chosen = moved.get(choice) ?? choice;
    if (!replacement) moved.set(choice, moved.get(left - 1) ?? left - 1);
    draws.indices[anchor * draws.k + i] = rows[starts[row] + (chosen < place ? chosen : chosen + 1)];
    draws.logProbabilities[anchor * draws.k + i] = -Math.log(left);
  }
  draws.counts[anchor] = drawn;
}
