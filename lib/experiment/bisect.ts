/**
 * Where a function that does not increase reaches a value: the middle of the last of 60 halvings of `[low, high]`; one of
 * the ends if the value is not reached in between.
 */
export function bisect(
  decreasing: (x: number) => number,
  value: number,
  [low, high]: readonly [number, number],
): number {
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (decreasing(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
