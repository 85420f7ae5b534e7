/** Seeded random streams, intervals, similarity. */
export { type MeanInterval, meanInterval } from "./interval.ts";
export { Random } from "./random.ts";
export { normalizeRows } from "./similarity.ts";
export type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from "./tensors.ts";
