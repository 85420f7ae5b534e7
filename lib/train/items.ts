import * as tf from "../core/tfjs.ts";
import type { Random } from "../core/random.ts";
import type { Tensor4D } from "../core/tensors.ts";
import type { ImageSet, ImageShape } from "../data/dataset.ts";
import type { ViewMaker } from "./views.ts";

/** The views of the items of a batch: one or two. */
export interface BatchViews<Input> {
  /** First views. */
  view1: Input;
  /** Second views, in the same order; none where there is a single view of each item. */
  view2?: Input;
  /** What they hold, for who looks for the cause of a loss that is no number. */
  describe(): string;
  /** Frees them. */
  dispose(): void;
}

/** What is learned from: items with labels, and views of some of them. */
export interface TrainingItems<Input> {
  /** What they are, in the plural. */
  what: string;
  /** How many. */
  count: number;
  /** One per item. */
  labels: Int32Array;
  /**
   * Views of some of them.
   *
   * @param streamOf the streams of the step, by their names
   */
  views(items: Int32Array, streamOf: (name: string) => Random): BatchViews<Input>;
}

/** Images, and views of them. */
export function imageItems(set: ImageSet, shape: ImageShape, maker: ViewMaker): TrainingItems<Tensor4D> {
  return {
    what: "images",
    count: set.count,
    labels: set.labels,
    views: (items, streamOf) => {
      const pixels = maker.views(items, streamOf("views"), streamOf("partners"));
      const dims: [number, number, number, number] = [
        items.length,
        shape.height,
        shape.width,
        shape.channels,
      ];
      const view1 = tf.tensor4d(pixels.view1, dims), view2 = pixels.view2 && tf.tensor4d(pixels.view2, dims);
      return {
        view1,
        view2,
        describe: () => describePixels(pixels.view2 ? [pixels.view1, pixels.view2] : [pixels.view1]),
        dispose: () => tf.dispose(view2 ? [view1, view2] : [view1]),
      };
    },
  };
}

function describePixels(views: readonly Float32Array[]): string {
  return views.map((view, i) => {
    let least = Infinity, most = -Infinity, sum = 0, notFinite = 0;
    for (const value of view) {
      if (!Number.isFinite(value)) notFinite++;
      else {
        least = Math.min(least, value);
        most = Math.max(most, value);
        sum += value;
      }
    }
    const mean = sum / Math.max(view.length - notFinite, 1);
    return `view ${i + 1}: pixels ${least.toFixed(3)} … ${most.toFixed(3)}, mean ${mean.toFixed(3)}, ` +
      `${notFinite} not finite`;
  }).join("; ");
}
