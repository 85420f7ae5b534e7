import type { DroppedFile } from "../../engines/theory/check.ts";
import { presets } from "../hardness/presets.ts";

/** The 200 points of the first part as two files, for who has none at hand. */
export function example(): { embeddings: DroppedFile; labels: DroppedFile } {
  const { points, labels } = presets.crowd.make(3);
  return {
    embeddings: {
      name: "points.npy",
      bytes: npy("<f8", `(${points.length}, 3)`, Float64Array.from(points.flat())),
    },
    labels: { name: "labels.npy", bytes: npy("<i4", `(${labels.length},)`, Int32Array.from(labels)) },
  };
}

/** A file as NumPy writes it, version 1 of the format. */
function npy(descr: string, shape: string, data: Float64Array | Int32Array): Uint8Array {
  const words = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = words + " ".repeat(63 - (10 + words.length) % 64) + "\n", start = 10 + header.length;
  const bytes = new Uint8Array(start + data.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length & 255, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(new Uint8Array(data.buffer), start);
  return bytes;
}
