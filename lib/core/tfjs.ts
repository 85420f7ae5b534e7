/**
 * TensorFlow.js, for all of the library's files: in a folder with `node_modules`, Deno looks through that about once for each file that
 * imports a package.
 */
export * from "@tensorflow/tfjs";
