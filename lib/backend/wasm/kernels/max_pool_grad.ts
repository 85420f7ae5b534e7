import type * as tf from "@tensorflow/tfjs";
import { addressOf, fillZero, type KernelArguments, sizeOf } from "../heap.ts";
import { type PoolAttributes, poolInfo } from "../pooling.ts";

/**
 * Kernel `MaxPoolGrad`: every `dy` goes to the first largest input of its window. Replaces tfjs' kernel, which is wrong
 * where the largest is not positive.
 */
export function maxPoolGrad(
  { inputs: { dy, input }, attrs, backend }: KernelArguments<
    { dy: tf.TensorInfo; input: tf.TensorInfo },
    PoolAttributes
  >,
): tf.TensorInfo {
  const info = poolInfo(input.shape, attrs);
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, padInfo } = info;
  const out = backend.makeOutput(input.shape, "float32");
  fillZero(backend, addressOf(backend, out), sizeOf(input.shape));
  const x = backend.typedArrayFromHeap(input), gradients = backend.typedArrayFromHeap(dy);
  const dx = backend.typedArrayFromHeap(out);
  let position = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let y = 0; y < outHeight; y++) {
      const top = y * info.strideHeight - padInfo.top;
      const rows = [Math.max(top, 0), Math.min(top + info.filterHeight, inHeight)];
      for (let column = 0; column < outWidth; column++) {
        const left = column * info.strideWidth - padInfo.left;
        const columns = [Math.max(left, 0), Math.min(left + info.filterWidth, inWidth)];
        for (let channel = 0; channel < channels; channel++, position++) {
          let largest = -Infinity, at = -1;
          for (let i = rows[0]; i < rows[1]; i++) {
            for (let j = columns[0]; j < columns[1]; j++) {
              const entry = ((image * inHeight + i) * inWidth + j) * channels + channel;
              if (x[entry] > largest) {
                largest = x[entry];
                at = entry;
              }
            }
          }
          if (at >= 0) dx[at] += gradients[position];
        }
      }
    }
  }
  return out;
}
