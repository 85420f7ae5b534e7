/**
 * Seeded random streams, intervals of means, rows of unit norm.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { meanInterval, Random } from "@hscl/hscl/core";
 * const random = new Random(7).child("example");
 * const { mean, halfWidth } = meanInterval(Array.from({ length: 100 }, () => random.normal()));
 * assert(Math.abs(mean) < 2 * halfWidth);
 * assertEquals(new Random(7).child("example").normal(), new Random(7).child("example").normal());
 * ```
 *
 * @module
 */
export { type MeanInterval, meanInterval, type ShareInterval, shareInterval } from "./interval.ts";
export type { Labels } from "./labels.ts";
export { type NegativeKind, negativeKindNames, negativeKinds } from "./negative_kinds.ts";
export { Random } from "./random.ts";
export { ballRows, normalizeRows } from "./similarity.ts";
export type { LayersModel, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from "./tensors.ts";
export type {
  BooleanFlag,
  ChoiceFlag,
  Flag,
  FlagBase,
  FlagTable,
  FlagValue,
  FlagValues,
  NumberFlag,
  Range,
  TextFlag,
} from "./flags.ts";
