import { Recording } from "../functions/recording.ts";
import type { FunctionMemory } from "../functions/memory.ts";
import { Inference } from "../functions/inference.ts";
import { eagerSetters, setAttribute } from "./attributes.ts";
import type { CApi } from "./c_api.ts";
import { TensorflowFunction } from "./function.ts";
import { Library, textAt } from "./library.ts";
import { OpDefinitions } from "./op_definition.ts";
import { checkValues, Tensors } from "./tensors.ts";
import { constants, type TensorflowBinding } from "./types.ts";

type Functions = FunctionMemory<TensorflowFunction>;

/**
 * Runs TensorFlow's operations eagerly through its C API, or captures them in functions. Stands in for the compiled add-on of
 * tfjs-node, so no compiler is needed.
 *
 * @throws {Error} if TensorFlow cannot start
 */
export function tensorflowBinding(c: CApi): TensorflowBinding {
  const library = new Library(c), tensors = new Tensors(library), setters = eagerSetters(c, library.status);
  const definitions = new OpDefinitions(library), inference = new Inference(library, definitions);
  const { status, context, strings, gpu } = library;
  let recording: Recording | undefined, functions: Functions | undefined;

  const start = (memory: Functions) => {
    recording = new Recording(tensors, inference);
    functions = memory;
  };
  /** Runs what was noted. */
  const finish = () => {
    const done = recording!, memory = functions!;
    recording = functions = undefined;
    done.finish(memory, (plan) => new TensorflowFunction(library, definitions, plan, memory.xla));
  };

  return {
    ...constants,
    TF_Version: textAt(c.TF_Version()),

    createTensor(shape, dtype, values) {
      const numbers = { shape, dtype, values };
      checkValues(numbers);
      return recording ? recording.createTensor(numbers) : tensors.make(numbers);
    },

    deleteTensor(id) {
      if (recording) recording.deleteTensor(id);
      else tensors.delete(id);
    },

    tensorDataSync(id) {
      recording?.checkReadable(id);
      const { tensor, toView } = tensors.resolve(id);
      const length = c.TF_TensorByteSize(tensor), bytes = new ArrayBuffer(Number(length));
      c.copyOut(bytes, c.TF_TensorData(tensor), length);
      c.TF_DeleteTensor(tensor);
      return toView(bytes);
    },

    borrowTensor(id) {
      recording?.checkReadable(id);
      const { tensor, toView } = tensors.resolve(id);
      const address = c.TF_TensorData(tensor), length = Number(c.TF_TensorByteSize(tensor));
      const bytes = address === null
        ? new ArrayBuffer(0)
        : Deno.UnsafePointerView.getArrayBuffer(address, length);
      return {
        values: toView(bytes),
        address: address === null ? undefined : Deno.UnsafePointer.value(address),
        release: () => c.TF_DeleteTensor(tensor),
      };
    },

    executeOp(name, attributes, inputs, outputs) {
      if (recording) return recording.executeOp(name, attributes, inputs, outputs);
      const op = c.TFE_NewOp(context, strings.pointer(name), status);
      library.check();
      const results = new BigUint64Array(outputs);
      try {
        for (const id of inputs) c.TFE_OpAddInput(op, tensors.handleOf(id), status);
        for (const attribute of attributes) setAttribute(setters, strings, op, attribute);
        library.check();
        c.TFE_Execute(op, results, Int32Array.of(outputs), status);
        library.check();
      } finally {
        c.TFE_DeleteOp(op);
      }
      return Array.from(
        results,
        (address) => tensors.describe(tensors.keep(Deno.UnsafePointer.create(address))),
      );
    },

    captured(memory, compute) {
      if (recording) return compute(); // part of what is captured
      start(memory);
      let result;
      try {
        result = compute();
      } catch (error) {
        // Some of the results may be in variables. What went wrong first is what matters.
        try {
          finish();
        } catch { /* it has no values then, and says so */ }
        throw error;
      }
      finish();
      return result;
    },

    uncaptured(compute) {
      if (!recording) return compute();
      const memory = functions!;
      finish();
      try {
        return compute();
      } finally {
        start(memory);
      }
    },

    isCapturing: () => recording !== undefined,
    isUsingGpuDevice: () => gpu !== undefined,
    getNumOfTensors: () => tensors.count,
  };
}
