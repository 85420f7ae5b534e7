import * as tf from "../../../core/tfjs.ts";
import type { OpAttribute } from "../binding/types.ts";
import { shapeOfResult } from "../functions/inference.ts";
import { float32, type KernelArguments, type NativeBackend } from "../backend.ts";

interface Attributes {
  stepSize: number;
  beta1: number;
  beta2: number;
  epsilonHat: number;
  weightDecay: number;
}

type Arguments = KernelArguments<Record<"weight" | "gradient" | "m" | "v", tf.TensorInfo>, Attributes>;

/**
 * Kernel `AdamUpdate`: `[weight', m', v']` with `g = gradient + λ·weight`, `m' = β₁m + (1−β₁)g`, `v' = β₂v + (1−β₂)g²` and
 * `weight' = weight − stepSize · m' / (√v' + ε̂)`.
 *
 * TensorFlow has Adam in one pass, but for its variables, which change in place. Three of them serve every call: they are
 * given the tensors, which copies nothing, and read afterwards, which does not either.
 */
export function adamUpdate(backend: NativeBackend): (args: Arguments) => tf.TensorInfo[] {
  const variables = variablesOf(backend);
  return ({ inputs: { weight, gradient, m, v }, attrs }) => {
    const { stepSize, beta1, beta2, epsilonHat, weightDecay } = attrs;
    return tf.tidy(() => {
      const decayed = weightDecay > 0
        ? tf.add(gradient as tf.Tensor, tf.mul(weight as tf.Tensor, weightDecay))
        : gradient;
      [weight, m, v].forEach((value, i) =>
        backend.executeMultipleOutputs(
          "AssignVariableOp",
          [float32(backend, "dtype")],
          [variables[i], value],
          0,
        )
      );
      // The powers of β are those of the bias corrections, which the step size already holds.
      const [none, step, b1, b2, epsilon] = [0, stepSize, beta1, beta2, epsilonHat].map((x) => tf.scalar(x));
      backend.executeMultipleOutputs(
        "ResourceApplyAdam",
        [float32(backend)],
        [...variables, none, none, step, b1, b2, epsilon, decayed],
        0,
      );
      const readAttributes = [float32(backend, "dtype"), shapeOfResult(weight.shape)];
      return variables.map((variable) =>
        backend.executeSingleOutput("ReadVariableOp", readAttributes, [variable])
      );
    });
  };
}

/** Handles of the variables that stand for weight, m and v. */
function variablesOf(backend: NativeBackend): tf.Tensor[] {
  return ["weight", "m", "v"].map((name) =>
    tf.keep(backend.executeSingleOutput("VarHandleOp", handleAttributes(backend, `hscl/adam/${name}`), []))
  );
}

function handleAttributes(backend: NativeBackend, sharedName: string): OpAttribute[] {
  const { TF_ATTR_STRING, TF_ATTR_SHAPE } = backend.binding;
  return [
    float32(backend, "dtype"),
    { name: "shape", type: TF_ATTR_SHAPE, value: [] },
    { name: "shared_name", type: TF_ATTR_STRING, value: sharedName },
  ];
}
