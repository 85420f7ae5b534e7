// AssemblyScript: moves pixels to patches and back, in the memory of tfjs' WebAssembly backend.
// Compiled to patches.wasm by `deno task build:wasm`; addresses are bytes, lengths are floats.

/**
 * patches[(i, j, c), (image, row, column)] = x[first + image, row·stride + i − pad, column·stride + j − pad, c],
 * 0 outside the image.
 */
export function unfoldTransposed(
  x: usize, patches: usize, first: i32, images: i32,
  inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
): void {
  const columns = images * outHeight * outWidth;
  const step: usize = <usize>(strideWidth * channels) << 2;
  for (let i = 0; i < filterHeight; i++) {
    for (let j = 0; j < filterWidth; j++) {
      // Output columns [begin, end) read inside the image; the others read padding.
      const begin = min(outWidth, max(0, (padLeft - j + strideWidth - 1) / strideWidth));
      const reach = inWidth - 1 + padLeft - j;
      const end = max(begin, min(outWidth, reach < 0 ? 0 : reach / strideWidth + 1));
      const patchRow = (i * filterWidth + j) * channels;
      for (let image = 0; image < images; image++) {
        for (let row = 0; row < outHeight; row++) {
          const inRow = row * strideHeight + i - padTop;
          const inside = inRow >= 0 && inRow < inHeight;
          const source = (((first + image) * inHeight + inRow) * inWidth + begin * strideWidth + j - padLeft) * channels;
          const target = (image * outHeight + row) * outWidth;
          for (let c = 0; c < channels; c++) {
            let to = patches + (<usize>((patchRow + c) * columns + target) << 2);
            const filled = inside ? begin : outWidth;
            for (let column = 0; column < filled; column++, to += 4) store<f32>(to, 0);
            if (!inside) continue;
            let from = x + (<usize>(source + c) << 2);
            for (let column = begin; column < end; column++, to += 4, from += step) store<f32>(to, load<f32>(from));
            for (let column = end; column < outWidth; column++, to += 4) store<f32>(to, 0);
          }
        }
      }
    }
  }
}

/** Adds patches[(image, row, column), (i, j, c)] to the pixels of dx they were taken from. */
export function fold(
  patches: usize, dx: usize, first: i32, images: i32,
  inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
): void {
  const rowBytes: usize = <usize>(filterWidth * channels) << 2;
  let patch = patches;
  for (let image = first; image < first + images; image++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        const left = column * strideWidth - padLeft;
        const begin = max(0, -left) * channels;
        const end = min(filterWidth, inWidth - left) * channels;
        for (let i = 0; i < filterHeight; i++, patch += rowBytes) {
          const inRow = row * strideHeight + i - padTop;
          if (inRow < 0 || inRow >= inHeight || end <= begin) continue;
          let to = dx + (<usize>(((image * inHeight + inRow) * inWidth + left) * channels + begin) << 2);
          let from = patch + (<usize>begin << 2);
          let rest = end - begin;
          for (; rest >= 4; rest -= 4, to += 16, from += 16) {
            v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
          }
          for (; rest > 0; rest--, to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
        }
      }
    }
  }
}
