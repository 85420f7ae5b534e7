import { fileURLToPath } from "node:url";
import type { NativeVariant } from "../../lib/backend/native/locate.ts";

/** The files that a variant is made of: TensorFlow's wheel, and for GPUs NVIDIA's. For Linux on x86-64. */
export interface Wheels {
  /** Path of a requirements file, which pins each file by its SHA-256. */
  requirements: string;
  /** What comes over the network. */
  download: string;
  /** What stays on the disk, and what is taken up meanwhile. */
  disk: string;
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The wheels of each variant. */
export const wheels: Record<NativeVariant, Wheels> = {
  cpu: {
    requirements: path("./requirements-cpu.txt"),
    download: "274 MB",
    disk: "0.85 GB on disk, 1.7 GB while it unpacks",
  },
  gpu: {
    requirements: path("./requirements-gpu.txt"),
    download: "3.4 GB",
    disk: "5.6 GB on disk, 10 GB while it unpacks",
  },
};

/** What the pinned wheels are made for. They are asked for by name: the Python here may be another, or older. */
export const wheelTags = {
  python: "3.13",
  implementation: "cp",
  abi: "cp313",
  platforms: ["2_27", "2_25", "2_17", "2_12"].map((glibc) => `manylinux_${glibc}_x86_64`),
  /** uv's word for all of these. */
  uvPlatform: "x86_64-manylinux_2_28",
} as const;

/** Why the wheels are of no use on a system, if they are not. */
export function whyNoWheels({ os, arch }: Pick<typeof Deno.build, "os" | "arch">): string | undefined {
  return os === "linux" && arch === "x86_64"
    ? undefined
    : `the wheels are for Linux x86-64, and this is ${os} ${arch}`;
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
