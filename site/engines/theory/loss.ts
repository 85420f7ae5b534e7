import * as tf from "@tensorflow/tfjs";
import { negativeKinds } from "@hscl/hscl/core";
import type { NegativeKind } from "@hscl/hscl";
import { hardeningFromSettings, type HardeningSettings } from "@hscl/hscl/hardening";
import { contrastiveLoss } from "@hscl/hscl/losses";

/** Points with their classes, and how they are scored. */
export interface Points {
  /** `[n, dim]`, row-major. */
  values: Float64Array;
  dim: number;
  labels: readonly number[];
  hardening: HardeningSettings;
  temperature: number;
  /** `Q`. */
  negativeWeight: number;
}

/**
 * A loss of points as the theory has it, on which it can be differentiated: the positives of an anchor are all others of its
 * class, and each anchor counts alike.
 */
export function limitLoss(
  points: tf.Tensor2D,
  kind: NegativeKind,
  settings: Omit<Points, "values">,
): tf.Scalar {
  const { labels, temperature, negativeWeight } = settings, { byLabel, hardened } = negativeKinds[kind];
  return contrastiveLoss(points, [], {
    labels,
    positives: "label",
    negatives: byLabel ? "different-label" : "all",
    reduction: "anchors",
    hardening: hardened ? hardeningFromSettings(settings.hardening) : undefined,
    temperature,
    negativeWeight,
  }) as tf.Scalar;
}

/** The gradient of a loss on every point, `[n, dim]`. */
export function gradient({ values, ...settings }: Points, kind: NegativeKind): Float32Array {
  return tf.tidy(() => {
    const points = tf.tensor2d(Float32Array.from(values), [settings.labels.length, settings.dim]);
    return tf.grad((x) => limitLoss(x as tf.Tensor2D, kind, settings))(points).dataSync() as Float32Array;
  });
}
