import type { ColorImage } from "./decode_image.ts";

/** The least side that images are made to. */
export const LEAST_IMAGE_SIZE = 8;

/**
 * Crops an image in the middle to the proportions of another size and scales it, to the last bit as the Python library Pillow does
 * it with `crop`, and with `resize` and its bilinear filter: where an image becomes smaller, that averages over a triangle as wide
 * as two of the new pixels.
 *
 * @returns the image of that size; itself if it has it already
 */
export function fitImage(image: ColorImage, height: number, width: number): ColorImage {
  if (image.height === height && image.width === width) return image;
  const scale = Math.min(image.height / height, image.width / width);
  const rows = Math.max(1, Math.round(scale * height)), columns = Math.max(1, Math.round(scale * width));
  const top = Math.floor((image.height - rows) / 2), left = Math.floor((image.width - columns) / 2);
  const cropped = new Uint8Array(3 * rows * columns);
  for (let y = 0; y < rows; y++) {
    const start = 3 * ((top + y) * image.width + left);
    cropped.set(image.pixels.subarray(start, start + 3 * columns), 3 * y * columns);
  }
  const wide = scaled(cropped, { outer: rows, from: columns, to: width, inner: 3 });
  return { height, width, pixels: scaled(wide, { outer: 1, from: rows, to: height, inner: 3 * width }) };
}

/** Pillow's weights are whole numbers of so many bits. */
const BITS = 22;

/** Scales the middle axis of `[outer, from, inner]`. */
function scaled(
  pixels: Uint8Array,
  { outer, from, to, inner }: { outer: number; from: number; to: number; inner: number },
): Uint8Array {
  if (from === to) return pixels;
  const result = new Uint8Array(outer * to * inner);
  for (let place = 0; place < to; place++) {
    const { first, weights } = weightsOf(place, from, to);
    for (let line = 0; line < outer; line++) {
      const start = (line * from + first) * inner, target = (line * to + place) * inner;
      for (let i = 0; i < inner; i++) {
        let sum = 1 << BITS - 1;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * pixels[start + k * inner + i];
        result[target + i] = sum >> BITS;
      }
    }
  }
  return result;
}

/** What a new pixel is made of: weights of old ones that lie side by side. */
function weightsOf(place: number, from: number, to: number): { first: number; weights: Int32Array } {
  const scale = from / to, reach = Math.max(1, scale), centre = (place + 0.5) * scale;
  const first = Math.max(0, Math.trunc(centre - reach + 0.5));
  const length = Math.min(from, Math.trunc(centre + reach + 0.5)) - first;
  const shares = Array.from(
    { length },
    (_, k) => Math.max(0, 1 - Math.abs((first + k - centre + 0.5) * (1 / reach))),
  );
  const sum = shares.reduce((sum, share) => sum + share, 0);
  return { first, weights: Int32Array.from(shares, (share) => Math.floor(0.5 + share / sum * 2 ** BITS)) };
}
