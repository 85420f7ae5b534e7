import * as tf from "@tensorflow/tfjs";
import { normalizeRows, Random } from "@hscl/hscl/core";
import type { NegativeKind } from "@hscl/hscl";
import { collapseGeometry, representationGeometry } from "@hscl/hscl/theory";
import { limitLoss, type Points } from "./loss.ts";

/** Steps of gradient descent under one loss. */
export interface LearnRequest extends Points {
  kind: NegativeKind;
  learningRate: number;
  steps: number;
}

/** How points lie. */
export interface Measures {
  /** The loss that is minimised. */
  loss: number;
  /** Of the classes around their means. */
  spread: number;
  /** Of the cosines of class means from those of a simplex. */
  equalInnerProducts: number;
  uniformity: number;
}

/** The points afterwards, and how they lie. */
export interface LearnAnswer {
  values: Float64Array;
  measures: Measures;
}

/** Moves points by gradient descent, each back to unit length after a step. */
export function learn({ kind, learningRate, steps, values, ...settings }: LearnRequest): LearnAnswer {
  const shape: [number, number] = [settings.labels.length, settings.dim];
  const points = tf.variable(tf.tensor2d(Float32Array.from(values), shape));
  const descent = tf.train.sgd(learningRate);
  try {
    for (let step = 0; step < steps; step++) {
      tf.tidy(() => {
        descent.minimize(() => limitLoss(points as tf.Tensor2D, kind, settings), false, [points]);
        points.assign(normalizeRows(points as tf.Tensor2D));
      });
    }
    const [loss] = tf.tidy(() => limitLoss(points as tf.Tensor2D, kind, settings).dataSync());
    const moved = Float64Array.from(points.dataSync());
    return { values: moved, measures: { loss, ...geometry(moved, settings) } };
  } finally {
    points.dispose();
    descent.dispose();
  }
}

function geometry(values: Float64Array, { dim, labels }: Omit<Points, "values">): Omit<Measures, "loss"> {
  const { withinClassSpread, equalInnerProducts } = collapseGeometry(values, dim, labels);
  const { uniformity } = representationGeometry(values, dim, labels);
  return { spread: withinClassSpread, equalInnerProducts, uniformity };
}

/** What points to begin with. */
export interface ScatterRequest {
  dim: number;
  count: number;
  seed: number;
}

/** Points anywhere on the circle or the sphere. */
export function scatter({ dim, count, seed }: ScatterRequest): Float64Array {
  const random = new Random(seed).child("points");
  const normals = Array.from({ length: count * dim }, () => random.normal());
  return Float64Array.from(tf.tidy(() => normalizeRows(tf.tensor2d(normals, [count, dim])).dataSync()));
}
