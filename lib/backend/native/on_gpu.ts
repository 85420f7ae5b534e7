import { libraryNames } from "./binding/c_api.ts";

/**
 * Asks TensorFlow, before it is loaded, for operations on GPUs that give the same numbers every time; otherwise cuDNN may
 * add in whatever order threads come. `TF_DETERMINISTIC_OPS=0` in the environment takes that back.
 */
export function askForSameNumbers(): void {
  if (Deno.env.get("TF_DETERMINISTIC_OPS") === undefined) Deno.env.set("TF_DETERMINISTIC_OPS", "1");
}

const functions = {
  // tsl::enable_tensor_float_32_execution(bool), of which there is no C function.
  enableTf32: {
    name: "_ZN3tsl32enable_tensor_float_32_executionEb",
    parameters: ["bool"],
    result: "void",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * Has products and convolutions on GPUs read all 23 bits of float32's mantissa, as the other backends do. TensorFlow by
 * itself lets tensor cores read 10 of them (TF32), which is faster: `HSCL_TF32=1` in the environment leaves it at that.
 *
 * @param folder of TensorFlow's libraries, which are loaded
 */
export function multiplyInFull(folder: string): void {
  const { symbols } = Deno.dlopen(`${folder}/${libraryNames[1]}`, functions);
  symbols.enableTf32(Deno.env.get("HSCL_TF32") === "1");
}
