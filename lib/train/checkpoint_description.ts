import { checkArray, checkInteger, checkObject, checkOptions, checkText } from "../core/checks.ts";
import { VERSION } from "../core/version.ts";
import { type ChannelStatistics, checkStatistics } from "../data/channel_statistics.ts";
import type { ImageShape } from "../data/dataset.ts";
import type { EncoderSettings } from "../encoders/encoder_settings.ts";
import type { LossSettings } from "./loss_settings.ts";
import { version_core as TFJS_VERSION } from "../core/tfjs.ts";

/** What a checkpoint says of itself beside its weights. */
export interface CheckpointDescription {
  /** What the encoder is built from; known of an encoder that is one of the networks. */
  readonly network?: EncoderSettings;
  /** Of the images that it takes. */
  readonly shape?: ImageShape;
  /** What their pixels are normalised by. */
  readonly statistics?: ChannelStatistics;
  /** Names of the classes that it was trained with. */
  readonly classes?: readonly string[];
  /** What it was trained with. */
  readonly loss?: LossSettings;
}

/** The names of {@linkcode CheckpointDescription}. */
const PARTS = { network: true, shape: true, statistics: true, classes: true, loss: true } as const;

/** Raised when older programs would misread what newer ones write. */
const FORMAT = 1;

/** The versions that a checkpoint was written by. */
export interface CheckpointVersions {
  /** This library. */
  readonly library: string;
  /** TensorFlow.js. */
  readonly tensorflow: string;
}

/**
 * Throws unless it can describe a checkpoint.
 *
 * @throws {TypeError} if a part is unknown or of the wrong type
 * @throws {RangeError} if one is out of range
 */
function checkDescription(description: CheckpointDescription): CheckpointDescription {
  const { network, shape, statistics, classes, loss } = checkOptions(description, PARTS);
  if (network !== undefined) checkObject("network", network);
  if (loss !== undefined) checkObject("loss", loss);
  if (shape !== undefined) {
    const { height, width, channels } = checkOptions(shape, { height: true, width: true, channels: true });
    for (const [side, length] of Object.entries({ height, width, channels })) {
      checkInteger(`${side} of an image`, length, { min: 1 });
    }
  }
  // One number per channel, of however many.
  if (statistics !== undefined) checkStatistics(statistics, shape?.channels ?? statistics.mean?.length);
  if (classes !== undefined) {
    checkArray("classes", classes, "names");
    classes.forEach((name) => checkText("name of a class", name));
  }
  return description;
}

/** A description as the text of a file. */
export function descriptionText(description: CheckpointDescription): string {
  const versions: CheckpointVersions = { library: VERSION, tensorflow: TFJS_VERSION };
  return JSON.stringify({ format: FORMAT, versions, ...checkDescription(description) }, null, 1) + "\n";
}

/**
 * What the text of a file says.
 *
 * @throws {Error} if it is no description; the message says what came instead
 */
export function parseDescription(
  text: string,
): { description: CheckpointDescription; versions: CheckpointVersions } {
  let value: { format?: unknown; versions?: CheckpointVersions } | null;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("no JSON");
  }
  const { format, versions, ...description } = value ?? {};
  if (format !== FORMAT) throw new Error(`the format ${format}, which is not ${FORMAT}`);
  if (typeof versions?.library !== "string" || typeof versions.tensorflow !== "string") {
    throw new Error("no versions");
  }
  return { description: checkDescription(description), versions };
}
