/** The cosines of an anchor. */
export interface AnchorCosines {
  /** With its positives. */
  positives: Float32Array | Float64Array;
  /** With the embeddings that are left out. */
  left(): ArrayLike<number>;
  /** With all, the first of its class in the place of the anchor itself. */
  all(): Float32Array | Float64Array;
}
