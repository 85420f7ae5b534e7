import type { ResolvedOptions } from "./options.ts";

/**
 * Anchors and their positives as blocks of equal size: the positive pairs of a batch are the entries of a few small
 * matrices rather than of a sparse `[n, n]` one.
 */
export interface PositiveBlocks {
  /** Number of blocks. */
  readonly count: number;
  /** Anchors, and positives, per block. */
  readonly size: number;
  /** Which anchor each row of each block is, `[count · size]`; smaller groups are padded with anchor 0. */
  readonly members: Int32Array;
  /** `[count, size, size]`: the weight of each pair in the mean, 0 where there is none. */
  readonly weights: Float32Array;
}

/** The positive pairs of a loss. */
export interface PositivePairs {
  /** All blocks; every anchor is in exactly one. */
  readonly blocks: readonly PositiveBlocks[];
  /** Where each anchor is among the rows of all blocks, `[n]`. */
  readonly rowOf: Int32Array;
  /** Anchors with at least one negative; the others have weight 0. Every anchor has a positive. */
  readonly validAnchors: number;
  /** (anchor, positive) pairs of the valid anchors. */
  readonly pairs: number;
}

/**
 * Groups the embeddings of a batch, of which row `v·B + i` is item `i` of view `v`, by class, or by item when the other
 * views are the only positives. An embedding is not its own positive.
 *
 * @param classOf dense class of each item
 * @param negativeCounts number of negatives of each anchor
 */
export function batchPositives(
  classOf: Int32Array,
  negativeCounts: Float32Array,
  options: ResolvedOptions,
): PositivePairs {
  const batch = classOf.length, n = negativeCounts.length;
  const groups = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const id = options.positives === "view" ? i % batch : classOf[i % batch];
    const group = groups.get(id);
    if (group) group.push(i);
    else groups.set(id, [i]);
  }
  let validAnchors = 0, pairs = 0;
  for (const group of groups.values()) {
    for (const i of group) {
      if (negativeCounts[i] === 0) continue;
      validAnchors++;
      pairs += group.length - 1;
    }
  }

  const rowOf = new Int32Array(n);
  let offset = 0;
  const blocks = similarSizes([...groups.values()], n).map((alike): PositiveBlocks => {
    const count = alike.length, size = alike[0].length;
    const members = new Int32Array(count * size), weights = new Float32Array(count * size * size);
    alike.forEach((group, g) =>
      group.forEach((i, row) => {
        const at = g * size + row;
        members[at] = i;
        rowOf[i] = offset + at;
        if (negativeCounts[i] === 0) return;
        const weight = 1 / (options.reduction === "pairs" ? pairs : validAnchors * (group.length - 1));
        weights.fill(weight, at * size, at * size + group.length);
        weights[at * size + row] = 0;
      })
    );
    offset += members.length;
    return { count, size, members, weights };
  });
  return { blocks, rowOf, validAnchors, pairs };
}

/** One positive for each anchor, of the same index. */
export function pairedPositives(negativeCounts: Float32Array): PositivePairs {
  const count = negativeCounts.length, inOrder = Int32Array.from({ length: count }, (_, i) => i);
  const validAnchors = negativeCounts.reduce((sum, negatives) => sum + (negatives > 0 ? 1 : 0), 0);
  const weights = negativeCounts.map((negatives) => negatives > 0 ? 1 / validAnchors : 0);
  return {
    blocks: [{ count, size: 1, members: inOrder, weights }],
    rowOf: inOrder,
    validAnchors,
    pairs: validAnchors,
  };
}

/**
 * Splits groups, largest first, where padding the rest to the size of the largest would take more room than an eighth
 * of all pairs and double their sizes or more. Each split costs some twenty kernels.
 */
function similarSizes(groups: number[][], n: number): number[][][] {
  const sorted = groups.sort((a, b) => b.length - a.length), parts: number[][][] = [];
  for (let start = 0; start < sorted.length;) {
    const size = sorted[start].length;
    let end = start + 1;
    while (
      end < sorted.length && (2 * sorted[end].length > size || 8 * (sorted.length - end) * size ** 2 < n ** 2)
    ) end++;
    parts.push(sorted.slice(start, end));
    start = end;
  }
  return parts;
}
