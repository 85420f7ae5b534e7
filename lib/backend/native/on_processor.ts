/**
 * Asks TensorFlow, before it is loaded, for its own operations on every processor. By itself it puts oneDNN's in their place where
 * there are instructions for neural networks (AVX512_VNNI and the like), other ones in functions than outside of them, and the
 * gradient of its batch norm can be wrong. `TF_ENABLE_ONEDNN_OPTS=1` in the environment takes that back. Kernels of convolutions name
 * oneDNN's where it is the faster.
 */
export function askForOwnOperations(): void {
  if (Deno.env.get("TF_ENABLE_ONEDNN_OPTS") === undefined) Deno.env.set("TF_ENABLE_ONEDNN_OPTS", "0");
}

/** Whether the processor has vectors of 512 bits; on Linux only, as the library is. */
export function hasAvx512(): boolean {
  try {
    return /^flags\s*:.*\bavx512f\b/m.test(Deno.readTextFileSync("/proc/cpuinfo"));
  } catch {
    return false; // not Linux, or not permitted
  }
}
