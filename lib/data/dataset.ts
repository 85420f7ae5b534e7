import type { ChannelStatistics } from "./channel_statistics.ts";

/** Height, width and channels of every image of a data set; images are stored row-major as `[height, width, channels]`. */
export interface ImageShape {
  /** Rows of pixels. */
  readonly height: number;
  /** Columns of pixels. */
  readonly width: number;
  /** 1 for grey, 3 for red, green, blue. */
  readonly channels: number;
}

/** Labelled images of one shape. */
export interface ImageSet {
  /** Pixels 0 … 255, row-major `[count, height, width, channels]`. */
  readonly images: Uint8Array;
  /** Class index of each image, `0 … classes - 1`. */
  readonly labels: Int32Array;
  /** Number of images. */
  readonly count: number;
  /**
   * Which images belong together by more than their class, if the data set knows: those with the same number, e.g. the letters
   * of one typeface.
   */
  readonly groups?: Int32Array;
  /** The label of each image that losses are to see, where some of these are wrong on purpose. */
  readonly learntLabels?: Int32Array;
}

/** Images of one shape without labels. */
export interface UnlabeledImages {
  /** Pixels 0 … 255, row-major `[count, height, width, channels]`. */
  readonly images: Uint8Array;
  /** Number of images. */
  readonly count: number;
}

/** What a data set was loaded with that its name, its shape and its numbers of images do not say, by the names of the options. */
export type DatasetChoices = Readonly<Record<string, string | number>>;

/** A labelled image data set with its fixed split. */
export interface ImageDataset {
  /** Name that `loadDataset` knows it by. */
  readonly name: string;
  /** Absent where nothing differs from what is usual. */
  readonly options?: DatasetChoices;
  /** Of every image. */
  readonly shape: ImageShape;
  /** What its pixels are normalised by. */
  readonly statistics: ChannelStatistics;
  /** Class names; `labels` index into it. */
  readonly classes: readonly string[];
  /** Images to learn from. */
  readonly train: ImageSet;
  /** Images to test with. */
  readonly test: ImageSet;
  /** Images without labels, for losses that need none; absent unless they are asked for. */
  readonly unlabeled?: UnlabeledImages;
  /** SHA-256 (hex) of shape, pixels and labels of both splits, and of labels that are learnt from and pixels without labels: two data sets with equal digests are the same data. */
  readonly digest: string;
}
