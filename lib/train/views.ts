import type { Transform } from "../augment/transform.ts";
import { transformImages } from "../augment/two_views.ts";
import { checkOneOf } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import type { ImageSet, ImageShape } from "../data/dataset.ts";
import type { TrainingLoss } from "./loss_settings.ts";

/**
 * What the loss compares of a batch: two views of each image, a single view of each, or a view of it and one of another image of its
 * class, which is drawn anew in every epoch; an image that is the only one of its class has two views then.
 */
export type ViewKind = "two" | "single" | "same-class";

/** The kinds of views. */
export const viewKinds: readonly ViewKind[] = ["two", "single", "same-class"];

/**
 * Throws unless a loss can be of such views.
 *
 * @throws {TypeError} if it cannot
 * @throws {RangeError} if there are no such views
 */
export function checkViews(views: ViewKind, loss: TrainingLoss): ViewKind {
  checkOneOf("views", views, viewKinds);
  if (views !== "single" || loss.ofOneView) return views;
  throw new TypeError(
    "Cannot train on single views as the loss must have its positives by label, such as scl: received one of two views",
  );
}

/** The pixels of a batch: one or two views, `[batch, height, width, channels]`. */
export interface ViewPixels {
  view1: Float32Array;
  view2?: Float32Array;
}

/** Makes the views of batches of a set. */
export class ViewMaker {
  readonly #kind: ViewKind;
  readonly #set: ImageSet;
  readonly #shape: ImageShape;
  readonly #transform: Transform;
  readonly #classes = new Map<number, number[]>();
  /** Where each image is in the list of its class. */
  readonly #places: Int32Array;

  constructor(kind: ViewKind, set: ImageSet, shape: ImageShape, transform: Transform) {
    this.#kind = kind;
    this.#set = set;
    this.#shape = shape;
    this.#transform = transform;
    this.#places = Int32Array.from({ length: kind === "same-class" ? set.count : 0 }, (_, item) => {
      const members = this.#classes.get(set.labels[item]) ?? [];
      this.#classes.set(set.labels[item], members);
      return members.push(item) - 1;
    });
  }

  /**
   * The views of some images.
   *
   * @param random parent of the streams "view1" and "view2" that the transforms draw from
   * @param partners stream of the choice of other images
   */
  views(items: Int32Array, random: Random, partners: Random): ViewPixels {
    const view = (name: "view1" | "view2", of: Int32Array) =>
      transformImages(this.#set, this.#shape, of, this.#transform, random.child(name));
    const view1 = view("view1", items);
    if (this.#kind === "single") return { view1 };
    const others = this.#kind === "two" ? items : items.map((item) => this.#other(item, partners));
    return { view1, view2: view("view2", others) };
  }

  /** Another image of the same class, each as likely; the image itself if there is no other. */
  #other(item: number, random: Random): number {
    const members = this.#classes.get(this.#set.labels[item])!, own = this.#places[item];
    if (members.length === 1) return item;
    const chosen = random.integer(members.length - 1);
    return members[chosen < own ? chosen : chosen + 1];
  }
}
