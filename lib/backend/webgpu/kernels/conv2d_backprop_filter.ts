import * as tf from "../../../core/tfjs.ts";
import type { KernelArguments, Program } from "../backend.ts";

interface Attributes {
  strides: number | [number, number];
  pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  dataFormat?: "NHWC" | "NCHW";
  dimRoundingMode?: "floor" | "round" | "ceil";
  filterShape: [number, number, number, number];
}

/** Rows and columns of the product that a workgroup computes, and pixels it reads at a time. */
const TILE = 32;

/** A workgroup has 8 × 8 threads, each for 4 × 4 numbers of the tile. */
const THREADS = 8, EACH = TILE / THREADS;

/** Workgroups that keep a large GPU busy; the pixels are shared out among so many. */
const WORKGROUPS = 2048;

/** Pixels for which a share of its own is worth while. */
const LEAST_PIXELS = 8 * TILE;

/**
 * Kernel `Conv2DBackpropFilter`: `dW = patchesᵀ · dy`, with the patches read where they lie. All pixels of the batch are
 * shared out among workgroups, whose sums are then added in their order, so that the same numbers come out every time.
 *
 * tfjs' own kernel has one thread for each weight, which goes over all pixels: most of a GPU has nothing to do.
 *
 * @param tfjsKernel for images by channel, and where there is nothing to sum
 */
export function conv2dBackpropFilter(tfjsKernel: tf.KernelFunc) {
  return (
    args: KernelArguments<{ x: tf.TensorInfo; dy: tf.TensorInfo }, Attributes>,
  ): tf.TensorInfo | tf.TensorInfo[] => {
    const { inputs: { x, dy }, attrs, backend } = args, { filterShape } = attrs;
    const isEmpty = [x.shape, dy.shape, filterShape].some((shape) => shape.includes(0));
    if (attrs.dataFormat === "NCHW" || isEmpty) return tfjsKernel(args as never);
    const shape = x.shape as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(
      shape,
      filterShape,
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
    );
    const rows = info.filterHeight * info.filterWidth * info.inChannels, columns = info.outChannels;
    const pixels = info.batchSize * info.outHeight * info.outWidth;
    const tiles = Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
    const wanted = Math.min(Math.ceil(WORKGROUPS / tiles), Math.ceil(pixels / LEAST_PIXELS));
    const steps = Math.ceil(pixels / wanted / TILE), shares = Math.ceil(pixels / (steps * TILE));
    const integers = (...data: number[]) => ({ type: "int32" as const, data });
    const sums = backend.runWebGPUProgram(productProgram(shares, rows, columns), [x, dy], "float32", [
      integers(rows, columns, pixels, steps),
      integers(info.inHeight, info.inWidth, info.inChannels, info.filterWidth),
      integers(info.outHeight, info.outWidth),
      integers(info.strideHeight, info.strideWidth),
      integers(info.padInfo.top, info.padInfo.left),
    ]);
    const gradient = backend.runWebGPUProgram(sumProgram(filterShape), [sums], "float32", [integers(shares)]);
    backend.disposeData(sums.dataId);
    return gradient;
  };
}

/** `[shares, rows, columns]`: the product over each share of the pixels. */
function productProgram(shares: number, rows: number, columns: number): Program {
  return {
    variableNames: ["x", "dy"],
    uniforms:
      "extent : vec4<i32>, image : vec4<i32>, outSize : vec2<i32>, strides : vec2<i32>, pads : vec2<i32>,",
    outputShape: [shares, rows, columns],
    shaderKey: "filterGradientOfShares",
    dispatchLayout: { x: [2], y: [1], z: [0] },
    dispatch: [Math.ceil(columns / TILE), Math.ceil(rows / TILE), shares],
    workgroupSize: [THREADS, THREADS, 1],
    getUserCode: () => `
    var<workgroup> patches : array<array<f32, ${TILE}>, ${TILE}>;
    var<workgroup> gradients : array<array<f32, ${TILE}>, ${TILE}>;
    // Of the pixels at hand: first row of the image, and where the filter's corner lies in it.
    var<workgroup> corners : array<vec3<i32>, ${TILE}>;

    fn main() {
      let rows = uniforms.extent[0];
      let columns = uniforms.extent[1];
      let pixels = uniforms.extent[2];
      let steps = uniforms.extent[3];
      let height = uniforms.image[0];
      let width = uniforms.image[1];
      let channels = uniforms.image[2];
      let top = i32(workgroupId.y) * ${TILE};
      let left = i32(workgroupId.x) * ${TILE};
      let first = i32(workgroupId.z) * steps * ${TILE};
      // The row and the column that this thread reads.
      let at = i32(localIndex) % ${TILE};
      let row = top + at;
      let column = left + at;
      let channel = row % channels;
      let tapY = row / channels / uniforms.image[3];
      let tapX = row / channels % uniforms.image[3];

      var sums : array<vec4<f32>, ${EACH}>;
      for (var step = 0; step < steps; step++) {
        let start = first + step * ${TILE};
        if (localIndex < ${TILE}u) {
          let pixel = start + i32(localIndex);
          let line = pixel / uniforms.outSize[1];
          let y = line % uniforms.outSize[0] * uniforms.strides[0] - uniforms.pads[0];
          let x0 = pixel % uniforms.outSize[1] * uniforms.strides[1] - uniforms.pads[1];
          corners[localIndex] = vec3<i32>(line / uniforms.outSize[0] * height, y, x0);
        }
        workgroupBarrier();
        for (var i = i32(localIndex) / ${TILE}; i < ${TILE}; i += ${THREADS * THREADS / TILE}) {
          let pixel = start + i;
          let corner = corners[i];
          let y = corner.y + tapY;
          let x0 = corner.z + tapX;
          var value = 0.0;
          var gradient = 0.0;
          if (pixel < pixels) {
            if (row < rows && y >= 0 && y < height && x0 >= 0 && x0 < width) {
              value = x[((corner.x + y) * width + x0) * channels + channel];
            }
            if (column < columns) {
              gradient = dy[pixel * columns + column];
            }
          }
          patches[i][at] = value;
          gradients[i][at] = gradient;
        }
        workgroupBarrier();
        let mineY = localId.y * ${EACH}u;
        let mineX = localId.x * ${EACH}u;
        for (var i = 0; i < ${TILE}; i++) {
          let b = vec4<f32>(
            gradients[i][mineX], gradients[i][mineX + 1u], gradients[i][mineX + 2u], gradients[i][mineX + 3u]);
          for (var j = 0u; j < ${EACH}u; j++) {
            sums[j] += patches[i][mineY + j] * b;
          }
        }
      }
      for (var j = 0; j < ${EACH}; j++) {
        let outRow = top + i32(localId.y) * ${EACH} + j;
        for (var k = 0; k < ${EACH}; k++) {
          let outColumn = left + i32(localId.x) * ${EACH} + k;
          if (outRow < rows && outColumn < columns) {
            result[(i32(workgroupId.z) * rows + outRow) * columns + outColumn] = sums[j][k];
          }
        }
      }
    }
  `,
  };
}

/** The sum of the shares, of the filter's shape. */
function sumProgram(shape: number[]): Program {
  const size = shape.reduce((product, length) => product * length, 1);
  return {
    variableNames: ["sums"],
    uniforms: "shares : i32,",
    outputShape: shape,
    shaderKey: "filterGradient",
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [Math.ceil(size / 64), 1, 1],
    workgroupSize: [64, 1, 1],
    size: true,
    getUserCode: () => `
    fn main(index : i32) {
      if (index < uniforms.size) {
        var sum = 0.0;
        for (var share = 0; share < uniforms.shares; share++) {
          sum += sums[share * uniforms.size + index];
        }
        result[index] = sum;
      }
    }
  `,
  };
}
