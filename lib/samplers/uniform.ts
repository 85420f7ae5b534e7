import type { Random } from "../core/random.ts";

/**
 * A number strictly between 0 and 1 with 52 random bits. The 32 bits of `Random.uniform` would show in the tails: among a
 * million candidates, what is drawn is decided by uniform numbers within 10⁻⁶ of an end.
 */
export function openUniform(random: Random): number {
  return (random.integer(2 ** 26) * 2 ** 26 + random.integer(2 ** 26) + 0.5) / 2 ** 52;
}
