import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { base64Bytes } from "../core/base64.ts";
import { DataError } from "./data_error.ts";

/** Images that are part of this library, as text. */
export interface PackedImages {
  /** How messages call the data set. */
  readonly label: string;
  /** What else must be as it was, such as how many images there are of a class. */
  readonly about: string;
  /** The pixels, compressed with gzip, as base64. */
  readonly images: string;
  /** SHA-256 (hex) of both, with a space between. */
  readonly digest: string;
}

/**
 * Checks and unpacks the images of a module.
 *
 * @throws {DataError} if a character of them is not as it was
 */
export async function unpackImages({ label, about, images, digest }: PackedImages): Promise<Uint8Array> {
  const found = bytesToHex(sha256(utf8ToBytes(`${about} ${images}`)));
  if (found !== digest) {
    throw new DataError(
      `Cannot load ${label} as the library's images must have the SHA-256 ${digest}: received ${found}`,
    );
  }
  const unpacked = new Blob([base64Bytes(images)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
