import * as tf from "../../../core/tfjs.ts";
import type { WebgpuBackend } from "../backend.ts";

/** From so long a sum on, tfjs lets several workgroups add to one number, in whatever order they come. */
const LONG = 2000;

/** Outputs up to which it computes each with a workgroup of its own. */
const FEW_OUTPUTS = 128;

/** tfjs' number of the kernel with small tiles, which adds in one order. */
const SMALL_TILES = 2;

const FLAG = "WEBGPU_MATMUL_PROGRAM_TYPE";

/**
 * tfjs' kernel, kept from splitting long sums among workgroups that add to the same number: floating-point sums depend on
 * their order, so the same seed would not give the same numbers.
 *
 * @param mayBeSplit whether tfjs would, or might
 */
export function ordered(
  tfjsKernel: tf.KernelFunc,
  // deno-lint-ignore no-explicit-any
  mayBeSplit: (args: any) => boolean,
): tf.KernelFunc {
  return (args) => {
    if (!mayBeSplit(args)) return tfjsKernel(args);
    const before = tf.env().get(FLAG);
    tf.env().set(FLAG, SMALL_TILES);
    try {
      return tfjsKernel(args);
    } finally {
      tf.env().set(FLAG, before);
    }
  };
}

/** Whether tfjs would split the sums of its kernel `BatchMatMul` or `_FusedMatMul`: one product, of few tiles. */
export function matMulMayBeSplit({ inputs: { a, b }, attrs, backend }: {
  inputs: { a: tf.TensorInfo; b: tf.TensorInfo };
  attrs: { transposeA?: boolean; transposeB?: boolean };
  backend: unknown;
}): boolean {
  const { thresholdToIncreaseWorkgroups } = backend as WebgpuBackend;
  const [m, n] = a.shape.slice(-2), [p, q] = b.shape.slice(-2);
  const [rows, columns, length] = [
    attrs.transposeA ? n : m,
    attrs.transposeB ? p : q,
    attrs.transposeB ? q : p,
  ];
  const isOne = [a, b].every(({ shape }) => shape.slice(0, -2).every((size) => size === 1));
  const tiles = Math.ceil(rows / 32) * Math.ceil(columns / 32);
  const isFew = tiles <= thresholdToIncreaseWorkgroups * (rows <= 8 ? 2 : 1);
  return isOne && length >= LONG && rows * columns > FEW_OUTPUTS && isFew;
}

/**
 * Whether tfjs might split those of `Conv2D` or `FusedConv2D`, which it computes as one product for a single image and for
 * filters that cover theirs.
 */
export function conv2dMayBeSplit(
  { inputs: { x, filter } }: { inputs: { x: tf.TensorInfo; filter: tf.TensorInfo } },
): boolean {
  const [images, height, width] = x.shape, [filterHeight, filterWidth, channels] = filter.shape;
  const isOne = images === 1 || (filterHeight === height && filterWidth === width);
  return isOne && filterHeight * filterWidth * channels >= LONG;
}
