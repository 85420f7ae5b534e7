import type { ImageShape } from "../../mod.ts";
import type { EncoderSettings } from "../../lib/encoders/mod.ts";

/** Names of the presets. */
export const presetNames = ["smoke", "default", "paper"] as const;

/** Name of a preset. */
export type PresetName = typeof presetNames[number];

/** Names of the networks. */
export const encoderNames = ["convnet", "resnet18", "resnet50"] as const;

/** Name of a network. */
export type EncoderName = typeof encoderNames[number];

/** How figures name the networks. */
export const encoderLabels: Record<EncoderName, string> = {
  convnet: "small convnet",
  resnet18: "ResNet-18",
  resnet50: "ResNet-50",
};

/** What a preset decides unless a flag says otherwise. */
export interface Preset {
  encoder: EncoderName;
  seeds: number;
  epochs: number;
  batchSize: number;
  /** All images if absent. */
  trainImages?: number;
  testImages?: number;
}

/** The preset's numbers; those of `paper` are the defaults of the paper's code (`main.py`), which trains one seed. */
export function presetOf(name: PresetName): Preset {
  switch (name) {
    case "smoke":
      return { encoder: "convnet", seeds: 2, epochs: 2, batchSize: 32, trainImages: 500, testImages: 500 };
    case "default":
      return { encoder: "convnet", seeds: 4, epochs: 4, batchSize: 64, trainImages: 8000, testImages: 2000 };
    case "paper":
      return { encoder: "resnet50", seeds: 1, epochs: 200, batchSize: 256 };
  }
}

/**
 * The network for a data set: the small one gets more channels for colour images, but not for a first look; the residual
 * ones have the stem for small images and the projection head of the paper's code.
 */
export function encoderFor(name: EncoderName, preset: PresetName, { channels }: ImageShape): EncoderSettings {
  if (name !== "convnet") {
    return {
      name: "resnet",
      depth: name === "resnet18" ? 18 : 50,
      stem: "cifar",
      channels,
      head: { hidden: 512, output: 128 },
    };
  }
  return channels === 3 && preset !== "smoke"
    ? {
      name: "convnet",
      channels,
      widths: [32, 64, 128],
      strides: [2, 2, 2],
      head: { hidden: 128, output: 128 },
    }
    : {
      name: "convnet",
      channels,
      widths: [16, 32, 64],
      strides: [2, 2, 2],
      head: { hidden: 64, output: 64 },
    };
}

/** What decides how much a training asks of the machine. */
export interface TrainingSize {
  encoder: EncoderName;
  backend: string;
  data: { shape: ImageShape; train: { count: number } };
  runs: number;
  epochs: number;
  batchSize: number;
}

// With the stem for small images, per image of 32 × 32: multiply-adds of a forward pass, and the memory that a training
// step holds for both views (as measured; TensorFlow.js keeps all maps and their gradients until the step ends).
const costs = {
  resnet18: { multiplyAdds: 0.56e9, bytes: 40e6 },
  resnet50: { multiplyAdds: 1.3e9, bytes: 220e6 },
};

// Floating-point operations a second that a training reaches on one core, rounded down.
const rates: Record<string, number> = { wasm: 20e9, tensorflow: 40e9, cpu: 0.2e9 };

const WASM_BYTES = 4 * 2 ** 30;

/** What to expect of a residual network before it starts: memory and, on the processor, time. Nothing if it is little. */
export function costWarnings(size: TrainingSize): string[] {
  const { encoder, backend, data, runs, epochs, batchSize } = size;
  if (encoder === "convnet") return [];
  const { multiplyAdds, bytes } = costs[encoder], scale = data.shape.height * data.shape.width / 1024;
  const label = encoderLabels[encoder], warnings: string[] = [];
  const perImage = bytes * scale, needed = batchSize * perImage;
  if (needed > WASM_BYTES) {
    const gigabytes = `a batch of ${batchSize} takes ${label} about ${Math.round(needed / 1e9)} GB of memory`;
    const most = Math.floor(WASM_BYTES / perImage);
    warnings.push(
      backend === "wasm"
        ? `${gigabytes}, and WebAssembly has 4: try --batch-size ${most} or less`
        : gigabytes,
    );
  }
  // Two operations per multiply-add, two views, and a backward pass twice as long as the forward one.
  const operations = runs * epochs * data.train.count * 2 * 2 * 3 * multiplyAdds * scale;
  const hours = operations / (rates[backend] ?? Infinity) / 3600;
  if (hours >= 1) {
    const duration = hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
    const onProcessor = backend === "tensorflow" ? ", unless it has a GPU" : "; a GPU is the place for it";
    warnings.push(`${label} on ${backend} will take about ${duration} of one core's time${onProcessor}`);
  }
  return warnings;
}
