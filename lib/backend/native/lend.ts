import type { LendingBackend } from "../../core/borrow_values.ts";
import type { NativeBackend } from "./backend.ts";

/** Lets tfjs-node's backend lend values, if its binding can. */
export function installLending(backend: NativeBackend): void {
  const { binding, tensorMap } = backend;
  if (!binding.borrowTensor) return;
  (backend as LendingBackend).lendValues = (dataId) => {
    // Values that TensorFlow has not had to see yet are still an array.
    const id = tensorMap.has(dataId) ? tensorMap.get(dataId).id : -1;
    if (id < 0) return undefined;
    const { values, address, release } = binding.borrowTensor!(id);
    return { values: values as Float32Array, address, release };
  };
}
