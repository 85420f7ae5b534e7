/**
 * The places of the `k` largest values, in ascending order of place; of equal values the first ones. By selection: linear
 * time, where sorting each row of many would dominate the whole.
 *
 * @param k at least 1, at most as many as there are
 */
export function placesOfLargest(values: Float32Array, k: number): number[] {
  const least = kthLargest(values, k), places: number[] = [];
  let left = k;
  for (let i = 0; i < values.length; i++) if (values[i] > least) left--;
  for (let i = 0; i < values.length; i++) {
    if (values[i] > least || (values[i] === least && left-- > 0)) places.push(i);
  }
  return places;
}

/** The `k`-th largest value. */
function kthLargest(values: Float32Array, k: number): number {
  return k >= values.length ? values.reduce((a, b) => Math.min(a, b)) : quickSelect(values.slice(), k);
}

/** Hoare's selection, in place: the `k`-th largest of `values`. */
function quickSelect(values: Float32Array, k: number): number {
  let low = 0, high = values.length - 1;
  const target = k - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low, j = high;
    while (i <= j) {
      while (values[i] > pivot) i++;
      while (values[j] < pivot) j--;
      if (i <= j) {
        const swapped = values[i];
        values[i++] = values[j];
        values[j--] = swapped;
      }
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else break;
  }
  return values[target];
}
