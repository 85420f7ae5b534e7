import type { Hardening } from "../hardening/hardening.ts";

/** What is summed next: the weights of hardening `h`, which are the squares of the weights before or are not. */
export interface Step {
  h: number;
  squares: boolean;
}

// Each squaring doubles the relative error.
const MOST_SQUARINGS = 2;

/** All hardenings, those linear in the cosine after the one with half their slope. */
export function inOrder(hardenings: readonly Hardening[], temperature: number): Step[] {
  const steps: Step[] = [], left = new Set(hardenings.keys());
  const slopeOf = (hardening: Hardening) => hardening.slope?.(temperature) ?? 0;
  const ascending = [...left].sort((a, b) => slopeOf(hardenings[a]) - slopeOf(hardenings[b]) || a - b);
  for (const first of ascending) {
    if (!left.delete(first)) continue;
    steps.push({ h: first, squares: false });
    for (let slope = slopeOf(hardenings[first]), n = 0; slope > 0 && n < MOST_SQUARINGS; n++) {
      slope *= 2;
      const h = [...left].find((other) => slopeOf(hardenings[other]) === slope);
      if (h === undefined) break;
      left.delete(h);
      steps.push({ h, squares: true });
    }
  }
  return steps;
}
