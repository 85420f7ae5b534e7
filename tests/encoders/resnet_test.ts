import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Encoder, Random, resnet } from "@hscl/hscl";
import { encoderFromSettings, type ResnetOptions } from "@hscl/hscl/encoders";
import { maxDifference, testOnBackends } from "../backends.ts";
import { everyOrSampled } from "../grids.ts";
import { resnetReference } from "./resnet_reference.ts";

const head = { hidden: 6, output: 3 };
const tiny = (options: Partial<ResnetOptions> = {}) =>
  resnet({ depth: 18, channels: 3, width: 2, head, ...options }, new Random(0));

/** `scale · (2·frac(43758.5453 · sin(12.9898·i + 78.233·index)) − 1) + offset` for `i = 1, 2, …`. */
function noise(index: number, count: number, scale: number, offset = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const value = 43758.5453 * Math.sin(12.9898 * (i + 1) + 78.233 * index);
    return scale * (2 * (value - Math.floor(value)) - 1) + offset;
  });
}

/** The weights of bench/peers/resnet_reference.py. */
function fill(encoder: Encoder): void {
  encoder.parameters.forEach(({ name, variable }, index) => {
    const { shape, size } = variable, fanIn = size / shape[shape.length - 1];
    const aroundOne = /norm\/(gain|running_variance)$/.test(name);
    const values = shape.length > 1
      ? noise(index, size, Math.sqrt(6 / fanIn))
      : aroundOne
      ? noise(index, size, 0.3, 1)
      : noise(index, size, 0.2);
    const tensor = tf.tensor(values, shape);
    variable.assign(tensor);
    tensor.dispose();
  });
}

function assertClose(computed: ArrayLike<number>, expected: number[], tolerance: number, what: string): void {
  const scale = Math.max(...expected.map(Math.abs), 1);
  expected.forEach((value, i) => {
    const off = Math.abs(computed[i] - value) / scale;
    assert(off < tolerance, `${what}: ${computed[i]} at ${i} instead of ${value}`);
  });
}

const networks = everyOrSampled(resnetReference, ({ depth, stem }) => [depth, stem], 1);

testOnBackends("embeddings, gradients and running statistics equal PyTorch's", async () => {
  for (const { depth, stem, size, ...expected } of networks) {
    const encoder = tiny({ depth, stem }), name = `ResNet-${depth}, ${stem}`;
    fill(encoder);
    const shape: [number, number, number, number] = [4, size, size, 3];
    const images = tf.tensor4d(noise(1, 4 * size * size * 3, 1), shape);
    const weights = tf.tensor2d(noise(2, 12, 1), [4, 3]);
    const embed = (training: boolean) => encoder.project(encoder.features(images, training), training);
    const parameter = (path: string) => encoder.parameters.find((p) => p.name === path)!.variable;

    const stemFilter = parameter("stem/filter");
    for (const mode of ["evaluation", "training"] as const) {
      let embeddings: tf.Tensor2D | undefined;
      const { value, grads } = tf.variableGrads(() => {
        embeddings = tf.keep(embed(mode === "training"));
        return tf.sum(tf.mul(embeddings, weights)) as tf.Scalar;
      }, [stemFilter]);
      assertClose(await embeddings!.data(), expected[mode], 1e-3, `${name}, ${mode}`);
      const gradient = await grads[stemFilter.name].data(), exact = expected[`${mode}Gradient`];
      if (exact) assertClose(gradient, exact, 1e-3, `${name}, gradient in ${mode}`);
      tf.dispose([embeddings!, value, grads]);
    }
    const { name: meanName } = encoder.parameters.findLast(({ name }) =>
      /^stage.*\/\d\/norm\/running_mean$/.test(name)
    )!;
    const last = meanName.slice(0, -"/running_mean".length), mean = await parameter(meanName).data();
    assertClose(mean, expected.runningMean, 1e-4, `${name}, running mean`);
    const variance = await parameter(`${last}/running_variance`).data();
    assertClose(variance, expected.runningVariance, 1e-4, `${name}, running variance`);
    tf.dispose([images, weights]);
    encoder.dispose();
  }
});

testOnBackends("a gradient reaches every trained parameter, and nothing is left in memory", async () => {
  const before = tf.memory().numTensors;
  for (const depth of [8, 18, 50] as const) {
    const encoder = tiny({ depth });
    const trained = encoder.parameters.filter(({ trainable }) => trainable);
    const images = tf.randomNormal<tf.Rank.R4>([4, 16, 16, 3], 0, 1, "float32", 1);
    const weights = tf.randomNormal<tf.Rank.R2>([4, 3], 0, 1, "float32", 2);
    const { value, grads } = tf.variableGrads(
      () => {
        const embeddings = encoder.project(encoder.features(images, true), true);
        return tf.sum(tf.mul(embeddings, weights)) as tf.Scalar;
      },
      trained.map(({ variable }) => variable),
    );
    for (const { name, variable } of trained) {
      const norm = Math.hypot(...await grads[variable.name].data());
      assert(norm > 0 && Number.isFinite(norm), `gradient of ${name} has norm ${norm}`);
    }
    tf.dispose([images, weights, value, grads]);
    encoder.dispose();
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("features have the published length, and the stem decides the size of the maps", () => {
  assertEquals(resnet({ depth: 8, channels: 3, head }, new Random(0)).featureDim, 96);
  assertEquals(tiny({ depth: 14, width: 4 }).featureDim, 16);
  assertEquals(tiny({ depth: 18, width: 4 }).featureDim, 32);
  assertEquals(tiny({ depth: 34, width: 4 }).featureDim, 32);
  assertEquals(tiny({ depth: 50, width: 4 }).featureDim, 128);
  for (const stem of ["cifar", "strided", "imagenet"] as const) {
    const encoder = tiny({ stem });
    const features = tf.tidy(() => encoder.features(tf.ones([2, 32, 32, 3]), false));
    assertEquals(features.shape, [2, 16]);
    features.dispose();
    encoder.dispose();
  }
});

Deno.test("evaluation does not depend on how many images pass at a time", async () => {
  const encoder = tiny(), images = tf.randomNormal<tf.Rank.R4>([130, 8, 8, 3], 0, 1, "float32", 1);
  const all = tf.tidy(() => encoder.features(images, false));
  const last = tf.tidy(() => encoder.features(tf.slice(images, [120, 0, 0, 0]), false));
  assertEquals(all.shape, [130, 16]);
  assert(maxDifference((await all.data()).slice(120 * 16), await last.data()) < 1e-5);
  tf.dispose([images, all, last]);
  encoder.dispose();
});

Deno.test("the number of weights is the published one", () => {
  // torchvision's totals 11,689,512, 21,797,672 and 25,557,032 without their last layer; the small stem is 3 × 3 instead of 7 × 7.
  const published = [
    [18, "imagenet", 11_689_512 - 513_000],
    [34, "imagenet", 21_797_672 - 513_000],
    [50, "cifar", 25_557_032 - 2_049_000 + (9 - 49) * 3 * 64],
  ] as const;
  for (const [depth, stem, count] of published) {
    const weightsOf = (width: number) => {
      const encoder = resnet({ depth, stem, width, channels: 3, head }, new Random(0));
      const weights = encoder.parameters.filter(({ name, trainable }) =>
        trainable && !name.startsWith("head/")
      );
      encoder.dispose();
      assertEquals(encoder.featureDim, (depth === 50 ? 32 : 8) * width);
      return weights.reduce((sum, { variable }) => sum + variable.size, 0);
    };
    // a·width² between layers and b·width for norms and the stem: widths 4 and 8 say what the published 64 has.
    const [narrow, wide] = [4, 8].map((width) => weightsOf(width) / width);
    assertEquals(64 * (narrow + (wide - narrow) * (64 - 4) / (8 - 4)), count);
  }
});

Deno.test("convolutions start with the spread of He's initialisation", async () => {
  const encoder = resnet({ depth: 18, channels: 3, width: 16, head }, new Random(3));
  const { variable } = encoder.parameters.find(({ name }) => name === "stage3/block2/1/filter")!;
  const values = await variable.data() as Float32Array, [size, , , outputs] = variable.shape;
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  encoder.dispose();
  const ratio = variance / (2 / (size * size * outputs));
  assert(Math.abs(ratio - 1) < 5 * Math.sqrt(2 / values.length), `${ratio} of the variance expected`);
});

Deno.test("settings as plain data make the same network; wrong ones are refused", async () => {
  const options = { channels: 1, width: 2, head };
  const settings = { name: "resnet18", ...options } as const;
  const one = encoderFromSettings(settings, new Random(5));
  const other = resnet({ ...options, depth: 18 }, new Random(5));
  const last = (encoder: Encoder) => encoder.parameters.at(-1)!.variable.data();
  assertEquals(await last(one), await last(other));
  one.dispose();
  other.dispose();
  assertThrows(() => tiny({ depth: 20 as 18 }), RangeError, "depth");
  assertThrows(() => tiny({ stem: "patch" as "cifar" }), RangeError, "stem");
  assertThrows(() => tiny({ width: 0 }), RangeError, "a layer size");
  assertThrows(
    () => encoderFromSettings({ ...settings, name: "vit" as "resnet18" }, new Random(0)),
    RangeError,
    "encoder",
  );
});
