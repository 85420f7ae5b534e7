/** Convolution and its gradients by their definition: loops over plain float64 numbers, nothing shared with lib. */

/** Sizes of a convolution of images `[count, height, width, inputs]` with filters `[filterHeight, filterWidth, inputs, outputs]`. */
export interface ConvolutionSizes {
  batchSize: number;
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  filterHeight: number;
  filterWidth: number;
  strideHeight: number;
  strideWidth: number;
  padInfo: { top: number; left: number };
}

/** The output, and the gradients in the images and in the filters where that in the output is `dy`. */
export function naiveConvolution(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  dy: ArrayLike<number>,
  sizes: ConvolutionSizes,
): [y: Float64Array, dx: Float64Array, dw: Float64Array] {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = sizes;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo: { top, left } } = sizes;
  const y = new Float64Array(batchSize * outHeight * outWidth * outChannels);
  const dx = new Float64Array(x.length), dw = new Float64Array(w.length);
  for (let out = 0; out < y.length / outChannels; out++) {
    const image = Math.floor(out / (outHeight * outWidth));
    const top0 = Math.floor(out / outWidth) % outHeight * strideHeight - top;
    const left0 = out % outWidth * strideWidth - left;
    for (let row = 0; row < filterHeight; row++) {
      for (let column = 0; column < filterWidth; column++) {
        const inRow = top0 + row, inColumn = left0 + column;
        if (inRow < 0 || inRow >= inHeight || inColumn < 0 || inColumn >= inWidth) continue;
        const from = ((image * inHeight + inRow) * inWidth + inColumn) * inChannels;
        const filter = (row * filterWidth + column) * inChannels;
        for (let i = 0; i < inChannels; i++) {
          for (let o = 0; o < outChannels; o++) {
            const weight = (filter + i) * outChannels + o, to = out * outChannels + o;
            y[to] += x[from + i] * w[weight];
            dx[from + i] += w[weight] * dy[to];
            dw[weight] += x[from + i] * dy[to];
          }
        }
      }
    }
  }
  return [y, dx, dw];
}
