/** Rows and columns of an image. */
interface Size {
  height: number;
  width: number;
}

// A photograph has less, and more would not fit into memory three times over.
const MOST_PIXELS = 2 ** 27;

/**
 * Throws if a PNG, JPEG or WebP file says that it holds more pixels than are read: a small file may unpack to any number of them.
 *
 * @throws {Error} the message says what came
 */
export function checkImageSize(bytes: Uint8Array): void {
  const size = sizeOf(bytes);
  // What says none is left to its decoder, which refuses it.
  if (size === undefined || size.height * size.width <= MOST_PIXELS) return;
  throw new Error(`an image of ${size.height} × ${size.width}, more than ${MOST_PIXELS} pixels`);
}

function sizeOf(bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] === 0x89 && bytes.length >= 24) {
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (bytes[0] === 0xff) return jpegSize(view);
  return bytes.length >= 30 ? webpSize(view) : undefined;
}

/** That of the first frame. */
function jpegSize(view: DataView): Size | undefined {
  for (let at = 2; at + 9 <= view.byteLength;) {
    const marker = view.getUint8(at + 1);
    // Bytes that fill up, and markers that stand alone.
    if (view.getUint8(at) !== 0xff || marker === 0xff) at++;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    // Three of this range are tables.
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    } else at += 2 + view.getUint16(at + 2);
  }
}

/** That of the canvas, or of the only image. */
function webpSize(view: DataView): Size | undefined {
  const kind = view.getUint32(12);
  if (kind === 0x56503858) { // VP8X
    const low24 = (at: number) => view.getUint16(at, true) + 2 ** 16 * view.getUint8(at + 2);
    return { width: 1 + low24(24), height: 1 + low24(27) };
  }
  if (kind === 0x5650384c) { // VP8L
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + (bits >>> 14 & 0x3fff) };
  }
  if (kind === 0x56503820) { // VP8
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
}
