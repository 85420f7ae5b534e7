/** A file that is downloaded. */
export interface RemoteFile {
  /** Its address. */
  readonly url: string;
  /** Its name here; the end of the address if left out. */
  readonly name?: string;
  /** Its length, where it is known. */
  readonly bytes?: number;
  /** SHA-256 (hex) of it, where it is known. */
  readonly sha256?: string;
}

/** A data set that can be downloaded. */
export interface Source {
  /** How messages call it. */
  readonly label: string;
  /** The folder that it has afterwards, in the one that is asked for. */
  readonly folder: string;
  /** One archive with that folder, or files to be put into it. */
  readonly files: readonly RemoteFile[];
  /** How the one file is packed; left out for files that are read as they are. */
  readonly packed?: "tar.gz" | "zip";
  /** What it may unpack to at most: about twice what it does. */
  readonly mostUnpacked?: number;
  /** What reads it: flags that go before its folder. */
  readonly use?: string;
}

const MiB = 2 ** 20;

/** A data set in the format of MNIST: four files, which stay packed. */
function idx(label: string, folder: string, at: string, files: Record<string, [number, string]>): Source {
  return {
    label,
    folder,
    files: Object.entries(files).map(([name, [bytes, sha256]]) => ({
      url: `${at}/${name}.gz`,
      bytes,
      sha256,
    })),
    use: "--dataset idx --data",
  };
}

/** A collection of graphs of TU Dortmund. */
function graphs(name: string, sha256?: string, bytes?: number): Source {
  return {
    label: `the graphs ${name}`,
    folder: name,
    files: [{ url: `https://www.chrsmrrs.com/graphkerneldatasets/${name}.zip`, sha256, bytes }],
    packed: "zip",
    mostUnpacked: 2048 * MiB,
  };
}

/** A data set of MedMNIST at 28 × 28, of whose archives no public SHA-256 is known. */
function medical(name: string): Source {
  return {
    label: `MedMNIST's ${name}`,
    folder: "medmnist",
    files: [{ url: `https://zenodo.org/records/10519652/files/${name}.npz?download=1`, name: `${name}.npz` }],
    use: `--dataset medmnist --subset ${name} --data`,
  };
}

/** The data sets by name. Lengths and sums are those of TensorFlow Datasets' and of other projects' public lists. */
export const sources: Readonly<Record<string, Source>> = {
  cifar10: {
    label: "CIFAR-10",
    folder: "cifar-10-batches-bin",
    files: [{
      url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
      bytes: 170_052_171,
      sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    }],
    packed: "tar.gz",
    mostUnpacked: 400 * MiB,
    use: "--dataset cifar10 --data",
  },
  cifar100: {
    label: "CIFAR-100",
    folder: "cifar-100-binary",
    files: [{
      url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
      bytes: 168_513_733,
      sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
    }],
    packed: "tar.gz",
    mostUnpacked: 400 * MiB,
    use: "--dataset cifar100 --data",
  },
  stl10: {
    label: "STL-10",
    folder: "stl10_binary",
    files: [{
      url: "https://cs.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",
      bytes: 2_640_397_119,
      sha256: "f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866",
    }],
    packed: "tar.gz",
    mostUnpacked: 6144 * MiB,
    use: "--dataset stl10 --data",
  },
  "tiny-imagenet": {
    label: "Tiny ImageNet",
    folder: "tiny-imagenet-200",
    files: [{
      url: "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
      bytes: 248_100_043,
      sha256: "6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821",
    }],
    packed: "zip",
    mostUnpacked: 1024 * MiB,
    use: "--dataset tiny-imagenet --data",
  },
  mnist: idx("MNIST", "mnist", "https://storage.googleapis.com/cvdf-datasets/mnist", {
    "train-images-idx3-ubyte": [
      9_912_422,
      "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ],
    "train-labels-idx1-ubyte": [28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"],
    "t10k-images-idx3-ubyte": [1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"],
    "t10k-labels-idx1-ubyte": [4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"],
  }),
  "fashion-mnist": idx(
    "Fashion-MNIST",
    "fashion-mnist",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    {
      "train-images-idx3-ubyte": [
        26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
      ],
      "train-labels-idx1-ubyte": [29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"],
      "t10k-images-idx3-ubyte": [
        4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
      ],
      "t10k-labels-idx1-ubyte": [5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"],
    },
  ),
  kmnist: idx("KMNIST", "kmnist", "http://codh.rois.ac.jp/kmnist/dataset/kmnist", {
    "train-images-idx3-ubyte": [
      18_165_135,
      "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
    ],
    "train-labels-idx1-ubyte": [29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"],
    "t10k-images-idx3-ubyte": [3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"],
    "t10k-labels-idx1-ubyte": [5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"],
  }),
  pathmnist: medical("pathmnist"),
  dermamnist: medical("dermamnist"),
  octmnist: medical("octmnist"),
  pneumoniamnist: medical("pneumoniamnist"),
  retinamnist: medical("retinamnist"),
  breastmnist: medical("breastmnist"),
  bloodmnist: medical("bloodmnist"),
  tissuemnist: medical("tissuemnist"),
  organamnist: medical("organamnist"),
  organcmnist: medical("organcmnist"),
  organsmnist: medical("organsmnist"),
  MUTAG: graphs("MUTAG", "c419bdc853c367d2d83da4973c45100954ae15e10f5ae2cddde6ca431f8207f6", 24_550),
  PTC_MR: graphs("PTC_MR", "5699a6d9f1bc5b3d71495f09ef50de53fa3e6bb24ead1150da678500229f5237"),
  ENZYMES: graphs("ENZYMES", "13d832eb6ffa084192daf6e5750250028a18437ee692c38d29a10cd60e18aaf4"),
  PROTEINS: graphs("PROTEINS", "2da8de15284b88edabca2888ce5444d62f364ed41159260977088c4e53d4d848"),
  PROTEINS_full: graphs("PROTEINS_full", "3b7782403ce98754df3330a67e9b2aff32e69520aa1245bf515c48cc0119c562"),
  "IMDB-BINARY": graphs("IMDB-BINARY", "b291ec8b26d85c70faa2ba0a2433e1f407ed2ef5d0fc072d36b9a95e49a1bb27"),
  "IMDB-MULTI": graphs("IMDB-MULTI", "a4a302149ebf4c76fa1f0fb108baff89fcbf9d35de306b18f27a8419b9a1a690"),
  "REDDIT-BINARY": graphs(
    "REDDIT-BINARY",
    "982dc64ddade42a6365ba9c93f5080d0b9d315df0df492b57fd9fbb7e40dbe16",
  ),
  DD: graphs("DD", "d033d7aeb1a48c4b2b47cf0390e7fc9671de70d98c8df5b11e458d2ec5515cd2"),
};

/** What a file is called here. */
export function fileName({ url, name }: RemoteFile): string {
  return name ?? new URL(url).pathname.split("/").at(-1)!;
}
