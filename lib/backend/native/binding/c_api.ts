import { withoutStderr } from "./quiet.ts";

/** `TF_Output`: a node of a graph, and which of its results. */
const output = { struct: ["pointer", "i32"] } as const;

/**
 * The parts of TensorFlow's C API (`tensorflow/c/c_api.h`, `tensorflow/c/eager/c_api.h`) that eager execution needs, and functions
 * that are made of it.
 */
const functions = {
  TF_Version: { parameters: [], result: "pointer" },
  TF_NewStatus: { parameters: [], result: "pointer" },
  TF_GetCode: { parameters: ["pointer"], result: "i32" },
  TF_Message: { parameters: ["pointer"], result: "pointer" },
  TF_AllocateTensor: { parameters: ["i32", "buffer", "i32", "usize"], result: "pointer" },
  TF_DeleteTensor: { parameters: ["pointer"], result: "void" },
  TF_TensorData: { parameters: ["pointer"], result: "pointer" },
  TF_TensorByteSize: { parameters: ["pointer"], result: "usize" },
  TF_DeviceListCount: { parameters: ["pointer"], result: "i32" },
  TF_DeviceListName: { parameters: ["pointer", "i32", "pointer"], result: "pointer" },
  TF_DeviceListType: { parameters: ["pointer", "i32", "pointer"], result: "pointer" },
  TF_DeleteDeviceList: { parameters: ["pointer"], result: "void" },
  TFE_NewContextOptions: { parameters: [], result: "pointer" },
  TFE_ContextOptionsSetConfig: { parameters: ["pointer", "buffer", "usize", "pointer"], result: "void" },
  TFE_DeleteContextOptions: { parameters: ["pointer"], result: "void" },
  TFE_NewContext: { parameters: ["pointer", "pointer"], result: "pointer" },
  TFE_ContextListDevices: { parameters: ["pointer", "pointer"], result: "pointer" },
  TFE_NewTensorHandle: { parameters: ["pointer", "pointer"], result: "pointer" },
  TFE_DeleteTensorHandle: { parameters: ["pointer"], result: "void" },
  TFE_TensorHandleDataType: { parameters: ["pointer"], result: "i32" },
  TFE_TensorHandleNumDims: { parameters: ["pointer", "pointer"], result: "i32" },
  TFE_TensorHandleDim: { parameters: ["pointer", "i32", "pointer"], result: "i64" },
  TFE_TensorHandleResolve: { parameters: ["pointer", "pointer"], result: "pointer" },
  TFE_TensorHandleCopyToDevice: {
    parameters: ["pointer", "pointer", "pointer", "pointer"],
    result: "pointer",
  },
  TFE_NewOp: { parameters: ["pointer", "pointer", "pointer"], result: "pointer" },
  TFE_DeleteOp: { parameters: ["pointer"], result: "void" },
  TFE_OpAddInput: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  TFE_OpSetAttrString: { parameters: ["pointer", "pointer", "buffer", "usize"], result: "void" },
  TFE_OpSetAttrStringList: {
    parameters: ["pointer", "pointer", "buffer", "buffer", "i32"],
    result: "void",
  },
  TFE_OpSetAttrInt: { parameters: ["pointer", "pointer", "i64"], result: "void" },
  TFE_OpSetAttrIntList: { parameters: ["pointer", "pointer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrFloat: { parameters: ["pointer", "pointer", "f32"], result: "void" },
  TFE_OpSetAttrFloatList: { parameters: ["pointer", "pointer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrBool: { parameters: ["pointer", "pointer", "u8"], result: "void" },
  TFE_OpSetAttrBoolList: { parameters: ["pointer", "pointer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrType: { parameters: ["pointer", "pointer", "i32"], result: "void" },
  TFE_OpSetAttrTypeList: { parameters: ["pointer", "pointer", "buffer", "i32"], result: "void" },
  TFE_OpSetAttrShape: { parameters: ["pointer", "pointer", "buffer", "i32", "pointer"], result: "void" },
  TFE_Execute: { parameters: ["pointer", "buffer", "buffer", "pointer"], result: "void" },
  TFE_ContextAddFunction: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  TFE_ContextRemoveFunction: { parameters: ["pointer", "pointer", "pointer"], result: "void" },
  TF_NewGraph: { parameters: [], result: "pointer" },
  TF_DeleteGraph: { parameters: ["pointer"], result: "void" },
  TF_NewBuffer: { parameters: [], result: "pointer" },
  TF_DeleteBuffer: { parameters: ["pointer"], result: "void" },
  TF_GraphGetOpDef: { parameters: ["pointer", "pointer", "pointer", "pointer"], result: "void" },
  TF_GraphGetTensorNumDims: { parameters: ["pointer", output, "pointer"], result: "i32" },
  TF_GraphGetTensorShape: { parameters: ["pointer", output, "buffer", "i32", "pointer"], result: "void" },
  TF_NewOperation: { parameters: ["pointer", "pointer", "pointer"], result: "pointer" },
  TF_FinishOperation: { parameters: ["pointer", "pointer"], result: "pointer" },
  TF_AddInput: { parameters: ["pointer", output], result: "void" },
  TF_AddInputList: { parameters: ["pointer", "buffer", "i32"], result: "void" },
  TF_AddControlInput: { parameters: ["pointer", "pointer"], result: "void" },
  TF_OperationOutputType: { parameters: [output], result: "i32" },
  TF_SetAttrString: { parameters: ["pointer", "pointer", "buffer", "usize"], result: "void" },
  TF_SetAttrStringList: { parameters: ["pointer", "pointer", "buffer", "buffer", "i32"], result: "void" },
  TF_SetAttrInt: { parameters: ["pointer", "pointer", "i64"], result: "void" },
  TF_SetAttrIntList: { parameters: ["pointer", "pointer", "buffer", "i32"], result: "void" },
  TF_SetAttrFloat: { parameters: ["pointer", "pointer", "f32"], result: "void" },
  TF_SetAttrFloatList: { parameters: ["pointer", "pointer", "buffer", "i32"], result: "void" },
  TF_SetAttrBool: { parameters: ["pointer", "pointer", "u8"], result: "void" },
  TF_SetAttrBoolList: { parameters: ["pointer", "pointer", "buffer", "i32"], result: "void" },
  TF_SetAttrType: { parameters: ["pointer", "pointer", "i32"], result: "void" },
  TF_SetAttrTypeList: { parameters: ["pointer", "pointer", "buffer", "i32"], result: "void" },
  TF_SetAttrShape: { parameters: ["pointer", "pointer", "buffer", "i32"], result: "void" },
  TF_SetAttrTensor: { parameters: ["pointer", "pointer", "pointer", "pointer"], result: "void" },
  TF_GraphToFunction: {
    parameters: [
      "pointer", // graph
      "pointer", // name
      "u8", // append a hash to it?
      "i32", // how many nodes, -1 for all
      "pointer", // nodes
      "i32", // how many inputs
      "buffer", // inputs
      "i32", // how many outputs
      "buffer", // outputs
      "pointer", // their names
      "pointer", // options
      "pointer", // description
      "pointer", // status
    ],
    result: "pointer",
  },
  TF_DeleteFunction: { parameters: ["pointer"], result: "void" },
  // The C library's own; a library finds those that it is linked to, too.
  copyIn: { name: "memcpy", parameters: ["pointer", "buffer", "usize"], result: "pointer" },
  copyOut: { name: "memcpy", parameters: ["buffer", "pointer", "usize"], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

/** TensorFlow's C functions. */
export type CApi = Deno.DynamicLibrary<typeof functions>["symbols"];

const loader = {
  dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

// RTLD_NOW | RTLD_DEEPBIND | RTLD_NODELETE
const OWN_SYMBOLS_FOR_GOOD = 0x2 | 0x8 | 0x1000;

/** File names of TensorFlow's libraries; the first needs the second, which it finds beside it. */
export const libraryNames = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;

/** Loads the libraries in `folder` and finds their functions. They stay loaded until the process ends. */
export function openCApi(folder: string): CApi {
  const path = `${folder}/${libraryNames[0]}`;
  return withoutStderr(() => {
    // Deno unloads libraries when it ends, while TensorFlow's threads still run its code: that would crash. So would
    // the LLVM of a graphics driver that was loaded before, in place of the one that TensorFlow brings.
    const { dlopen } = Deno.dlopen("libdl.so.2", loader).symbols;
    dlopen(new TextEncoder().encode(`${path}\0`), OWN_SYMBOLS_FOR_GOOD);
    return Deno.dlopen(path, functions).symbols;
  });
}
