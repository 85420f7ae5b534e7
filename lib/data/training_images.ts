import type { ImageDataset, ImageSet } from "./dataset.ts";

/** What a network may learn from. */
export const TRAIN_ON = ["train", "unlabeled", "both"] as const;

/** The labelled training images, those without labels, or both. */
export type TrainOn = "train" | "unlabeled" | "both";

/** What an image without a label has as its label. */
const NO_LABEL = -1;

/**
 * The images that a network learns from, with the labels that losses are to see: the training images, and as the data set's option
 * `trainOn` says, those without labels instead of or after them, with −1 as their label.
 */
export function trainingImages({ train, unlabeled, options }: ImageDataset): ImageSet {
  const trainOn = options?.trainOn as TrainOn | undefined;
  const labelled = { ...train, labels: train.learntLabels ?? train.labels };
  if (unlabeled === undefined || trainOn === undefined || trainOn === "train") return labelled;
  if (trainOn === "unlabeled") {
    return { ...unlabeled, labels: new Int32Array(unlabeled.count).fill(NO_LABEL) };
  }
  const images = new Uint8Array(train.images.length + unlabeled.images.length);
  images.set(train.images);
  images.set(unlabeled.images, train.images.length);
  const labels = new Int32Array(train.count + unlabeled.count).fill(NO_LABEL);
  labels.set(labelled.labels);
  return { images, labels, count: labels.length };
}
