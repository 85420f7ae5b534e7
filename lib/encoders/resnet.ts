import * as tf from "../core/tfjs.ts";
import { globalAverage } from "../backend/operations/global_average.ts";
import { checkInteger, checkOneOf, checkOptions } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import type { Encoder } from "./encoder.ts";
import { type Network, scaledWidth } from "./network.ts";
import { batchNorm, conv, type ConvOptions, type Layer } from "./layers.ts";
import { Parameters } from "./parameters.ts";
import { HEAD_OPTIONS, projectionHead, type ProjectionHeadOptions } from "./projection_head.ts";

/** Settings of {@linkcode resnet}. */
export interface ResnetOptions {
  /** 8, 14, 18 and 34 stack basic blocks (two 3 × 3 convolutions), 50 bottlenecks (1 × 1, 3 × 3, 1 × 1). */
  depth: ResnetDepth;
  /** Channels of the input images. */
  channels: number;
  /**
   * How it begins: `cifar` keeps small images' size, `strided` halves height and width, `imagenet` quarters them. Default
   * `strided` for depths 8 and 14, else `cifar`.
   */
  stem?: ResnetStem;
  /** Channels of the first stage, doubled in each that follows. Default 24 for depths 8 and 14, else 64. */
  width?: number;
  /** Sizes of the projection head. */
  head: ProjectionHeadOptions;
}

/** Layers of a residual network, with one after the features, as they are counted. */
export type ResnetDepth = 8 | 14 | 18 | 34 | 50;

/** How a residual network begins. */
export type ResnetStem = "cifar" | "strided" | "imagenet";

type Maps = Layer<tf.Tensor4D, tf.Tensor4D>;

/** What a depth stands for. */
interface Shape {
  /** Blocks of each stage. */
  blocks: readonly number[];
  block: (parameters: Parameters, name: string, sizes: BlockSizes) => Maps;
  /** Channels that a block ends with, by those inside. */
  expansion: number;
  stem: ResnetStem;
  width: number;
}

const basic = { block: basicBlock, expansion: 1 }, usual = { stem: "cifar", width: 64 } as const;
const small = { stem: "strided", width: 24 } as const;

const shapes: Readonly<Record<ResnetDepth, Shape>> = {
  8: { ...basic, ...small, blocks: [1, 1, 1] },
  14: { ...basic, ...small, blocks: [2, 2, 2] },
  18: { ...basic, ...usual, blocks: [2, 2, 2, 2] },
  34: { ...basic, ...usual, blocks: [3, 4, 6, 3] },
  50: { block: bottleneck, expansion: 4, ...usual, blocks: [3, 4, 6, 3] },
};

/**
 * Residual network with global average pooling (the features: 96 for depths 8 and 14, 512 for 18 and 34, 2048 for 50) and a
 * projection head on top. Batch norm follows every convolution; none has a bias. Depths 8 and 14 have three stages instead of
 * four, and are made to learn small images within minutes on a processor.
 *
 * The stem `cifar` is one 3 × 3 convolution with stride 1 and no pooling, as in the paper's code, which trains depth 50
 * with it; `strided` is the same with stride 2; `imagenet` is a 7 × 7 convolution with stride 2 and 3 × 3 max-pooling with stride 2. Padding, the stride in the
 * 3 × 3 convolution of a bottleneck, and the initial weights are PyTorch's (torchvision).
 *
 * @param options depth, stem, width, head
 * @param random stream that the initial weights come from
 * @throws {RangeError} if depth or stem is not one of those named, or a size is below 1
 * @throws {TypeError} if a size is not an integer
 *
 * Source: He et al., arXiv 1512.03385; stem for small images: Chen et al., arXiv 2002.05709, appendix B.9.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, Random, resnet } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const head = { hidden: 8, output: 4 };
 * const encoder = resnet({ depth: 18, channels: 3, width: 2, head }, new Random(0));
 * const features = encoder.features(tf.zeros([2, 8, 8, 3]), false);
 * assertEquals(features.shape[1], 16);
 * assertEquals(encoder.project(features, false).shape[1], 4);
 * encoder.dispose();
 * ```
 */
export function resnet(options: ResnetOptions, random: Random): Encoder {
  checkOptions(options, { depth: true, channels: true, stem: true, width: true, head: true });
  const { depth, channels, head } = options;
  checkOptions(head, HEAD_OPTIONS);
  checkOneOf("depth", String(depth), Object.keys(shapes));
  const { blocks, block, expansion, ...own } = shapes[depth],
    { stem = own.stem, width = own.width } = options;
  checkOneOf("stem", stem, ["cifar", "strided", "imagenet"]);
  checkInteger("channels", channels, { min: 1 });
  for (const size of [width, head.hidden, head.output]) checkInteger("a layer size", size, { min: 1 });

  const parameters = new Parameters(random);
  const layers: Maps[] = [
    stem === "imagenet"
      ? largeStem(parameters, channels, width)
      : smallStem(parameters, channels, width, stem === "strided" ? 2 : 1),
  ];
  let inputs = width;
  blocks.forEach((count, stage) => {
    const inner = width * 2 ** stage, outputs = expansion * inner;
    for (let i = 0; i < count; i++) {
      const stride = stage > 0 && i === 0 ? 2 : 1;
      layers.push(block(parameters, `stage${stage + 1}/block${i + 1}`, { inputs, inner, outputs, stride }));
      inputs = outputs;
    }
  });
  const projection = projectionHead(parameters, inputs, head);
  const pooled = (images: tf.Tensor4D, training: boolean) =>
    tf.tidy(() => {
      let x = images;
      for (const layer of layers) {
        const y = tf.tidy(() => layer(x, training));
        if (x !== images) x.dispose(); // a large map each; what gradients need they have kept
        x = y;
      }
      return globalAverage(x);
    });
  return {
    featureDim: inputs,
    embeddingDim: head.output,
    embeddingSpace: head.embedding,
    settings: { name: `resnet${depth}`, channels, stem, width, head },
    parameters: parameters.all,
    features: (images, training) =>
      tf.tidy(() => {
        if (training || images.shape[0] <= EVALUATION_BLOCK) return pooled(images, training);
        const blocks = tf.split(images, blockSizes(images.shape[0])) as tf.Tensor4D[];
        return tf.concat(blocks.map((block) => pooled(block, false)));
      }),
    project: (features, training) => tf.tidy(() => projection(features, training)),
    dispose: () => parameters.all.forEach(({ variable }) => variable.dispose()),
  };
}

// Images that evaluation passes at a time: the maps of one layer take up to 1 MB an image of 32 × 32.
const EVALUATION_BLOCK = 64;

function blockSizes(count: number): number[] {
  const blocks = Math.ceil(count / EVALUATION_BLOCK);
  return Array.from({ length: blocks }, (_, i) => Math.min(EVALUATION_BLOCK, count - i * EVALUATION_BLOCK));
}

// A layer that the paper's code puts in place of torchvision's, so it starts as any new PyTorch layer does.
function smallStem(parameters: Parameters, inputs: number, outputs: number, stride: number): Maps {
  return convNormRelu(parameters, "stem", { inputs, outputs, size: 3, stride, start: "uniform" });
}

function largeStem(parameters: Parameters, inputs: number, outputs: number): Maps {
  const first = convNormRelu(parameters, "stem", { inputs, outputs, size: 7, stride: 2 });
  return (x, training) => {
    // After a rectifier, zeros around the maps never win over a pixel: the same as padding with −∞.
    const padded = tf.pad(first(x, training), [[0, 0], [1, 1], [1, 1], [0, 0]]);
    return tf.maxPool(padded, 3, 2, "valid");
  };
}

interface BlockSizes {
  inputs: number;
  /** Channels inside. */
  inner: number;
  outputs: number;
  stride: number;
}

function basicBlock(parameters: Parameters, name: string, sizes: BlockSizes): Maps {
  const { inputs, inner, outputs, stride } = sizes;
  return residual(parameters, name, sizes, [
    convNormRelu(parameters, `${name}/1`, { inputs, outputs: inner, size: 3, stride }),
    convNorm(parameters, `${name}/2`, { inputs: inner, outputs, size: 3, stride: 1 }),
  ]);
}

function bottleneck(parameters: Parameters, name: string, sizes: BlockSizes): Maps {
  const { inputs, inner, outputs, stride } = sizes;
  return residual(parameters, name, sizes, [
    convNormRelu(parameters, `${name}/1`, { inputs, outputs: inner, size: 1, stride: 1 }),
    convNormRelu(parameters, `${name}/2`, { inputs: inner, outputs: inner, size: 3, stride }),
    convNorm(parameters, `${name}/3`, { inputs: inner, outputs, size: 1, stride: 1 }),
  ]);
}

/** `relu(branch(x) + shortcut(x))`; the shortcut is the identity where shapes allow, else a 1 × 1 convolution. */
function residual(parameters: Parameters, name: string, sizes: BlockSizes, branch: Maps[]): Maps {
  const { inputs, outputs, stride } = sizes;
  const shortcut = stride === 1 && inputs === outputs
    ? undefined
    : convNorm(parameters, `${name}/shortcut`, { inputs, outputs, size: 1, stride });
  return (x, training) => {
    const change = branch.reduce((y, layer) => layer(y, training), x);
    return tf.relu(tf.add(change, shortcut ? shortcut(x, training) : x));
  };
}

function convNormRelu(parameters: Parameters, name: string, options: ConvOptions): Maps {
  const layer = convNorm(parameters, name, options);
  return (x, training) => tf.relu(layer(x, training));
}

function convNorm(parameters: Parameters, name: string, options: ConvOptions): Maps {
  const convolve = conv(parameters, `${name}/filter`, options);
  const norm = batchNorm<tf.Tensor4D>(parameters, `${name}/norm`, options.outputs);
  return (x, training) => norm(convolve(x, training), training);
}

/** A residual network with the stem for small images, and the projection head of the paper's code unless it is a small one. */
function networkOfDepth(
  depth: ResnetDepth,
  cost: { multiplyAdds: number; bytes: number },
): Network<Omit<ResnetOptions, "depth">> {
  const { stem, width } = shapes[depth], hidden = depth < 18 ? 128 : 512;
  return {
    label: `ResNet-${depth}`,
    optionsFor: ({ channels }) => ({ stem, channels, head: { hidden, output: 128 } }),
    widened: (options, factor) => ({ ...options, width: scaledWidth(width, factor) }),
    make: (options, random) => resnet({ ...options, depth }, random),
    cost,
  };
}

/** {@linkcode resnet} of depth 8 as one of the networks. */
export const resnet8Network: Network<Omit<ResnetOptions, "depth">> = networkOfDepth(8, {
  multiplyAdds: 7e6,
  bytes: 2.5e6,
});

/** {@linkcode resnet} of depth 14 as one of the networks. */
export const resnet14Network: Network<Omit<ResnetOptions, "depth">> = networkOfDepth(14, {
  multiplyAdds: 15e6,
  bytes: 4e6,
});

/** {@linkcode resnet} of depth 18 as one of the networks. */
export const resnet18Network: Network<Omit<ResnetOptions, "depth">> = networkOfDepth(18, {
  multiplyAdds: 0.56e9,
  bytes: 40e6,
});

/** {@linkcode resnet} of depth 34 as one of the networks. */
export const resnet34Network: Network<Omit<ResnetOptions, "depth">> = networkOfDepth(34, {
  multiplyAdds: 1.2e9,
  bytes: 70e6,
});

/** {@linkcode resnet} of depth 50 as one of the networks. */
export const resnet50Network: Network<Omit<ResnetOptions, "depth">> = networkOfDepth(50, {
  multiplyAdds: 1.3e9,
  bytes: 220e6,
});
