import type { Columns } from "./columns.ts";
import type { Change, LeftOutState, LeftOutSums } from "./jackknife.ts";
import type { Range } from "./row_sums.ts";

/** Sums of quantities over the same anchors, and how they change without each of some embeddings: its own anchor, and its pairs with all others. */
export class ChangeSums<Name extends string> {
  readonly #columns: Columns;
  #anchors = 0;
  readonly #lost: Float64Array;
  readonly #isAnchor: Uint8Array;
  readonly #sums: Record<Name, LeftOutSums>;
  readonly #undefinedAt: Uint8Array;

  /** @param columns has place for two arrays of each quantity */
  constructor(columns: Columns, names: readonly Name[]) {
    const { count } = columns;
    this.#columns = columns;
    this.#lost = new Float64Array(count);
    this.#isAnchor = new Uint8Array(count);
    this.#undefinedAt = new Uint8Array(count);
    this.#sums = Object.fromEntries(
      names.map((
        name,
      ) => [name, { value: NaN, total: 0, ...columns.change(), own: new Float64Array(count) }]),
    ) as Record<Name, LeftOutSums>;
  }

  /** Starts again with no anchor. */
  clear(): void {
    this.#anchors = 0;
    this.#lost.fill(0);
    this.#isAnchor.fill(0);
    for (const name in this.#sums) {
      const sums = this.#sums[name];
      sums.total = 0;
      for (const array of [sums.by, sums.linear, sums.own]) array.fill(0);
    }
  }

  /** Takes up an anchor; `column` is the one where the anchor itself is left out, or −1. */
  addAnchor(values: Readonly<Record<Name, number>>, column: number): void {
    this.#anchors++;
    if (column >= 0) this.#isAnchor[column] = 1;
    for (const name in this.#sums) {
      const sums = this.#sums[name];
      sums.total += sums.value = values[name];
      if (column >= 0) sums.own[column] = values[name];
    }
  }

  /** Takes up how some quantities of the last anchor change in a range of columns; the others do not. */
  addChanges(changes: Readonly<Partial<Record<Name, Change>>>, range: Range): void {
    const undefinedAt = this.#undefinedAt, [from, to] = range;
    let anyUndefined = false;
    for (const name in changes) {
      const change = changes[name]!;
      if (!this.#columns.add(change, range, this.#sums[name])) continue;
      anyUndefined = true;
      for (let c = from; c < to; c++) if (Number.isNaN(change.by[c])) undefinedAt[c] = 1;
    }
    for (let c = from; anyUndefined && c < to; c++) if (undefinedAt[c]) this.#loseAnchor(c, changes);
  }

  /** Without the embedding of this column, the last anchor is none, and what its other quantities change by does not matter. */
  #loseAnchor(column: number, added: Readonly<Partial<Record<Name, Change>>>): void {
    this.#undefinedAt[column] = 0;
    this.#lost[column]++;
    for (const name in added) {
      const { by } = added[name]!;
      if (!Number.isNaN(by[column])) this.#sums[name].by[column] -= by[column];
    }
    for (const name in this.#sums) this.#sums[name].by[column] -= this.#sums[name].value;
  }

  /** A copy of everything so far. */
  get state(): LeftOutState<Name> {
    const sums = Object.entries<LeftOutSums>(this.#sums).map(([name, { by, linear, own, ...rest }]) =>
      [name, { ...rest, by: by.slice(), linear: linear.slice(), own: own.slice() }] as const
    );
    return {
      anchors: this.#anchors,
      lost: this.#lost.slice(),
      isAnchor: this.#isAnchor.slice(),
      sums: Object.fromEntries(sums) as Record<Name, LeftOutSums>,
    };
  }
}
