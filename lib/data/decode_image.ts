import type { DecodedPng } from "fast-png";
import { checkImageSize } from "./image_size.ts";

/** An image in colours, before it has the shape of a data set. */
export interface ColorImage {
  /** Rows of pixels. */
  readonly height: number;
  /** Columns of pixels. */
  readonly width: number;
  /** Red, green and blue of each pixel, 0 … 255, row-major `[height, width, 3]`. */
  readonly pixels: Uint8Array;
}

/** What a file is seen through where it is transparent. */
const WHITE = 255;

/**
 * Decodes the bytes of a PNG, JPEG or WebP file, which their first ones tell apart. Grey becomes three equal channels, 16 bits become 8,
 * and what is transparent shows white behind it. A JPEG image is turned as its EXIF entry says. The decoders are programs of
 * JavaScript and WebAssembly, which make the same pixels everywhere.
 *
 * @throws {Error} if it is no such image, or a damaged one; the message says what came instead
 */
export async function decodeImage(bytes: Uint8Array<ArrayBuffer>): Promise<ColorImage> {
  if (bytes.length === 0) throw new Error("an empty file");
  checkImageSize(bytes);
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return await decodePng(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return await decodeJpeg(bytes);
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return await decodeWebp(bytes);
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  throw new Error(`a file that begins with the bytes ${start}`);
}

async function decodePng(bytes: Uint8Array<ArrayBuffer>): Promise<ColorImage> {
  // For those who read such files.
  const { convertIndexedToRgb, decode } = await import("fast-png");
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
    if (png.palette) {
      const { palette: [{ length: channels }] } = png;
      png = { ...png, data: convertIndexedToRgb(png), channels, depth: 8, transparency: undefined };
    }
  } catch (error) {
    throw new Error(`a PNG file that cannot be decoded (${(error as Error).message})`);
  }
  return { height: png.height, width: png.width, pixels: colorsOf(png) };
}

type WebpModule = typeof import("@jsquash/webp/decode.js");

let webpDecoder: Promise<WebpModule> | undefined;

async function loadWebpDecoder(): Promise<WebpModule> {
  // For those who read such files.
  const module = await import("@jsquash/webp/decode.js");
  await module.init({ print: () => {}, printErr: () => {} });
  return module;
}

async function decodeWebp({ buffer }: Uint8Array<ArrayBuffer>): Promise<ColorImage> {
  const { default: decode } = await (webpDecoder ??= loadWebpDecoder());
  const found = await decode(buffer).catch(() => {
    throw new Error("a WebP file that cannot be decoded, as one that is cut short or moves");
  });
  const { height, width, data } = found;
  return { height, width, pixels: overWhite(data, height * width) };
}

/** Red, green and blue over white of red, green, blue and opacity. */
function overWhite(data: ArrayLike<number>, count: number): Uint8Array {
  const pixels = new Uint8Array(3 * count);
  for (let pixel = 0; pixel < count; pixel++) {
    const opacity = data[4 * pixel + 3] / 255;
    for (let c = 0; c < 3; c++) {
      pixels[3 * pixel + c] = Math.round(opacity * data[4 * pixel + c] + (1 - opacity) * WHITE);
    }
  }
  return pixels;
}

/** Samples of one image as bytes of red, green and blue over white. */
function colorsOf({ height, width, channels, depth, data, transparency }: DecodedPng): Uint8Array {
  if (channels === 3 && depth === 8 && transparency?.length !== 3) return data as Uint8Array;
  const samples = depth < 8 ? unpacked(data, width, height, depth) : data, full = 2 ** depth - 1;
  const colors = channels < 3 ? 1 : 3, hasAlpha = channels === 2 || channels === 4;
  const pixels = new Uint8Array(3 * height * width);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const start = pixel * channels;
    let opacity = hasAlpha ? samples[start + colors] / full : 1;
    if (transparency?.length === colors) {
      let equal = true;
      for (let c = 0; c < colors; c++) equal &&= samples[start + c] === transparency[c];
      if (equal) opacity = 0;
    }
    for (let c = 0; c < 3; c++) {
      const value = 255 * samples[start + (colors === 1 ? 0 : c)] / full;
      pixels[3 * pixel + c] = Math.round(opacity * value + (1 - opacity) * WHITE);
    }
  }
  return pixels;
}

/** Samples of less than 8 bits, of which every row begins with a byte of its own. */
function unpacked(data: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const samples = new Uint8Array(width * height), perByte = 8 / depth, rowBytes = Math.ceil(width / perByte);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const byte = data[y * rowBytes + Math.floor(x / perByte)];
      samples[i] = byte >> 8 - depth * (1 + x % perByte) & 2 ** depth - 1;
    }
  }
  return samples;
}

type JpegModule = typeof import("@jsquash/jpeg/decode.js");

/** What the decoder of JPEG files has said of the one that it decodes; more than it throws. */
const said: string[] = [];
let decoder: Promise<JpegModule> | undefined;
let turn: Promise<unknown> = Promise.resolve();

/** Loads the decoder. */
async function loadJpegDecoder(): Promise<JpegModule> {
  // For those who read such files.
  const module = await import("@jsquash/jpeg/decode.js");
  const hear = (line: string) => said.push(line);
  await module.init({ print: hear, printErr: hear });
  return module;
}

/** One file after the other, so that what is said is of the one. */
function decodeJpeg(bytes: Uint8Array<ArrayBuffer>): Promise<ColorImage> {
  const image = turn.then(() => decodeOneJpeg(bytes));
  turn = image.catch(() => {});
  return image;
}

async function decodeOneJpeg({ buffer }: Uint8Array<ArrayBuffer>): Promise<ColorImage> {
  const { default: decode } = await (decoder ??= loadJpegDecoder());
  said.length = 0;
  const found = await decode(buffer, { preserveOrientation: true }).catch(() => undefined);
  // Where the data end too soon, it makes up the rest.
  const fault = said.find((line) => /premature end|corrupt/i.test(line) && !/extraneous bytes/i.test(line));
  if (found === undefined || fault !== undefined) {
    throw new Error(`a JPEG file that cannot be decoded (${fault ?? said.at(-1) ?? "no reason given"})`);
  }
  const { height, width, data } = found, pixels = new Uint8Array(3 * height * width);
  for (let from = 0, to = 0; from < data.length; from++) if (from % 4 < 3) pixels[to++] = data[from];
  return { height, width, pixels };
}
