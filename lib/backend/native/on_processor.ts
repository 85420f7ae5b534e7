/**
 * Asks TensorFlow, before it is loaded, for its own operations on every processor. By itself it puts oneDNN's in their place where
 * there are instructions for neural networks (AVX512_VNNI and the like), other ones in functions than outside of them, and the
 * gradient of its batch norm can be wrong. `TF_ENABLE_ONEDNN_OPTS=1` in the environment takes that back. Kernels of convolutions name
 * oneDNN's where it is the faster.
 */
export function askForOwnOperations(): void {
  if (Deno.env.get("TF_ENABLE_ONEDNN_OPTS") === undefined) Deno.env.set("TF_ENABLE_ONEDNN_OPTS", "0");
}

const functions = {
  // Of glibc 2.33 and newer (<sys/platform/x86.h>). /proc/cpuinfo says the same to those only who may do anything.
  __x86_get_cpuid_feature_leaf: { parameters: ["u32"], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

/** `CPUID_INDEX_7` of glibc, and where what is usable of its EBX lies: behind four registers as they are, and EAX. */
const LEAF = 1, USABLE_EBX = 5 * 4;

/** Whether the processor and the system have what a bit of EBX of leaf 7 of CPUID says; not where that cannot be told. */
export function hasCpuFeature(bit: number): boolean {
  try {
    const { symbols } = Deno.dlopen("libc.so.6", functions);
    const features = symbols.__x86_get_cpuid_feature_leaf(LEAF);
    return features !== null &&
      (new Deno.UnsafePointerView(features).getUint32(USABLE_EBX) >>> bit & 1) === 1;
  } catch {
    return false;
  }
}

/** Whether it has vectors of 512 bits (AVX512F). */
export function hasAvx512(): boolean {
  return Deno.build.arch === "x86_64" && hasCpuFeature(16);
}
