import { checkArray, checkInteger, checkNumber, checkOneOf, describe } from "../core/checks.ts";
import { checkThreads } from "../core/workers/threads.ts";
import { exponential } from "../hardening/exponential.ts";
import { checkHardening, type Hardening } from "../hardening/hardening.ts";

/** How cosines are computed: `auto` takes float64 up to 2,048 embeddings, and float32 on the current backend above. */
export type ProductPrecision = "auto" | "float64" | "float32";

/** Options of everything that is computed from the pairs of a set of embeddings. */
export interface TheoryOptions {
  /** `T` of `s(x, y) = cosine/T`, at least 0.01; 0.5 by default. */
  temperature?: number;
  /** The hardening functions; all share one pass over the pairs. `[exponential(1)]` by default. */
  hardenings?: readonly Hardening[];
  /** `Q`, the weight of the negatives in the losses, above 0; 1 by default. */
  negativeWeight?: number;
  /** See {@linkcode ProductPrecision}; `auto` by default. */
  products?: ProductPrecision;
  /**
   * Embeddings that are left out in turn, for the intervals: all if there are no more, else as many, evenly over the classes.
   * With 0 all intervals are `NaN`, which saves their time. 512 by default.
   */
  leaveOut?: number;
  /** Decides which embeddings are left out, and every other draw; 0 by default. */
  seed?: number;
  /**
   * Threads that share the pairs, at most; none of the results depends on it. By default one for each processor, at most 16, and
   * one only below 10,000 embeddings. There is one only where workers cannot be started, and where `hardenings` has a
   * function of your own, which cannot be sent to another thread.
   */
  threads?: number;
}

/** {@linkcode TheoryOptions} with every default filled in. */
export type CompleteTheoryOptions = Required<Omit<TheoryOptions, "threads">> & Pick<TheoryOptions, "threads">;

/** The names of {@linkcode TheoryOptions}. */
export const THEORY_OPTIONS = {
  temperature: true,
  hardenings: true,
  negativeWeight: true,
  products: true,
  leaveOut: true,
  seed: true,
  threads: true,
} as const;

/** Fills in defaults and refuses what is out of range. */
export function completeOptions(options: TheoryOptions): CompleteTheoryOptions {
  const hardenings = options.hardenings ?? [exponential(1)];
  checkArray("hardenings", hardenings, "hardening functions");
  if (hardenings.length === 0) {
    throw new RangeError(
      `Cannot use hardenings as there must be at least one: received ${describe(hardenings)}`,
    );
  }
  hardenings.forEach((hardening, i) => checkHardening(`hardenings[${i}]`, hardening));
  return {
    temperature: checkNumber("temperature", options.temperature ?? 0.5, { min: 0.01 }),
    hardenings,
    negativeWeight: checkNumber("negativeWeight", options.negativeWeight ?? 1, { above: 0 }),
    products: checkOneOf("products", options.products ?? "auto", ["auto", "float64", "float32"]),
    leaveOut: checkInteger("leaveOut", options.leaveOut ?? 512, { min: 0 }),
    seed: checkInteger("seed", options.seed ?? 0, { min: 0 }),
    threads: checkThreads(options.threads),
  };
}
