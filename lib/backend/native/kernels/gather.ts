import * as tf from "../../../core/tfjs.ts";
import type { OpAttribute } from "../binding/types.ts";
import type { KernelArguments } from "../backend.ts";

interface Attributes {
  axis: number;
  batchDims: number;
}

/**
 * tfjs-node's kernel `GatherV2`, but without reading the indices first, which it does to check them: on a processor TensorFlow checks
 * them itself, and while a computation is captured they may have no values yet.
 */
export function gather(
  { inputs: { x, indices }, attrs: { axis, batchDims }, backend }: KernelArguments<
    { x: tf.Tensor; indices: tf.Tensor },
    Attributes
  >,
): tf.TensorInfo {
  const { TF_ATTR_INT, TF_ATTR_TYPE, TF_INT32, TF_FLOAT, TF_BOOL } = backend.binding;
  const typeOf = { float32: TF_FLOAT, int32: TF_INT32, bool: TF_BOOL } as Record<string, number>;
  tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims);
  const attributes: OpAttribute[] = [
    { name: "batch_dims", type: TF_ATTR_INT, value: batchDims },
    { name: "Tparams", type: TF_ATTR_TYPE, value: typeOf[x.dtype] },
    { name: "Tindices", type: TF_ATTR_TYPE, value: typeOf[indices.dtype] },
    { name: "Taxis", type: TF_ATTR_TYPE, value: TF_INT32 },
  ];
  return tf.tidy(() =>
    backend.executeSingleOutput("GatherV2", attributes, [x, indices, tf.scalar(axis, "int32")])
  );
}
