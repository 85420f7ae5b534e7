// What every function that takes options, a hardening function, a stream of random numbers or samples makes of something
// else.
import * as tf from "@tensorflow/tfjs";
import { assertRejects, assertThrows } from "@std/assert";
import {
  Adam,
  anchorStatistics,
  checkConvergence,
  classBalancedBatches,
  contrastiveLoss,
  convnet,
  customHardening,
  DataError,
  embedSet,
  exponential,
  figures,
  type Hardening,
  hsclLoss,
  huclLoss,
  initBackend,
  knnClassify,
  latentClasses,
  linearProbe,
  loadDataset,
  lossFromSettings,
  lossWithStats,
  meanInterval,
  nearestClassMean,
  negativeSampler,
  notebook,
  pipelineFor,
  populationLosses,
  positiveSampler,
  Random,
  resnet,
  sampledLoss,
  sclLoss,
  shuffledBatches,
  supConLoss,
  trainContrastive,
  twoViews,
  uclLoss,
} from "@hscl/hscl";
import { colorJitter, compose, gaussianBlur, randomApply, randomResizedCrop } from "@hscl/hscl/augment";
import {
  assembleDataset,
  loadCharacters,
  loadCifar10,
  loadCifar100,
  loadMnist,
  syntheticImages,
} from "@hscl/hscl/data";
import { encoderFromSettings } from "@hscl/hscl/encoders";
import { retrieval } from "@hscl/hscl/evaluate";
import { MemoryBank, mixedBatches } from "@hscl/hscl/samplers";

const rows = [1, 0, 0.5, 0.5, 0, 1, -1, 0.25, -0.5, -1, 0.25, -0.75], dim = 2, labels = [0, 0, 1, 1, 2, 2];
const embeddings = Float32Array.from(rows), shape = { height: 4, width: 4, channels: 1 } as const;
const views = () => tf.tensor2d(rows, [6, dim]);
const set = { images: new Uint8Array(4 * 16), labels: Int32Array.of(0, 0, 1, 1), count: 4 };

const takeHardening: Record<string, (hardening: Hardening) => unknown> = {
  hsclLoss: (hardening) => hsclLoss(views(), views(), labels, { hardening }),
  sampledLoss: (hardening) => sampledLoss(views(), views(), views(), { hardening }),
  negativeSampler: (hardening) =>
    negativeSampler({ kind: "hucl", embeddings, dim, hardening, seed: 0 }).draw([0], { k: 1 }),
  populationLosses: (hardening) => populationLosses(embeddings, dim, labels, { hardenings: [hardening] }),
  checkConvergence: (hardening) => checkConvergence(embeddings, dim, labels, { hardenings: [hardening] }),
};

for (const [name, take] of Object.entries(takeHardening)) {
  Deno.test(`${name} refuses what is no hardening function in words`, async () => {
    await initBackend({ backend: "cpu" });
    for (
      const [given, received] of [["exponential", '"exponential"'], [2, "2"], [{}, "Object"], [[], "[]"]]
    ) {
      await assertRejects(
        async () => await take(given as Hardening),
        TypeError,
        `must be a hardening function, such as exponential(1): received ${received}`,
      );
    }
  });
}

Deno.test("the theory takes hardening functions as an array", async () => {
  await assertRejects(
    () => populationLosses(embeddings, dim, labels, { hardenings: exponential(1) as unknown as Hardening[] }),
    TypeError,
    "Cannot use hardenings as it must be an array of hardening functions: received Object",
  );
});

const settings = {
  encoder: undefined!,
  loss: undefined!,
  shape,
  set,
  epochs: 1,
  batchSize: 2,
  optimizer: {},
};
const head = { hidden: 4, output: 2 };
const takeRandom: Record<string, (random: Random) => unknown> = {
  shuffledBatches: (random) => shuffledBatches(6, 2, random),
  mixedBatches: (random) => mixedBatches(labels, 2, random),
  classBalancedBatches: (random) => classBalancedBatches(labels, { batchSize: 4, perClass: 2 }, random),
  "negativeSampler, draw": (random) =>
    negativeSampler({ kind: "ucl", embeddings, dim, seed: 0 }).draw([0], { k: 1, random }),
  "positiveSampler, draw": (random) =>
    positiveSampler({ kind: "view", items: 3, seed: 0 }).draw([0], { k: 1, random }),
  convnet: (random) => convnet({ channels: 1, widths: [4], strides: [1], head }, random),
  resnet: (random) => resnet({ depth: 18, channels: 1, width: 2, head }, random),
  twoViews: (random) => twoViews(set, shape, [0], { apply: () => {} } as never, random),
  trainContrastive: (random) => trainContrastive({ ...settings, random } as never).next(),
};

for (const [name, take] of Object.entries(takeRandom)) {
  Deno.test(`${name} refuses what is no stream of random numbers in words`, async () => {
    await initBackend({ backend: "cpu" });
    for (
      const [given, received] of [[7, "7"], ["7", '"7"'], [Math.random, String(Math.random)], [{}, "Object"]]
    ) {
      await assertRejects(
        async () => await take(given as Random),
        TypeError,
        `Cannot use random as it must be a stream, such as new Random(0): received ${received}`,
      );
    }
  });
}

Deno.test("a seed is an integer or a stream", () => {
  for (const seed of ["7", null, undefined, [7], 7n, true, {}, 0.5] as number[]) {
    const refusal = "Cannot use seed as it must be an integer: received";
    assertThrows(() => new Random(seed), TypeError, refusal);
    assertThrows(() => negativeSampler({ kind: "ucl", embeddings, dim, seed }), TypeError, refusal);
    assertThrows(() => positiveSampler({ kind: "view", items: 3, seed }), TypeError, refusal);
  }
});

Deno.test("samples are an array of numbers", () => {
  for (const samples of [undefined, null, 3, "123", [1n, 2n], [null, 1], ["1", "2"], new Set([1])]) {
    assertThrows(() => meanInterval(samples as number[]), TypeError, "Cannot use samples as");
  }
});

// deno-lint-ignore no-explicit-any
type Any = any;
const features = { features: embeddings, labels }, known = { dim, classes: 3 };
const few = { trainImages: 2, testImages: 2 }, adam = { learningRate: 1e-3, weightDecay: 0 };
// Scripts hand all of these to whichever data set they train on.
const everyDataset = {
  ...few,
  dataDir: "no/such/folder",
  classes: 2,
  height: 8,
  width: 8,
  noise: 0.1,
  seed: 1,
};
const training = {
  loss: lossFromSettings({ name: "ucl" }),
  set,
  shape,
  augmentation: pipelineFor({ shape, statistics: { mean: [0], std: [1] } }).evaluate,
  epochs: 1,
  batchSize: 2,
  optimizer: adam,
  random: new Random(0),
  onStep: undefined,
};

/** What loading says of an absent folder is no matter of its options. */
async function withoutFiles(loading: Promise<unknown>) {
  await loading.catch((error) => {
    if (!(error instanceof DataError)) throw error;
  });
}

function isPlain(value: Any): boolean {
  return value?.constructor === Object;
}

async function trained(optionsFor: (encoder: Any) => Any) {
  const encoder = convnet({ channels: 1, widths: [4], strides: [1], head }, new Random(0));
  try {
    await trainContrastive(optionsFor(encoder)).next();
  } finally {
    encoder.dispose();
  }
}

const takeOptions: Record<string, [take: (options: Any) => unknown, base: object]> = {
  initBackend: [(o) => initBackend(o), { backend: "cpu" }],
  latentClasses: [(o) => latentClasses(o), {}],
  uclLoss: [(o) => uclLoss(views(), views(), o), {}],
  huclLoss: [(o) => huclLoss(views(), views(), o), {}],
  sclLoss: [(o) => sclLoss(views(), views(), labels, o), {}],
  hsclLoss: [(o) => hsclLoss(views(), views(), labels, o), {}],
  supConLoss: [(o) => supConLoss(views(), views(), labels, o), {}],
  contrastiveLoss: [(o) => contrastiveLoss(views(), views(), o), {}],
  lossWithStats: [(o) => lossWithStats(views(), views(), o), {}],
  sampledLoss: [(o) => sampledLoss(views(), views(), views(), o), {}],
  knnClassify: [(o) => knnClassify(features, features, o), known],
  linearProbe: [(o) => linearProbe(features, features, o), known],
  nearestClassMean: [(o) => nearestClassMean(features, features, o), known],
  retrieval: [(o) => retrieval(features, o), { dim }],
  anchorStatistics: [(o) => anchorStatistics(embeddings, dim, labels, o), {}],
  populationLosses: [(o) => populationLosses(embeddings, dim, labels, o), {}],
  checkConvergence: [(o) => checkConvergence(embeddings, dim, labels, o), {}],
  negativeSampler: [(o) => negativeSampler(o), { kind: "ucl", embeddings, dim, seed: 0 }],
  positiveSampler: [(o) => positiveSampler(o), { kind: "view", items: 3, seed: 0 }],
  "negativeSampler, draw": [
    (o) => negativeSampler({ kind: "ucl", embeddings, dim, seed: 0 }).draw([0], o),
    { k: 1 },
  ],
  "positiveSampler, draw": [(o) => positiveSampler({ kind: "view", items: 3, seed: 0 }).draw([0], o), {
    k: 1,
  }],
  classBalancedBatches: [
    (o) => classBalancedBatches(labels, o, new Random(0)),
    { batchSize: 4, perClass: 2 },
  ],
  MemoryBank: [(o) => new MemoryBank(o), { capacity: 2, dim }],
  customHardening: [(o) => customHardening("mine", (u) => u, o), {}],
  syntheticImages: [(o) => syntheticImages(o), few],
  loadMnist: [(o) => loadMnist(o), few],
  loadCharacters: [(o) => loadCharacters(o), few],
  loadCifar10: [(o) => withoutFiles(loadCifar10(o)), { ...few, dataDir: "no/such/folder" }],
  loadCifar100: [(o) => withoutFiles(loadCifar100(o)), { ...few, dataDir: "no/such/folder" }],
  "loadDataset, mnist": [(o) => loadDataset("mnist", o), everyDataset],
  "loadDataset, characters": [(o) => loadDataset("characters", o), everyDataset],
  "loadDataset, cifar10": [(o) => withoutFiles(loadDataset("cifar10", o)), everyDataset],
  "loadDataset, synthetic": [(o) => loadDataset("synthetic", o), everyDataset],
  assembleDataset: [
    (o) => assembleDataset({ name: "set", shape, classes: ["0", "1"], train: set, test: set }, o),
    few,
  ],
  colorJitter: [(o) => colorJitter(o), { hue: 0.1 }],
  gaussianBlur: [(o) => gaussianBlur(o), { kernelSize: 3 }],
  randomResizedCrop: [(o) => randomResizedCrop(o), { scale: [0.5, 1] }],
  convnet: [(o) => convnet(o, new Random(0)).dispose(), { channels: 1, widths: [4], strides: [1], head }],
  "convnet, head": [
    (o) => convnet({ channels: 1, widths: [4], strides: [1], head: o }, new Random(0)).dispose(),
    head,
  ],
  resnet: [(o) => resnet(o, new Random(0)).dispose(), { depth: 18, channels: 1, width: 2, head }],
  "resnet, head": [
    (o) => resnet({ depth: 18, channels: 1, width: 2, head: o }, new Random(0)).dispose(),
    head,
  ],
  Adam: [(o) => new Adam(o), adam],
  trainContrastive: [(o) => trained((encoder) => isPlain(o) ? { ...o, encoder } : o), training],
  "trainContrastive, optimizer": [
    (o) => trained((encoder) => ({ ...training, encoder, optimizer: o })),
    adam,
  ],
  "notebook.plot": [(o) => notebook.plot([{ y: [1] }], o), { title: "One" }],
  "notebook.panels": [(o) => notebook.panels([{ title: "A", traces: [] }], o), { title: "One" }],
  "notebook.imageGrid": [(o) => notebook.imageGrid(set, shape, [0], o), { zoom: 1 }],
  "figures.figureHtml": [
    (o) => figures.figureHtml({ data: [], layout: {}, config: {} }, o),
    { title: "One" },
  ],
};

for (const [name, [take, base]] of Object.entries(takeOptions)) {
  Deno.test(`${name} refuses options that are none, and one that it does not have`, async () => {
    await initBackend({ backend: "cpu" });
    for (const given of [null, 5, "hard", [], () => {}]) {
      await assertRejects(
        async () => await take(given),
        TypeError,
        " as it must be an object: received ",
      );
    }
    for (const given of ["beta", "temprature", "Temperature", "toString"]) {
      await assertRejects(
        async () => await take({ ...base, [given]: 2 }),
        TypeError,
        `: received "${given}"`,
      );
    }
    // Something else of the library; its name would choose an optimizer.
    const { name: _, ...hardening } = exponential(5);
    await assertRejects(
      async () => await take(hardening),
      TypeError,
      "Cannot use options as each must be",
    );
    await take(base);
  });
}

Deno.test("a loss refuses what another loss would choose", () => {
  const refused = "Cannot use options as each must be one of";
  assertThrows(() => uclLoss(views(), views(), { negatives: "different-label" } as Any), TypeError, refused);
  assertThrows(() => uclLoss(views(), views(), { labels } as Any), TypeError, refused);
  assertThrows(() => hsclLoss(views(), views(), labels, { negatives: "all" } as Any), TypeError, refused);
  assertThrows(() => supConLoss(views(), views(), labels, { psi: "hinge" } as Any), TypeError, refused);
  assertThrows(() => lossFromSettings({ name: "ucl", variant: "in" } as Any), TypeError, refused);
  assertThrows(() => lossFromSettings({ name: "supCon", tauPlus: 0.1 } as Any), TypeError, refused);
});

Deno.test("a switch is true or false", () => {
  for (const name of ["normalize", "stopWeightGradient"]) {
    for (const value of ["false", 0, {}]) {
      assertThrows(
        () => uclLoss(views(), views(), { [name]: value } as Any),
        TypeError,
        `Cannot use ${name} as it must be true or false: received`,
      );
    }
  }
});

Deno.test("a classification refuses sides that are no objects", async () => {
  for (const side of [undefined, null, 3, []] as Any[]) {
    for (const [name, bank, queries] of [["training", side, features], ["queries", features, side]]) {
      const refused = `Cannot use ${name} as it must be an object: received`;
      await assertRejects(() => knnClassify(bank, queries, known), TypeError, refused);
      await assertRejects(() => linearProbe(bank, queries, known), TypeError, refused);
      assertThrows(() => nearestClassMean(bank, queries, known), TypeError, refused);
    }
  }
});

Deno.test("settings of an encoder are an object of its options", () => {
  const encoder = { name: "convnet", channels: 1, widths: [4], strides: [1], head };
  for (const given of [null, 5, "convnet", []] as Any[]) {
    assertThrows(() => encoderFromSettings(given, new Random(0)), TypeError, "must be an object: received");
  }
  assertThrows(
    () => encoderFromSettings({ ...encoder, depth: 18 } as Any, new Random(0)),
    TypeError,
    'Cannot use options as each must be one of channels, widths, strides, pool, head: received "depth"',
  );
  encoderFromSettings(encoder as Any, new Random(0)).dispose();
});

const takeTransform: Record<string, (transform: Any) => unknown> = {
  compose: (transform) => compose(transform),
  randomApply: (transform) => randomApply(0.5, transform),
  twoViews: (transform) => twoViews(set, shape, [0], transform, new Random(0)),
  embedSet: (transform) => embedSet({ featureDim: 1, embeddingDim: 1 } as Any, set, shape, transform),
  trainContrastive: (augmentation) => trained((encoder) => ({ ...training, encoder, augmentation })),
};

for (const [name, take] of Object.entries(takeTransform)) {
  Deno.test(`${name} refuses what is no transform in words`, async () => {
    await initBackend({ backend: "cpu" });
    for (const given of [undefined, null, 3, "flip", {}, [], () => {}]) {
      await assertRejects(
        async () => await take(given),
        TypeError,
        "Cannot use a transform as it must be one, such as randomHorizontalFlip(): received",
      );
    }
  });
}
