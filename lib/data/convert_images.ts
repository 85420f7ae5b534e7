import type { ImageShape } from "./dataset.ts";
import { fitImage } from "./fit_image.ts";

/** Images of one size in colours as those of a data set: grey, as ITU-R 601 weighs colours, for one channel. */
export function packed(images: readonly Uint8Array[], channels: number): Uint8Array {
  const size = images.length === 0 ? 0 : images[0].length * channels / 3;
  const all = new Uint8Array(images.length * size);
  images.forEach((pixels, index) => {
    if (channels === 3) return all.set(pixels, index * size);
    for (let i = 0; i < size; i++) {
      const [red, green, blue] = [pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]];
      all[index * size + i] = 19595 * red + 38470 * green + 7471 * blue + 0x8000 >> 16;
    }
  });
  return all;
}

/**
 * Images of one shape in another: cropped in the middle to its proportions, scaled, and made grey or of three equal channels.
 *
 * @param images `[count, height, width, channels]` of the first shape, of 1 or 3 channels as the other
 */
export function convertImages(images: Uint8Array, from: ImageShape, to: ImageShape): Uint8Array {
  const { height, width, channels } = from, size = height * width * channels;
  if (height === to.height && width === to.width && channels === to.channels) return images;
  const fitted = Array.from({ length: images.length / size }, (_, index) => {
    const own = images.subarray(index * size, (index + 1) * size);
    const pixels = channels === 3
      ? own
      : Uint8Array.from({ length: 3 * size }, (_, i) => own[Math.floor(i / 3)]);
    return fitImage({ height, width, pixels }, to.height, to.width).pixels;
  });
  return packed(fitted, to.channels);
}
