import type { ResolvedOptions } from "./options.ts";

/**
 * Anchors and their positives as blocks of equal size: the positive pairs of a batch are the entries of a few small
 * matrices rather than of a sparse `[n, n]` one.
 */
export interface PositiveBlocks {
  /** Number of blocks. */
  readonly count: number;
  /** Anchors per block. */
  readonly rows: number;
  /** Members per block, among which the anchors' positives are. */
  readonly size: number;
  /** Which anchor each row of each block is, `[count · rows]`; blocks with fewer are padded with anchor 0. */
  readonly anchors: Int32Array;
  /** Which member each column of each block is, `[count · size]`; smaller groups are padded with member 0. */
  readonly members: Int32Array;
  /** `[count, rows, size]`: the weight of each pair in the mean, 0 where there is none. */
  readonly weights: Float32Array;
}

/** The positive pairs of a loss, or of some of its anchors. */
export interface PositivePairs {
  /** All blocks; every anchor, and every member, is in exactly one. */
  readonly blocks: readonly PositiveBlocks[];
  /** Where each anchor is among the rows of all blocks. */
  readonly rowOf: Int32Array;
  /** Where each member is among the columns of all blocks. */
  readonly columnOf: Int32Array;
  /** Anchors of the loss with a positive and a negative at least; the others have weight 0. */
  readonly validAnchors: number;
  /** (anchor, positive) pairs of the valid anchors of the loss. */
  readonly pairs: number;
}

/** The embeddings of a batch in groups of which all are each other's positives. */
export interface PositiveGroups {
  /** Rows of the embeddings, `0 … n − 1`; the largest group first. */
  readonly groups: readonly (readonly number[])[];
  /** Number of negatives of each anchor, `[n]`; 0 for one that has no positive, which then is as one without negatives. */
  readonly negativeCounts: Float32Array;
  /** As in {@linkcode PositivePairs}. */
  readonly validAnchors: number;
  /** As in {@linkcode PositivePairs}. */
  readonly pairs: number;
  /** What a pair of a group of so many weighs in the mean. */
  readonly weightOf: (size: number) => number;
}

/**
 * Groups the embeddings of a batch, of which row `v·B + i` is item `i` of view `v`, by class, or by item when the other
 * views are the only positives. An embedding is not its own positive.
 *
 * @param classOf dense class of each item
 * @param negativeCounts number of negatives of each anchor
 */
export function positiveGroups(
  classOf: Int32Array,
  negativeCounts: Float32Array,
  options: ResolvedOptions,
): PositiveGroups {
  const batch = classOf.length, n = negativeCounts.length;
  const groups = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const id = options.positives === "view" ? i % batch : classOf[i % batch];
    const group = groups.get(id);
    if (group) group.push(i);
    else groups.set(id, [i]);
  }
  let validAnchors = 0, pairs = 0;
  negativeCounts = negativeCounts.slice();
  for (const group of groups.values()) {
    // Of a single view, some items may be the only ones of their class.
    if (group.length === 1) negativeCounts[group[0]] = 0;
    for (const i of group) {
      if (negativeCounts[i] === 0) continue;
      validAnchors++;
      pairs += group.length - 1;
    }
  }
  return {
    groups: [...groups.values()].sort((a, b) => b.length - a.length),
    negativeCounts,
    validAnchors,
    pairs,
    weightOf: (size) => 1 / (options.reduction === "pairs" ? pairs : validAnchors * (size - 1)),
  };
}

/** The positive pairs of all anchors of a batch; anchors and members are its embeddings. */
export function batchPositives(all: PositiveGroups): PositivePairs {
  return positivePairs(all.groups.map((group) => ({ group, from: 0, to: group.length })), all, 0, 0);
}

/** A batch sorted by groups, so that the embeddings of each follow each other. */
export interface SortedGroups {
  /** Which embedding each row is. */
  readonly order: Int32Array;
  /** Which row each embedding is. */
  readonly rowOf: Int32Array;
  /** The groups by these rows. */
  readonly groups: PositiveGroups;
}

/** Sorts a batch by groups. */
export function sortedGroups(all: PositiveGroups): SortedGroups {
  const order = Int32Array.from(all.groups.flat()), rowOf = new Int32Array(order.length);
  order.forEach((i, row) => rowOf[i] = row);
  const groups = all.groups.map((group) => group.map((i) => rowOf[i]));
  return {
    order,
    rowOf,
    groups: {
      ...all,
      groups,
      negativeCounts: all.negativeCounts.map((_, row) => all.negativeCounts[order[row]]),
    },
  };
}

/** Anchors of a batch that follow each other, and the members of their groups, which do so, too. */
export interface PositiveTile {
  /** Row of the first anchor. */
  readonly start: number;
  /** Number of anchors. */
  readonly anchors: number;
  /** Row of the first member. */
  readonly firstMember: number;
  /** Number of members. */
  readonly members: number;
  /** Their pairs; anchors and members count from the first ones. */
  readonly positives: PositivePairs;
}

/** The positive pairs of a sorted batch, row by row, of so many anchors at a time. */
export function* positiveTiles({ groups: all }: SortedGroups, rows: number): Generator<PositiveTile> {
  const n = all.negativeCounts.length;
  let portions: Portion[] = [], start = 0, anchors = 0;
  for (const group of all.groups) {
    for (let from = 0; from < group.length;) {
      const to = Math.min(group.length, from + rows - anchors);
      portions.push({ group, from, to });
      anchors += to - from;
      from = to;
      if (anchors < rows && start + anchors < n) continue;
      const [firstMember] = portions[0].group;
      const positives = positivePairs(portions, all, start, firstMember);
      yield { start, anchors, firstMember, members: positives.columnOf.length, positives };
      start += anchors;
      portions = [];
      anchors = 0;
    }
  }
}

/** The anchors `from … to − 1` of a group, with all of the group as members. */
interface Portion {
  readonly group: readonly number[];
  readonly from: number;
  readonly to: number;
}

/**
 * @param start row that counts as anchor 0
 * @param firstMember row that counts as member 0
 */
function positivePairs(
  portions: Portion[],
  { negativeCounts, validAnchors, pairs, weightOf }: PositiveGroups,
  start: number,
  firstMember: number,
): PositivePairs {
  const rowOf = new Int32Array(portions.reduce((sum, { from, to }) => sum + to - from, 0));
  const columnOf = new Int32Array(portions.reduce((sum, { group }) => sum + group.length, 0));
  let row = 0, column = 0;
  const blocks = similarSizes(portions, rowOf.length * negativeCounts.length).map((alike): PositiveBlocks => {
    const count = alike.length, size = alike[0].group.length, rows = mostRows(alike);
    const anchors = new Int32Array(count * rows), members = new Int32Array(count * size);
    const weights = new Float32Array(count * rows * size);
    alike.forEach(({ group, from, to }, g) => {
      group.forEach((i, k) => {
        members[g * size + k] = i - firstMember;
        columnOf[i - firstMember] = column + g * size + k;
      });
      for (let k = from; k < to; k++) {
        const i = group[k], at = g * rows + k - from;
        anchors[at] = i - start;
        rowOf[i - start] = row + at;
        if (negativeCounts[i] === 0) continue;
        weights.fill(weightOf(group.length), at * size, at * size + group.length);
        weights[at * size + k] = 0;
      }
    });
    row += anchors.length;
    column += members.length;
    return { count, rows, size, anchors, members, weights };
  });
  return { blocks, rowOf, columnOf, validAnchors, pairs };
}

/** One positive for each anchor, of the same index. */
export function pairedPositives(negativeCounts: Float32Array): PositivePairs {
  const count = negativeCounts.length, inOrder = Int32Array.from({ length: count }, (_, i) => i);
  const validAnchors = negativeCounts.reduce((sum, negatives) => sum + (negatives > 0 ? 1 : 0), 0);
  const weights = negativeCounts.map((negatives) => negatives > 0 ? 1 / validAnchors : 0);
  return {
    blocks: [{ count, rows: 1, size: 1, anchors: inOrder, members: inOrder, weights }],
    rowOf: inOrder,
    columnOf: inOrder,
    validAnchors,
    pairs: validAnchors,
  };
}

/**
 * Splits groups, of which the largest is the first, where padding the rest to the size of the largest would take more room than
 * an eighth of all pairs and double their sizes or more. Each split costs some twenty kernels.
 *
 * @param area number of all pairs of an anchor and an embedding
 */
function similarSizes(sorted: Portion[], area: number): Portion[][] {
  const parts: Portion[][] = [];
  for (let start = 0; start < sorted.length;) {
    const size = sorted[start].group.length, block = size * mostRows(sorted.slice(start));
    let end = start + 1;
    while (
      end < sorted.length && (2 * sorted[end].group.length > size || 8 * (sorted.length - end) * block < area)
    ) end++;
    parts.push(sorted.slice(start, end));
    start = end;
  }
  return parts;
}

function mostRows(portions: Portion[]): number {
  return portions.reduce((most, { from, to }) => Math.max(most, to - from), 0);
}
