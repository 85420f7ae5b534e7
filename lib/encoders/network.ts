import type { Random } from "../core/random.ts";
import type { ImageShape } from "../data/dataset.ts";
import type { Encoder } from "./encoder.ts";

/** A network as the toolkit sees it: settings, flags, help and labels are made of it. */
export interface Network<O extends object = object> {
  /** How figures call it. */
  readonly label: string;
  /** Its options for images of a shape; smaller ones for a first look, if it has any. */
  optionsFor(shape: ImageShape, size: "small" | "usual"): O;
  /** Its options with so many times the channels or units in each layer before the head, if it has a width. */
  widened?(options: O, factor: number): O;
  /** The network with initial weights from a stream. */
  make(options: O, random: Random): Encoder;
  /** What it takes, where that is a lot. */
  readonly cost?: {
    /** Multiply-adds of a forward pass of an image of 32 × 32 pixels. */
    readonly multiplyAdds: number;
    /** Bytes that a training step holds for such an image, both views, as measured. */
    readonly bytes: number;
  };
}

/** So many times the channels of a layer, in whole ones, at least one. */
export function scaledWidth(width: number, factor: number): number {
  return Math.max(1, Math.round(width * factor));
}
