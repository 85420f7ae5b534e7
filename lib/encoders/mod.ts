/** Networks from images to features to embeddings. */
export { convnet, type ConvnetOptions } from "./convnet.ts";
export type { Encoder } from "./encoder.ts";
export { encoderFromSettings, type EncoderSettings } from "./encoder_settings.ts";
export type { Parameter } from "./parameters.ts";
export type { ProjectionHeadOptions } from "./projection_head.ts";
export { resnet, type ResnetOptions } from "./resnet.ts";
