/** What is done to the results of a convolution before they are written. */
export interface Finish {
  /** Address of what is added, a number a channel, with room to read whole panels. */
  bias: number;
  /** Whether negative sums become 0; NaN stays. */
  rectified: boolean;
}

/** The last arguments of the kernels that write results. */
export function finishArguments(finish: Finish | undefined): number[] {
  return finish ? [finish.bias, Number(finish.rectified)] : [0, 0];
}
