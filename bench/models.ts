import type { EncoderSettings } from "@hscl/hscl/encoders";

/** The networks that are measured, for colour images. */
export const models = {
  /** The three convolutions that the first measurements of the WebAssembly kernels were made with. */
  convnet: {
    name: "convnet",
    channels: 3,
    widths: [32, 64, 128],
    strides: [1, 2, 2],
    head: { hidden: 128, output: 128 },
  },
  resnet18: { name: "resnet18", stem: "cifar", channels: 3, head: { hidden: 512, output: 128 } },
} satisfies Record<string, EncoderSettings>;
