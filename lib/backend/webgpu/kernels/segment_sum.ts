import type * as tf from "@tensorflow/tfjs";
import type { KernelArguments, Program } from "../backend.ts";

const THREADS = 64;

/** Workgroups that a dispatch may have along one axis. */
const MOST_WORKGROUPS = 65535;

/**
 * Kernel `SegmentSum`: sums of rows, `[n, dim] → [count, dim]`, where part i adds row `rows[i]` to sum `sums[i]`, which ascend. Each
 * number is added up by one thread in the order of the parts, so that the same numbers come out every time.
 *
 * tfjs' own sums of segments have a thread for each part, which add to the same number in whatever order they come.
 */
export function segmentSum(
  { inputs: { x, rows, sums }, attrs: { count }, backend }: KernelArguments<
    Record<"x" | "rows" | "sums", tf.TensorInfo>,
    { count: number }
  >,
): tf.TensorInfo {
  const [, columns] = x.shape, [parts] = rows.shape;
  return backend.runWebGPUProgram(program(count, columns), [x, rows, sums], "float32", [
    { type: "int32", data: [columns, parts] },
  ]);
}

function program(count: number, columns: number): Program {
  const groups = Math.ceil(count * columns / THREADS), width = Math.ceil(Math.sqrt(groups));
  return {
    variableNames: ["x", "rows", "sums"],
    uniforms: "extent : vec2<i32>,",
    outputShape: [count, columns],
    shaderKey: "segmentSum",
    dispatchLayout: { x: [0, 1] },
    dispatch: groups <= MOST_WORKGROUPS ? [groups, 1, 1] : [width, width, 1],
    workgroupSize: [THREADS, 1, 1],
    size: true,
    getUserCode: () => `
    fn main(index : i32) {
      if (index < uniforms.size) {
        let columns = uniforms.extent[0];
        let parts = uniforms.extent[1];
        let wanted = index / columns;
        let column = index % columns;
        // The first part of the sum, by halving.
        var first = 0;
        var end = parts;
        while (first < end) {
          let middle = (first + end) / 2;
          if (sums[middle] < wanted) { first = middle + 1; } else { end = middle; }
        }
        var sum = 0.0;
        for (var part = first; part < parts && sums[part] == wanted; part++) {
          sum += x[rows[part] * columns + column];
        }
        result[index] = sum;
      }
    }
  `,
  };
}
