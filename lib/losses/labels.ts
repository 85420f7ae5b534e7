/** Throws unless there is one integer for each of `count` things. */
export function checkLabels(name: string, labels: ArrayLike<number>, count: number, thing: string): void {
  if (labels.length !== count) {
    throw new RangeError(
      `Cannot use ${name} as there must be one per ${thing} (${count}): received ${labels.length}`,
    );
  }
  for (let i = 0; i < count; i++) {
    if (!Number.isInteger(labels[i])) {
      throw new TypeError(
        `Cannot use ${name} as each must be an integer: received ${labels[i]} at index ${i}`,
      );
    }
  }
}

/** Labels of any range as `0, 1, 2 …` in order of appearance, the same numbers for all of the lists. */
export function denseLabels(...lists: ArrayLike<number>[]): Int32Array[] {
  const dense = new Map<number, number>();
  return lists.map((labels) =>
    Int32Array.from(labels, (label) => {
      if (!dense.has(label)) dense.set(label, dense.size);
      return dense.get(label)!;
    })
  );
}
