import type { CapturingBackend } from "../../../core/capturing.ts";
import type { NativeBackend } from "../backend.ts";
import type { TensorflowFunction } from "../binding/function.ts";
import { FunctionMemory } from "./memory.ts";

/** Lets tfjs-node's backend capture computations, if its binding can. */
export function installCapturing(backend: NativeBackend): void {
  const { binding } = backend;
  if (!binding.captured) return;
  const memories = new WeakMap<object, FunctionMemory<TensorflowFunction>>();
  (backend as CapturingBackend).uncaptured = (compute) => binding.uncaptured!(compute);
  // TensorFlow keeps functions until it is told not to.
  const gone = new FinalizationRegistry<FunctionMemory<TensorflowFunction>>((memory) => memory.clear());
  (backend as CapturingBackend).captured = (owner, { most, xla }, compute) => {
    let memory = memories.get(owner);
    if (!memory) {
      memories.set(owner, memory = new FunctionMemory(most, xla));
      gone.register(owner, memory);
    }
    return binding.captured!(memory, compute);
  };
}
