/**
 * Labelled image data sets: MNIST, characters of many typefaces, CIFAR-10 and CIFAR-100, STL-10, Tiny ImageNet, files of the format of MNIST, MedMNIST, NumPy's arrays, folders of own images, synthetic images, embeddings of latent classes; NumPy's files.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadDataset } from "@hscl/hscl/data";
 * const { train, shape } = await loadDataset("mnist", { trainImages: 100, testImages: 10 });
 * assertEquals(train.images.length, 100 * shape.height * shape.width * shape.channels);
 * ```
 *
 * @module
 */
export { assembleDataset, type DatasetContent, type SplitSizes } from "./assemble.ts";
export { type ChannelStatistics, channelStatistics } from "./channel_statistics.ts";
export { loadCharacters } from "./characters.ts";
export { type Cifar10Options, loadCifar10 } from "./cifar10.ts";
export { type Cifar100Options, loadCifar100 } from "./cifar100.ts";
export { type DatasetName, datasetNames, dataSets } from "./data_sets.ts";
export { DataError } from "./data_error.ts";
export type { DatasetChoices, ImageDataset, ImageSet, ImageShape, UnlabeledImages } from "./dataset.ts";
export { type ImageFolderOptions, loadFolder } from "./folder.ts";
export { loadIdx } from "./idx.ts";
export type { ArrayOptions } from "./array_sets.ts";
export {
  type GraphCollection,
  type GraphSet,
  nodeFeatureDim,
  type NodeFeatures,
} from "./graphs/collection.ts";
export {
  type GraphCollectionName,
  graphCollectionNames,
  graphCollections,
  type GraphOptions,
  type GraphSource,
  loadGraphs,
} from "./graphs/collections.ts";
export { type MadeUpGraphOptions, madeUpGraphs } from "./graphs/made_up.ts";
export { type GraphView, graphView } from "./graphs/view.ts";
export { loadTu, type TuOptions } from "./graphs/tu.ts";
export {
  type Classes,
  type EmbeddingsFile,
  type LabelledArrays,
  labelledEmbeddings,
} from "./labelled_arrays.ts";
export { type LatentClasses, latentClasses, type LatentClassOptions } from "./latent_classes.ts";
export { type Both, type DatasetOptions, loadDataset } from "./load_dataset.ts";
export { loadMedMnist, type MedMnistOptions } from "./medmnist.ts";
export { loadMnist } from "./mnist.ts";
export { type NpyArray, type NpyData, type NpyType, parseNpy } from "./npy.ts";
export { loadNpy } from "./npy_folder.ts";
export { type FolderImages, readImages } from "./read_images.ts";
export type { DatasetSource, FolderOptions } from "./source.ts";
export { loadStl10, type Stl10Options } from "./stl10.ts";
export { syntheticImages, type SyntheticOptions } from "./synthetic.ts";
export { loadTinyImageNet, type TinyImageNetOptions } from "./tiny_imagenet.ts";
export { trainingImages, type TrainOn } from "./training_images.ts";
export { datasetVersion, type VersionOptions } from "./versions.ts";
export { validationSplit, type ValidationSplitOptions } from "./validation_split.ts";
