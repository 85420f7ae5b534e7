import { models } from "../models.ts";
import type { Form, TheoryWork, Work } from "./protocol.ts";

/** Names of the pieces of work, as `--only` takes them. */
export const rowNames = [
  "convnet",
  "resnet18",
  "loss",
  "large",
  "supcon",
  "theory",
  "fig1",
  "figure",
  "memory",
] as const;

/** A limit on the ratio of our time to that of the fastest of some forms. */
export interface Goal {
  against: readonly Form[];
  /** Absent where the ratio is only recorded. */
  limit?: number;
}

/** One piece of work on one of our backends. */
export interface Row {
  name: typeof rowNames[number];
  title: string;
  backend: "wasm" | "tensorflow";
  work: Work;
  /** Done this often in one sample, where once would be too short to time. */
  iterations: number;
  goals: readonly Goal[];
  /** Measured turns at most, of work that takes long. */
  turns?: number;
  /** On how much memory the work takes, in terms of that of a form. */
  memory?: { against: Form; limit: number };
}

const images = { kind: "step", batch: 64, size: 32, classes: 10, form: "library" } as const;
const convnetStep: Work = { ...images, encoder: models.convnet };
const resnetStep: Work = { ...images, encoder: models.resnet18 };
const lossWork: Work = { kind: "loss", batch: 512, dim: 128, classes: 10, form: "library" };

/** The statistics of all pairs of this many embeddings of 128 dimensions, with five strengths of hardening. */
export function theoryWork(count: number): TheoryWork {
  return { kind: "theory", count, dim: 128, classes: 10, betas: [0.5, 1, 2, 5, 10], form: "library" };
}

const layouts = ["contiguous", "channels_last"] as const;
const steps = {
  convnet: { title: "training step, 3 convolutions, 64 images × 2 views", work: convnetStep, iterations: 4 },
  resnet18: {
    title: "training step, ResNet-18 (CIFAR stem), 64 images × 2 views",
    work: resnetStep,
    iterations: 1,
  },
};
const loss = { title: "H-SCL forward and backward, 2B = 1024, d = 128", work: lossWork, iterations: 20 };
const supConLoss = {
  title: "SupCon forward and backward, 2B = 1024, d = 128",
  work: { ...lossWork, loss: "supCon" },
  iterations: 20,
  goals: [{ against: ["metric_learning"], limit: 0.7 }],
} as const;

/** H-SCL of many embeddings, both views together. */
function largeLoss(embeddings: number) {
  return {
    title: `H-SCL forward and backward, 2B = ${embeddings}, d = 128`,
    work: { ...lossWork, batch: embeddings / 2 },
    iterations: 1,
    turns: 3,
    goals: [{ against: ["vectorised"], limit: 1 }],
    memory: { against: "vectorised", limit: 0.2 },
  } as const;
}

const theory = {
  title: "all pairs of 10,000 embeddings, d = 128, 5 values of β",
  work: theoryWork(10_000),
  iterations: 1,
  goals: [{ against: ["product"], limit: 3 }, { against: ["blocks"], limit: 1 }] satisfies Goal[],
};

/** Everything that is compared with PyTorch, with the goals of this project. */
export const rows: readonly Row[] = [
  { name: "convnet", backend: "wasm", ...steps.convnet, goals: [{ against: layouts, limit: 2.2 }] },
  { name: "resnet18", backend: "wasm", ...steps.resnet18, goals: [{ against: layouts, limit: 1.7 }] },
  {
    name: "loss",
    backend: "wasm",
    ...loss,
    goals: [{ against: ["paper"], limit: 0.35 }, { against: ["vectorised"], limit: 1 }],
  },
  { name: "large", backend: "wasm", ...largeLoss(4096) },
  { name: "large", backend: "wasm", ...largeLoss(16_384) },
  { name: "supcon", backend: "wasm", ...supConLoss },
  {
    name: "convnet",
    backend: "tensorflow",
    ...steps.convnet,
    goals: [{ against: layouts, limit: 1 }],
  },
  {
    name: "resnet18",
    backend: "tensorflow",
    ...steps.resnet18,
    goals: [{ against: layouts, limit: 0.95 }],
  },
  {
    name: "loss",
    backend: "tensorflow",
    ...loss,
    goals: [{ against: ["paper"], limit: 0.17 }, { against: ["vectorised"], limit: 0.6 }],
  },
  { name: "large", backend: "tensorflow", ...largeLoss(4096) },
  { name: "large", backend: "tensorflow", ...largeLoss(16_384) },
  { name: "supcon", backend: "tensorflow", ...supConLoss },
  { name: "theory", backend: "wasm", ...theory },
  { name: "theory", backend: "tensorflow", ...theory },
];
