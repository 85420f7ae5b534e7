import type { Hardening } from "./hardening.ts";

/** One number that a family of hardening functions depends on. */
export interface HardeningParameter {
  /** How it is written, e.g. `β`. */
  readonly symbol: string;
  /** What it is, in a few words. */
  readonly help: string;
  /** Smallest value. */
  readonly min?: number;
  /** The value must be larger than this. */
  readonly above?: number;
  /** Largest value. */
  readonly max?: number;
  /** A value to start from. */
  readonly default: number;
}

/**
 * A family of hardening functions as the toolkit sees it: flags, help, labels, run records and the tests of every family
 * are made of it.
 */
export interface HardeningFamily<P extends string = string> {
  /** The formula, e.g. `exp(βu/T)`. */
  readonly formula: string;
  /** Its parameters by name, in the order in which they are written. */
  readonly parameters: Readonly<Record<P, HardeningParameter>>;
  /** The function with these parameters. */
  make(parameters: Readonly<Record<P, number>>): Hardening;
  /** The parameter that makes it harder, that is, the more the larger it is. */
  readonly strength: {
    /** Its name. */
    readonly parameter: P;
    /** Values worth comparing. */
    readonly values: readonly number[];
    /** From hardly any hardening to that of the few hardest negatives. */
    readonly range: readonly [softest: number, hardest: number];
  };
}
