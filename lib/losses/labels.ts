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
