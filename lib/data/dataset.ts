/** Height, width and channels of every image of a data set; images are stored row-major as `[height, width, channels]`. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Labelled images of one shape. */
export interface ImageSet {
  /** Pixels 0 … 255, row-major `[count, height, width, channels]`. */
  readonly images: Uint8Array;
  /** Class index of each image, `0 … classes - 1`. */
  readonly labels: Int32Array;
  readonly count: number;
}

/** A labelled image data set with its fixed split. */
export interface ImageDataset {
  readonly name: string;
  readonly shape: ImageShape;
  /** Class names; `labels` index into it. */
  readonly classes: readonly string[];
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** SHA-256 (hex) of shape, pixels and labels of both splits: two data sets with equal digests are the same data. */
  readonly digest: string;
}
