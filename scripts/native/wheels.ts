import type { NativeVariant } from "../../lib/backend/native/locate.ts";
import wheels from "./wheels.json" with { type: "json" };

/** A file on PyPI, pinned: whatever is downloaded must be these bytes. */
export interface Wheel {
  /** The package it belongs to. */
  package: string;
  /** File name, which holds the version. */
  file: string;
  bytes: number;
  sha256: string;
}

/** The wheels that a variant is made of: TensorFlow, and for GPUs NVIDIA's libraries. For Linux on x86-64. */
export function wheelsOf(variant: NativeVariant): readonly Wheel[] {
  return wheels[variant];
}

// Python's half of TensorFlow, headers and the like stay behind.
const wanted = [
  /^tensorflow\/libtensorflow_(cc|framework)\.so\.\d+$/,
  /^nvidia\/[^/]+\/lib\/[^/]+\.so(\.\d+)*$/,
  /^nvidia\/cuda_nvcc\/(bin|nvvm\/libdevice)\/[^/]+$/,
  /^tensorflow\/THIRD_PARTY_NOTICES\.txt$/,
  /^nvidia_[^/]+\.dist-info\/(licenses\/)?License[^/]*$/i,
];

/** Whether a file of a wheel is needed to compute. */
export function isWanted(name: string): boolean {
  return wanted.some((pattern) => pattern.test(name));
}
