import type { ConvnetOptions, ImageShape } from "hscl";
import { UsageError } from "../cli/mod.ts";

/** Names of the presets. */
export const presetNames = ["smoke", "default", "paper"] as const;

/** What a preset decides unless a flag says otherwise. */
export interface Preset {
  seeds: number;
  epochs: number;
  batchSize: number;
  /** All images if absent. */
  trainImages?: number;
  testImages?: number;
}

/** The preset's numbers. */
export function presetOf(name: typeof presetNames[number]): Preset {
  switch (name) {
    case "smoke":
      return { seeds: 2, epochs: 2, batchSize: 32, trainImages: 500, testImages: 500 };
    case "default":
      return { seeds: 4, epochs: 3, batchSize: 32, trainImages: 2500, testImages: 2000 };
    case "paper":
      throw new UsageError(
        "--preset paper trains a ResNet-50, which this version does not have yet; use default, or smoke for a first look",
      );
  }
}

/** The small encoder for a data set: colour images get more channels. */
export function encoderFor({ channels }: ImageShape): { name: "convnet" } & ConvnetOptions {
  return channels === 3
    ? {
      name: "convnet",
      channels,
      widths: [32, 64, 128],
      strides: [1, 2, 2],
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
