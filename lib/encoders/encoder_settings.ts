import { checkInteger, checkNumber, checkObject, checkOneOf, checkOptions } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import { SettingsError } from "../core/settings_error.ts";
import type { ImageShape } from "../data/dataset.ts";
import type { Encoder } from "./encoder.ts";
import type { Network } from "./network.ts";
import { type EmbeddingSpace, embeddingSpaces, type ProjectionHeadOptions } from "./projection_head.ts";
import { type NetworkName, networkNames, networkOf, type networks } from "./networks.ts";

/** The options of a network. */
export type NetworkOptions<N extends NetworkName> = typeof networks[N] extends Network<infer O> ? O : never;

/** A network as plain data, so that it can be written down and hashed: its name and its options. */
export type EncoderSettings = {
  [N in NetworkName]: NetworkOptions<N> & {
    /** Which network. */
    name: N;
  };
}[NetworkName];

/**
 * The network that settings describe.
 *
 * @param random stream that the initial weights come from
 * @throws {RangeError} if the name is unknown or a setting out of range
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, Random } from "@hscl/hscl";
 * import { encoderFromSettings } from "@hscl/hscl/encoders";
 * await initBackend({ backend: "cpu" });
 * const head = { hidden: 8, output: 4 };
 * const encoder = encoderFromSettings({ name: "convnet", channels: 1, widths: [4], strides: [2], head }, new Random(0));
 * assertEquals(encoder.featureDim, 4);
 * encoder.dispose();
 * ```
 */
export function encoderFromSettings(settings: EncoderSettings, random: Random): Encoder {
  checkObject("options", settings);
  const { name, ...options } = settings;
  return networkOf(checkOneOf("encoder", name, networkNames)).make(options, random);
}

/** What of a network should be other than usual. */
export interface EncoderChanges {
  /** So many times the channels of each layer before the head, rounded; 1 if left out. */
  readonly width?: number;
  /** Length of the embedding; the network's own if left out. */
  readonly headDim?: number;
  /** Where embeddings lie; on the sphere if left out. */
  readonly embedding?: EmbeddingSpace;
}

/**
 * The settings of a network for images of a shape; those of a smaller one, if there is any, for a first look.
 *
 * @throws {SettingsError} if the network has no width, or no projection head
 * @throws {RangeError} if a number is out of range
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encoderSettings } from "@hscl/hscl/encoders";
 * const shape = { height: 32, width: 32, channels: 3 };
 * const settings = encoderSettings("resnet8", shape, "usual", { headDim: 9, embedding: "ball" });
 * const head = { hidden: 128, output: 9, embedding: "ball" } as const;
 * assertEquals(settings, { name: "resnet8", channels: 3, stem: "strided", head });
 * ```
 */
export function encoderSettings(
  name: NetworkName,
  shape: ImageShape,
  size: "small" | "usual" = "usual",
  changes: EncoderChanges = {},
): EncoderSettings {
  const { width = 1, headDim, embedding = "sphere" } = checkOptions(changes, {
    width: true,
    headDim: true,
    embedding: true,
  });
  const network = networkOf(name),
    refuse = (flag: string, usual: string, received: unknown) => {
      throw new SettingsError(
        `${flag} must be ${usual} for ${network.label}, which has none: received ${received}`,
      );
    };
  let options = network.optionsFor(shape, size) as { head?: ProjectionHeadOptions };
  if (width !== 1) {
    if (!network.widened) refuse("--encoder-width", "1", width);
    options = network.widened!(options, checkNumber("width", width, { above: 0 }));
  }
  if (headDim !== undefined) {
    if (!options.head) refuse("--head-dim", "left out", headDim);
    options = {
      ...options,
      head: { ...options.head!, output: checkInteger("head-dim", headDim, { min: 1 }) },
    };
  }
  if (checkOneOf("embedding", embedding, embeddingSpaces) !== "sphere") {
    if (!options.head) refuse("--embedding", "sphere", embedding);
    options = { ...options, head: { ...options.head!, embedding } };
  }
  return { name, ...options } as EncoderSettings;
}
