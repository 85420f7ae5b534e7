import { Random } from "../core/random.ts";
import { DataError } from "./data_error.ts";
import { folderContent, IMAGE_KINDS, type ImageFile, imagesBelow } from "./image_files.ts";

/** An image file and its class. */
export interface LabelledFile extends ImageFile {
  /** Index of the class. */
  readonly label: number;
}

/** The images in folders of classes. */
export interface LabelledFiles {
  /** Names of the folders, sorted. */
  readonly classes: readonly string[];
  /** Class by class, each by name. */
  readonly files: readonly LabelledFile[];
}

/** The images of a data set. */
export interface SplitFiles {
  readonly classes: readonly string[];
  readonly train: readonly LabelledFile[];
  readonly test: readonly LabelledFile[];
}

const TEST_SHARE = 0.2;

const refuse = ({ path }: ImageFile, requirement: string, received: string) =>
  new DataError(`Cannot read ${path} as ${requirement}: received ${received}`);

/**
 * The images of a folder that has one folder per class, with any folders in it.
 *
 * @throws {DataError} if an image is beside the folders, or there is none in one of them
 */
export async function labelledFiles(folder: ImageFile): Promise<LabelledFiles> {
  const { folders, images } = await folderContent(folder);
  if (folders.length === 0) {
    const received = images.length === 0 ? "an empty one" : `${images.length} images and no folder`;
    throw refuse(folder, "it must hold a folder of images for each class", received);
  }
  if (images.length > 0) {
    throw refuse(folder, "every image must be in the folder of its class", `${images[0].path}`);
  }
  const files: LabelledFile[] = [], classes = folders.map(({ path }) => path.split("/").at(-1)!.normalize());
  for (const [label, own] of folders.entries()) {
    const found = await imagesBelow(own);
    if (found.length === 0) {
      throw refuse(own, `a folder of a class must hold images, ${IMAGE_KINDS}`, "none");
    }
    files.push(...found.map((file) => ({ ...file, label })));
  }
  return { classes, files };
}

/**
 * The images of a data set: of the folders `train` and `test`, or of folders of classes, of each of which a fifth is for testing,
 * at least one image; which ones depends on the names of the class and of its files alone.
 *
 * @throws {DataError} if the folder has neither form, or too few classes or images of one
 */
export async function splitFiles(folder: ImageFile): Promise<SplitFiles> {
  const { folders } = await folderContent(folder);
  const train = folders.find(({ name }) => name === "train");
  if (train !== undefined && (await folderContent(train)).folders.length > 0) {
    return checkedClasses(folder, await givenSplit(folder, folders));
  }
  const { classes, files } = checkedClasses(folder, await labelledFiles(folder));
  const split = { classes, train: [] as LabelledFile[], test: [] as LabelledFile[] };
  for (const [label, name] of classes.entries()) {
    const own = files.filter((file) => file.label === label), tested = testPlaces(name, own.length);
    if (own.length < 2) {
      const path = `${folder.path}/${name}`;
      throw refuse(
        { path, name },
        "a class must have two images, one to train and one to test with",
        "one image",
      );
    }
    own.forEach((file, i) => (tested.has(i) ? split.test : split.train).push(file));
  }
  return split;
}

/** Which of the images of a class, in their order, are for testing: a fifth, at least one. */
export function testPlaces(name: string, count: number, dataset = "folder"): Set<number> {
  const order = new Random(0).child(`${dataset}/split`).child(name).permutation(count);
  return new Set(order.subarray(0, Math.max(1, Math.round(TEST_SHARE * count))));
}

async function givenSplit(folder: ImageFile, folders: readonly ImageFile[]): Promise<SplitFiles> {
  const other = folders.find(({ name }) => name !== "train" && name !== "test");
  const [test, train] = ["test", "train"].map((split) => folders.find(({ name }) => name === split));
  if (test === undefined || other !== undefined) {
    const received = folders.map(({ name }) => name).join(", ");
    throw refuse(folder, "its folders must be train and test, with a folder for each class", received);
  }
  const learnt = await labelledFiles(train!), tested = await labelledFiles(test);
  const place = new Map(learnt.classes.map((name, label) => [name, label]));
  const unknown = tested.classes.find((name) => !place.has(name));
  if (unknown !== undefined) {
    throw refuse(test, "its classes must be among those of train", unknown);
  }
  const files = tested.files.map((file) => ({ ...file, label: place.get(tested.classes[file.label])! }));
  return { classes: learnt.classes, train: learnt.files, test: files };
}

function checkedClasses<T extends { classes: readonly string[] }>(folder: ImageFile, found: T): T {
  if (found.classes.length > 1) return found;
  throw refuse(folder, "there must be at least two classes, a folder each", `one, ${found.classes[0]}`);
}
