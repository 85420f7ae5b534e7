/** `log(eᵃ + eᵇ)` without overflow; −∞ stands for a sum without terms. */
export function addLogs(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === -Infinity ? larger : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}
