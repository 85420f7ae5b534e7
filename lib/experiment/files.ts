/**
 * Labelled embeddings of anybody's, in the files of NumPy: `.npy`, or arrays of a `.npz`. For Deno; apart from the other
 * rooms, since what unpacks archives is nothing for a browser.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openEmbeddings, readLabels } from "@hscl/hscl/files";
 * import { dump } from "npyjs";
 * const folder = await Deno.makeTempDir(), path = (name: string) => `${folder}/${name}.npy`;
 * await Deno.writeFile(path("z"), new Uint8Array(dump(Float32Array.of(1, 0, 0, 1, 0.6, 0.8), [3, 2])));
 * await Deno.writeFile(path("y"), new Uint8Array(dump(Int32Array.of(7, 7, 9), [3])));
 * const { count, dim, read } = await openEmbeddings(path("z"));
 * assertEquals([count, dim, (await read()).values.length], [3, 2, 6]);
 * assertEquals((await readLabels(path("y"), count)).indices, Int32Array.of(0, 0, 1));
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export {
  type Classes,
  type EmbeddingsFile,
  type OpenEmbeddings,
  openEmbeddings,
  readLabels,
} from "./labelled_files.ts";
