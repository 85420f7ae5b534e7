import { assert, assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  colorPipeline,
  digitsPipeline,
  evaluationPipeline,
  pipelineFor,
} from "../../lib/augment/pipelines.ts";
import type { Transform } from "../../lib/augment/transform.ts";
import { Random } from "../../lib/core/random.ts";
import type { ImageShape } from "../../lib/data/dataset.ts";
import { assertClose, randomImage } from "./images.ts";

const digits = { height: 28, width: 28, channels: 1 };
const colour = { height: 32, width: 32, channels: 3 };
const ofDigits = { mean: [0.1307], std: [0.3081] };
const ofColor = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] };

/** How often an image that is brighter on the right comes out brighter on the left. */
function mirrored(transform: Transform, shape: ImageShape, count: number): number {
  const { width, channels } = shape, random = new Random(8);
  let found = 0;
  for (let n = 0; n < count; n++) {
    const image = Float32Array.from(
      { length: shape.height * width * channels },
      (_, i) => 0.2 + 0.6 * (Math.floor(i / channels) % width) / width,
    );
    transform.apply(image, shape, random);
    if (image[0] > image[(width - 1) * channels]) found++;
  }
  return found / count;
}

Deno.test("digits are never mirrored, colour images half of the time", () => {
  assertEquals(mirrored(digitsPipeline(ofDigits), digits, 500), 0);
  assertAlmostEquals(mirrored(colorPipeline(ofColor), colour, 500), 0.5, 0.09);
});

Deno.test("pipelines hold the paper's transforms, in order", () => {
  assertEquals(
    colorPipeline(ofColor).name.split(" → "),
    [
      "randomResizedCrop(scale=[0.08, 1], ratio=[0.75, 1.3333333333333333])",
      "randomHorizontalFlip(0.5)",
      "randomApply(0.8, colorJitter(brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1))",
      "randomGrayscale(0.2)",
      "gaussianBlur(kernelSize=3, sigma=[0.1, 2], probability=0.5)",
      "normalize(mean=[0.4914, 0.4822, 0.4465], std=[0.2023, 0.1994, 0.201])",
    ],
  );
  assertEquals(
    digitsPipeline(ofDigits).name.split(" → "),
    [
      "randomResizedCrop(scale=[0.4, 1], ratio=[0.75, 1.3333333333333333])",
      "randomApply(0.8, colorJitter(brightness=0.4, contrast=0.4))",
      "gaussianBlur(kernelSize=3, sigma=[0.1, 2], probability=0.5)",
      "normalize(mean=[0.1307], std=[0.3081])",
    ],
  );
});

Deno.test("pipelines stay within the normalised range of [0, 1]", () => {
  const cases = [
    [digitsPipeline(ofDigits), digits, ofDigits],
    [colorPipeline(ofColor), colour, ofColor],
  ] as const;
  for (const [transform, shape, { mean, std }] of cases) {
    const random = new Random(9);
    for (let seed = 0; seed < 30; seed++) {
      const image = randomImage(shape, seed);
      transform.apply(image, shape, random);
      assert(image.every((value, i) => {
        const level = value * std[i % mean.length] + mean[i % mean.length];
        return level > -1e-5 && level < 1 + 1e-5;
      }));
    }
  }
});

Deno.test("evaluation only normalises", () => {
  const image = Float32Array.of(0.5, 0.5, 0.5), pixel = { height: 1, width: 1, channels: 3 };
  evaluationPipeline(ofColor).apply(image, pixel, new Random(0));
  assertClose(image, [0.0086 / 0.2023, 0.0178 / 0.1994, 0.0535 / 0.201]);
  const gray = Float32Array.of(1);
  evaluationPipeline(ofDigits).apply(gray, { height: 1, width: 1, channels: 1 }, new Random(0));
  assertClose(gray, [0.8693 / 0.3081]);
});

Deno.test("pipelineFor goes by the number of channels", () => {
  const forDigits = pipelineFor({ shape: digits, statistics: ofDigits });
  const forColor = pipelineFor({ shape: colour, statistics: ofColor });
  assertEquals([forDigits.name, forColor.name], ["digits", "color"]);
  assertEquals([forDigits.train.name, forColor.train.name], [
    digitsPipeline(ofDigits).name,
    colorPipeline(ofColor).name,
  ]);
  assertMatch(forDigits.evaluate.name, /^normalize\(mean=\[0\.1307\]/);
  assertMatch(forColor.evaluate.name, /^normalize\(mean=\[0\.4914/);
  assertThrows(
    () => pipelineFor({ shape: { ...digits, channels: 2 }, statistics: ofDigits }),
    RangeError,
    "1 or 3 channels: received 2",
  );
});
