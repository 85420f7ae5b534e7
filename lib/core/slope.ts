/** A slope this near to −1 is one over `k`: it reaches −1 only in the limit. */
export const SLOPE_TOLERANCE = 0.15;

/** Whether a slope is that of `1/k`, by its whole interval. */
export function slopeVerdict(
  { low, high }: { low: number; high: number },
): "holds" | "fails" | "not decided" {
  if (high < -1 - SLOPE_TOLERANCE || low > -1 + SLOPE_TOLERANCE) return "fails";
  return low >= -1 - SLOPE_TOLERANCE && high <= -1 + SLOPE_TOLERANCE ? "holds" : "not decided";
}
