import type * as tf from "@tensorflow/tfjs";
import { trainingKernels } from "../assembly/instances.ts";
import { type ConvAttributes, type ConvInfo, convInfo } from "../convolution.ts";
import { addressOf, fillZero, type KernelArguments, sizeOf, type WasmBackend } from "../heap.ts";
import { withScratch } from "../scratch.ts";
import { stridedGradientTiles } from "../winograd_strided.ts";
import { tilingOf } from "../winograd_tiling.ts";
import { conv2dBackpropFilter, directFilterGradient } from "./conv2d_backprop_filter.ts";
import { conv2dBackpropInput } from "./conv2d_backprop_input.ts";
import { reluGradient } from "./relu_gradient.ts";

type Inputs = Record<"dy" | "y" | "x" | "filter", tf.TensorInfo>;

/** Tensors and sizes of a gradient. */
interface Gradients extends Inputs {
  backend: WasmBackend;
  info: ConvInfo;
  attributes: ConvAttributes;
}

/**
 * Kernel `ConvReluGrad`: the gradients of `convRelu` in filter and bias and, if asked for (`inputGradient` 1), in x, in this
 * order.
 */
export function convReluGrad(
  { inputs, attrs, backend }: KernelArguments<Inputs, { stride: number; inputGradient: number }>,
): tf.TensorInfo[] {
  const attributes: ConvAttributes = { strides: attrs.stride, pad: "same" };
  const info = convInfo(inputs.x.shape, inputs.filter.shape, attributes), tiling = tilingOf(info);
  const all = { ...inputs, backend, info, attributes };
  if (attrs.inputGradient === 0 && !tiling) return withoutInput(all);
  if (attrs.inputGradient === 1 && tiling?.stride === 2 && info.outChannels % 8 === 0) return inTiles(all);
  return oneByOne(all, attrs.inputGradient === 1);
}

/** Of a first layer, which nobody asks for the gradient in its images: the output's gradient is read once. */
function withoutInput({ backend, info, x, filter, y, dy }: Gradients): tf.TensorInfo[] {
  const dfilter = backend.makeOutput(filter.shape, "float32");
  const dbias = backend.makeOutput([info.outChannels], "float32"), sums = addressOf(backend, dbias);
  fillZero(backend, sums, info.outChannels);
  if (sizeOf(filter.shape) > 0 && sizeOf(dy.shape) > 0) {
    directFilterGradient(backend, info, x, dy, dfilter, { y, sums });
  } else fillZero(backend, addressOf(backend, dfilter), sizeOf(filter.shape));
  return [dfilter, dbias];
}

function inTiles({ backend, info, x, filter, y, dy }: Gradients): tf.TensorInfo[] {
  const outputs = [filter.shape, x.shape].map((shape) => backend.makeOutput(shape, "float32"));
  const [dfilter, dx] = outputs.map((tensor) => addressOf(backend, tensor));
  const sums = new Float64Array(info.outChannels), at = (tensor: tf.TensorInfo) => addressOf(backend, tensor);
  const addresses = { x: at(x), filter: at(filter), y: at(y), dy: at(dy) };
  stridedGradientTiles(backend, tilingOf(info)!, { ...addresses, dx, dfilter, dbias: sums });
  const dbias = backend.makeOutput([info.outChannels], "float32");
  backend.typedArrayFromHeap(dbias).set(sums);
  return [outputs[0], dbias, outputs[1]];
}

function oneByOne({ backend, info, attributes, x, filter, y, dy }: Gradients, withInput: boolean) {
  const before = reluGradient({ inputs: { dy, y }, attrs: {}, backend });
  const ofFilter = { ...attributes, filterShape: filter.shape },
    ofInput = { ...attributes, inputShape: x.shape };
  const outputs = [
    conv2dBackpropFilter({ inputs: { x, dy: before }, attrs: ofFilter, backend }),
    backend.makeOutput([info.outChannels], "float32"),
    ...(withInput ? [conv2dBackpropInput({ inputs: { dy: before, filter }, attrs: ofInput, backend })] : []),
  ];
  withScratch(backend, [info.outChannels], (partial) => {
    const [from, to] = [before, outputs[1]].map((tensor) => addressOf(backend, tensor));
    trainingKernels(backend).columnSums(
      from,
      to,
      sizeOf(dy.shape) / info.outChannels,
      info.outChannels,
      partial,
    );
  });
  backend.disposeData(before.dataId);
  return outputs;
}
