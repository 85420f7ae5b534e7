import type { Flag } from "../core/flags.ts";
import type { SplitSizes } from "./assemble.ts";
import type { ImageDataset } from "./dataset.ts";

/** Where a data set comes from: flags, help and labels are made of it. */
export interface DatasetSource<O extends SplitSizes = SplitSizes> {
  /** How figures call it. */
  readonly label: string;
  /** What must be given as the option `dataDir`, in a few words; nothing if the data set needs no folder. */
  readonly folder?: string;
  /** The names of its options. */
  readonly options: Readonly<Record<keyof O, true>>;
  /** Flags of the options that people choose on a command line, beside the number of images and the folder. */
  readonly flags?: Readonly<{ [K in keyof O]?: Flag }>;
  /** Reads or makes the images. */
  load(options: O): Promise<ImageDataset>;
  /**
   * What changes whenever the images do, without reading them: a version, or the sizes and times of files; a name that
   * is left out changes nothing.
   */
  stamp(options: O): Promise<string>;
}

/** Options of {@linkcode DatasetSource}s that read a folder. */
export interface FolderOptions extends SplitSizes {
  /** The folder. */
  dataDir?: string;
}
