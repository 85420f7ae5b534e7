// Against torchvision: tests/reference/transforms.py makes the numbers.
import { assert, assertEquals } from "@std/assert";
import {
  colorJitter,
  colorPipeline,
  gaussianBlur,
  randomApply,
  randomGrayscale,
  randomHorizontalFlip,
  randomResizedCrop,
  type Transform,
} from "@hscl/hscl/augment";
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
} from "../../lib/augment/color_jitter.ts";
import { drawCropWindow } from "../../lib/augment/random_resized_crop.ts";
import { Random } from "../../lib/core/random.ts";
import reference from "../reference/transforms.json" with { type: "json" };
import { assertClose } from "./images.ts";

const { draws, thresholds, pixels } = reference;
const shape = { height: 6, width: 5, channels: 3 };
const image = () => Float32Array.from(reference.image);

const jitter = colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 });
const transforms: Record<keyof typeof reference.drawn, Transform> = {
  crop: randomResizedCrop(),
  "crop of 40 %": randomResizedCrop({ scale: [0.4, 1] }),
  flip: randomHorizontalFlip(0.5),
  jitter,
  "jitter at times": randomApply(0.8, jitter),
  grayscale: randomGrayscale(0.2),
  blur: gaussianBlur({ kernelSize: 3, sigma: [0.1, 2], probability: 0.5 }),
  all: colorPipeline({ mean: [0, 0, 0], std: [1, 1, 1] }),
};

/** Two shares of so many draws each differ by more than this once in 10,000 times. */
const tolerance = 3.9 * Math.sqrt(2 * 0.25 / draws);

/** Compares shares of draws at or below thresholds. */
function assertShares(what: string, actual: readonly number[], expected: readonly number[]): void {
  assertEquals(actual.length, expected.length, what);
  actual.forEach((share, at) => {
    const difference = Math.abs(share - expected[at]);
    assert(difference <= tolerance, `${what}, threshold ${at}: ${share}, torchvision ${expected[at]}`);
  });
}

Deno.test("at fixed amounts, images come out as torchvision's", () => {
  const adjust = {
    brightness: adjustBrightness,
    contrast: adjustContrast,
    saturation: adjustSaturation,
    hue: adjustHue,
  };
  for (const name of ["brightness", "contrast", "saturation", "hue"] as const) {
    for (const { amount, pixels } of reference.fixed[name]) {
      const changed = image();
      adjust[name](changed, shape, amount);
      assertClose(changed, pixels, 2e-6);
    }
  }
  for (const { amount, pixels } of reference.fixed.blur) {
    const changed = image();
    gaussianBlur({ kernelSize: 3, sigma: [amount, amount], probability: 1 }).apply(
      changed,
      shape,
      new Random(0),
    );
    assertClose(changed, pixels, 2e-6);
  }
  const always = { grayscale: randomGrayscale(1), flip: randomHorizontalFlip(1) };
  for (const name of ["grayscale", "flip"] as const) {
    const changed = image();
    always[name].apply(changed, shape, new Random(0));
    assertClose(changed, reference.fixed[name][0].pixels, 2e-6);
  }
});

Deno.test("windows are stretched as torchvision does", () => {
  for (const { window, pixels } of reference.crops) {
    const { height, width } = window, area = height * width / (shape.height * shape.width);
    const crop = randomResizedCrop({ scale: [area, area], ratio: [width / height, width / height] });
    // A seed whose window it is.
    const seed = Array.from({ length: 1000 }, (_, seed) => seed).find((seed) => {
      const drawn = drawCropWindow(shape, [area, area], [width / height, width / height], new Random(seed));
      return Object.entries(window).every(([name, value]) => drawn[name as keyof typeof drawn] === value);
    });
    assert(seed !== undefined, JSON.stringify(window));
    const changed = image();
    crop.apply(changed, shape, new Random(seed));
    assertClose(changed, pixels, 2e-6);
  }
});

Deno.test("over many draws, pixels are as often below a threshold as with torchvision", () => {
  for (const [name, transform] of Object.entries(transforms)) {
    const random = new Random(0).child(name), below = pixels.map(() => thresholds.map(() => 0));
    for (let draw = 0; draw < draws; draw++) {
      const changed = image();
      transform.apply(changed, shape, random);
      pixels.forEach(([y, x, channel], at) => {
        const value = changed[(y * shape.width + x) * 3 + channel];
        thresholds.forEach((threshold, k) => below[at][k] += value <= threshold ? 1 : 0);
      });
    }
    const expected = reference.drawn[name as keyof typeof reference.drawn];
    below.forEach((counts, at) =>
      assertShares(`${name}, pixel ${pixels[at]}`, counts.map((count) => count / draws), expected[at])
    );
  }
});

Deno.test("over many draws, windows have heights, widths and places as torchvision's", () => {
  for (const [name, { height, width, scale, ...expected }] of Object.entries(reference.windows)) {
    const random = new Random(0).child(name), [least, most] = scale;
    const drawn = Array.from(
      { length: draws },
      () => drawCropWindow({ height, width, channels: 1 }, [least, most], [3 / 4, 4 / 3], random),
    );
    for (const [key, part] of [["heights", "height"], ["widths", "width"], ["tops", "top"]] as const) {
      const shares = expected[key].map((_, at) =>
        drawn.filter((each) => each[part] <= 2 * at).length / draws
      );
      assertShares(`${name}, ${key}`, shares, expected[key]);
    }
  }
});
