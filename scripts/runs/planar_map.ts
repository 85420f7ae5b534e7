import { Random } from "../../mod.ts";
import type { EpochEmbeddings } from "../../lib/train/mod.ts";
import { UMAP } from "umap-js";

/** Points of a plane. */
export interface PlanarMap {
  x: number[];
  y: number[];
}

/**
 * A map of embeddings to the plane that keeps neighbours together: UMAP with 15 neighbours. The same embeddings and seed
 * give the same map.
 */
export function planarMap({ embeddings, dim, labels }: EpochEmbeddings, seed: number): PlanarMap {
  const rows = Array.from(labels, (_, i) => Array.from(embeddings.subarray(i * dim, (i + 1) * dim)));
  const random = new Random(seed).child("map");
  const umap = new UMAP({
    nNeighbors: Math.min(15, rows.length - 1),
    // Wider than UMAP's own, so that the points of a tight class can be told apart.
    minDist: 0.5,
    spread: 1.5,
    random: () => random.uniform(),
  });
  const points = umap.fit(rows);
  return { x: points.map(([x]) => x), y: points.map(([, y]) => y) };
}
