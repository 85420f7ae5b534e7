import type { Random } from "../core/random.ts";
import { checkObject, checkOneOf } from "../core/checks.ts";
import { convnet, type ConvnetOptions } from "./convnet.ts";
import type { Encoder } from "./encoder.ts";
import { resnet, type ResnetOptions } from "./resnet.ts";

/** A network as plain data, so that it can be written down and hashed. */
export type EncoderSettings = ({ name: "convnet" } & ConvnetOptions) | ({ name: "resnet" } & ResnetOptions);

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
  checkOneOf("encoder", settings.name, ["convnet", "resnet"]);
  if (settings.name === "convnet") {
    const { name: _, ...options } = settings;
    return convnet(options, random);
  }
  const { name: _, ...options } = settings;
  return resnet(options, random);
}
