import { checkNumber, checkObject, checkOneOf } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import { SettingsError } from "../core/settings_error.ts";
import type { ImageShape } from "../data/dataset.ts";
import type { Encoder } from "./encoder.ts";
import type { Network } from "./network.ts";
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

/**
 * The settings of a network for images of a shape; those of a smaller one, if there is any, for a first look.
 *
 * @param width so many times the channels of each layer before the head, rounded; 1 if left out
 * @throws {SettingsError} if the network has no width
 */
export function encoderSettings(
  name: NetworkName,
  shape: ImageShape,
  size: "small" | "usual" = "usual",
  width = 1,
): EncoderSettings {
  const network = networkOf(name), options = network.optionsFor(shape, size);
  if (width === 1) return { name, ...options } as EncoderSettings;
  checkNumber("width", width, { above: 0 });
  if (network.widened) return { name, ...network.widened(options, width) } as EncoderSettings;
  throw new SettingsError(`--width must be 1 for ${network.label}, which has none: received ${width}`);
}
