import type * as tf from "@tensorflow/tfjs";

/** A compute shader as TensorFlow.js' WebGPU backend runs it. */
export interface Program {
  /** Names of the inputs in the shader, where each is an array of numbers. */
  variableNames: string[];
  /** Declarations of what it is told besides, e.g. `rows : i32,`. */
  uniforms: string;
  /** Shape of the output, in the shader an array of numbers named `result`. */
  outputShape: number[];
  /** The same for programs whose code is the same. */
  shaderKey: string;
  /** Axes of the output along the axes of the dispatch. */
  dispatchLayout: { x: number[]; y?: number[]; z?: number[] };
  /** Workgroups along each axis. */
  dispatch: [number, number, number];
  /** Threads of a workgroup along each axis. */
  workgroupSize: [number, number, number];
  /** Whether `uniforms.size` is the size of the output. */
  size?: boolean;
  /** The shader. */
  getUserCode(): string;
}

/** What of TensorFlow.js' WebGPU backend the kernels of this room need. */
export interface WebgpuBackend {
  /** Up to so many workgroups, products are computed in ways that make more of them. */
  thresholdToIncreaseWorkgroups: number;
  /** Runs a program; gives its output. */
  runWebGPUProgram(
    program: Program,
    inputs: tf.TensorInfo[],
    type: "float32",
    uniforms: { type: "int32"; data: number[] }[],
  ): tf.TensorInfo;
  /** Frees a tensor's numbers. */
  disposeData(data: tf.TensorInfo["dataId"]): void;
}

/** What a kernel is called with. */
export interface KernelArguments<Inputs, Attributes> {
  inputs: Inputs;
  attrs: Attributes;
  backend: WebgpuBackend;
}
