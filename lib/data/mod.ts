/** Labelled image data sets: MNIST, CIFAR-10, synthetic. */
export { assembleDataset, type SplitSizes } from "./assemble.ts";
export { type Cifar10Options, loadCifar10 } from "./cifar10.ts";
export { DataError } from "./data_error.ts";
export type { ImageDataset, ImageSet, ImageShape } from "./dataset.ts";
export { type LatentClasses, latentClasses, type LatentClassOptions } from "./latent_classes.ts";
export { type DatasetName, datasetNames, type DatasetOptions, loadDataset } from "./load_dataset.ts";
export { loadMnist } from "./mnist.ts";
export { syntheticImages, type SyntheticOptions } from "./synthetic.ts";
