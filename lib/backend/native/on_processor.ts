/**
 * Asks TensorFlow, before it is loaded, for oneDNN's convolutions on every x86 processor. By itself it takes them only where
 * there are instructions for neural networks (AVX512_VNNI and the like), and without them Eigen's, which are slower on processors
 * with AVX2 as well. `TF_ENABLE_ONEDNN_OPTS=0` in the environment takes that back.
 */
export function askForOneDnn(): void {
  if (Deno.build.arch !== "x86_64" || Deno.env.get("TF_ENABLE_ONEDNN_OPTS") !== undefined) return;
  Deno.env.set("TF_ENABLE_ONEDNN_OPTS", "1");
}
