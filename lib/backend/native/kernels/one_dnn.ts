import * as tf from "../../../core/tfjs.ts";
import type { OpAttribute } from "../binding/types.ts";
import type { KernelArguments, NativeBackend } from "../backend.ts";
import { hasAvx512 } from "../on_processor.ts";
import type { ConvAttributes, Shape4 } from "./conv2d.ts";

/** Convolutions that oneDNN computes faster than TensorFlow's own operations do. */
type Convolution = "Conv2D" | "Conv2DBackpropInput" | "Conv2DBackpropFilter";

/**
 * tfjs-node's kernel of a convolution of numbers of 32 bits, but by oneDNN's operation, which has to be asked for by its internal
 * name.
 */
function viaOneDnn(name: Convolution, original: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const { inputs, attrs, backend } = args as unknown as KernelArguments<
      Partial<Record<"x" | "dy" | "filter", tf.TensorInfo>>,
      ConvAttributes
    >;
    const given = Object.values(inputs) as tf.TensorInfo[], { dataFormat = "NHWC" } = attrs;
    if (dataFormat !== "NHWC" || Array.isArray(attrs.pad) || given.some(({ dtype }) => dtype !== "float32")) {
      return original(args);
    }
    const renaming = Object.create(backend) as NativeBackend;
    renaming.executeSingleOutput = (op, attributes, tensors) =>
      op === name
        ? backend.executeSingleOutput(`_MklNative${op}`, [...attributes, internal(backend)], tensors)
        : backend.executeSingleOutput(op, attributes, tensors);
    return original({ ...args, backend: renaming });
  };
}

function internal({ binding }: NativeBackend): OpAttribute {
  return { name: "_kernel", type: binding.TF_ATTR_STRING, value: "MklNameChangeOp" };
}

/**
 * The kernels of convolutions, by oneDNN where that is faster: the images' gradient on every processor (0.4 × the time with AVX2), the
 * others where vectors have 512 bits. As they were on a GPU, or where this TensorFlow does not have them.
 */
export function convolutions(
  backend: NativeBackend,
  originals: Record<Convolution, tf.KernelFunc>,
): Record<Convolution, tf.KernelFunc> {
  const kernels = { ...originals };
  if (backend.isUsingGpuDevice) return kernels;
  const names: Convolution[] = hasAvx512()
    ? ["Conv2D", "Conv2DBackpropFilter", "Conv2DBackpropInput"]
    : ["Conv2DBackpropInput"];
  for (const name of names) {
    const kernel = viaOneDnn(name, originals[name]);
    if (isRight(name, kernel, backend)) kernels[name] = kernel;
  }
  return kernels;
}

/** Whether a kernel multiplies one number by another. */
function isRight(name: Convolution, kernel: tf.KernelFunc, backend: NativeBackend): boolean {
  const shape: Shape4 = [1, 1, 1, 1];
  try {
    return tf.tidy(() => {
      const two = tf.fill(shape, 2), three = tf.fill(shape, 3);
      const inputs = {
        Conv2D: { x: two, filter: three },
        Conv2DBackpropInput: { dy: two, filter: three },
        Conv2DBackpropFilter: { x: two, dy: three },
      }[name];
      const attrs = {
        strides: [1, 1],
        pad: "same",
        dataFormat: "NHWC",
        dilations: [1, 1],
        inputShape: shape,
        filterShape: shape,
      };
      const result = kernel({ inputs, attrs, backend } as unknown as Parameters<tf.KernelFunc>[0]);
      return (result as tf.Tensor).dataSync()[0] === 6;
    });
  } catch {
    return false;
  }
}
