import type * as tf from "@tensorflow/tfjs";
import type { OpAttribute, TensorflowBinding } from "./binding/types.ts";

/** The parts of tfjs-node's backend that kernels written outside it need. */
export interface NativeBackend {
  readonly binding: TensorflowBinding;
  readonly isUsingGpuDevice: boolean;
  /** Where a tensor is: its id in the binding, below 0 while its values are still an array. */
  readonly tensorMap: { has(dataId: tf.DataId): boolean; get(dataId: tf.DataId): { id: number } };
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: readonly tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: OpAttribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

/** Arguments every tfjs kernel function gets. */
export interface KernelArguments<Inputs, Attributes = Record<string, never>> {
  inputs: Inputs;
  attrs: Attributes;
  backend: NativeBackend;
}

/** The attribute that an operation works on float32 values, under the name it has in the operation. */
export function float32({ binding }: NativeBackend, name = "T"): OpAttribute {
  return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
}

/** The attribute that channels come last. */
export function channelsLast({ binding }: NativeBackend): OpAttribute {
  return { name: "data_format", type: binding.TF_ATTR_STRING, value: "NHWC" };
}
