import type { ConvnetOptions, ImageShape } from "hscl";
import { UsageError } from "../cli/mod.ts";

/** Names of the presets. */
export const presetNames = ["smoke", "default", "paper"] as const;

/** Name of a preset. */
export type PresetName = typeof presetNames[number];

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
export function presetOf(name: PresetName): Preset {
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

/** The small encoder for a data set: colour images get more channels, but not for a first look. */
export function encoderFor(
  preset: PresetName,
  { channels }: ImageShape,
): { name: "convnet" } & ConvnetOptions {
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
