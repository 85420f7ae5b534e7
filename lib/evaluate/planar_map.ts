import { checkInteger, checkNumber, checkOptions } from "../core/checks.ts";
import { float32Array } from "../core/float_array.ts";
import { nextTurn } from "../core/next_turn.ts";
import { Random } from "../core/random.ts";

/** Points of a plane. */
export interface PlanarMap {
  /** First coordinate of each. */
  x: number[];
  /** Second coordinate of each. */
  y: number[];
}

/** Options of {@linkcode planarMap}. */
export interface PlanarMapOptions {
  /** Length of an embedding. */
  dim: number;
  /** Of every random choice; 0 if left out. */
  seed?: number;
}

const NEIGHBORS = 15;

/**
 * A map of embeddings to the plane that keeps neighbours together: UMAP with 15 neighbours, or all if there are fewer. The
 * same embeddings and seed give the same map.
 *
 * @param embeddings `[count, dim]`, row-major, of at least three
 * @throws {RangeError} if there are fewer than three embeddings, or their numbers are not a multiple of `dim`
 * @throws {TypeError} if a number is not finite
 *
 * Source: McInnes et al., arXiv 1802.03426.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { planarMap } from "@hscl/hscl/evaluate";
 * const { x, y } = await planarMap(Float32Array.of(1, 0, 0, 1, 0.6, 0.8, -1, 0), { dim: 2, seed: 1 });
 * assertEquals([x.length, y.length], [4, 4]);
 * ```
 */
export async function planarMap(
  embeddings: ArrayLike<number>,
  options: PlanarMapOptions,
): Promise<PlanarMap> {
  const { dim, seed = 0 } = checkOptions(options, { dim: true, seed: true });
  checkInteger("dim", dim, { min: 1 });
  const values = float32Array("embeddings", embeddings), count = values.length / dim;
  if (!Number.isInteger(count) || count < 3) {
    throw new RangeError(
      `Cannot make a map as embeddings must be at least three rows of ${dim} numbers: received ${values.length} numbers`,
    );
  }
  values.forEach((value) => checkNumber("a number of the embeddings", value));
  const { UMAP } = await import("umap-js"), random = new Random(seed).child("map");
  // It keeps the event loop for seconds; what waits comes first.
  await nextTurn();
  const umap = new UMAP({
    nNeighbors: Math.min(NEIGHBORS, count - 1),
    // Wider than UMAP's own, so that the points of a tight class can be told apart.
    minDist: 0.5,
    spread: 1.5,
    random: () => random.uniform(),
  });
  const rows = Array.from({ length: count }, (_, i) => Array.from(values.subarray(i * dim, (i + 1) * dim)));
  const points = umap.fit(rows);
  return { x: points.map(([x]) => x), y: points.map(([, y]) => y) };
}
