import * as tf from "../core/tfjs.ts";
import { isRecorded, onOwnTape } from "../core/own_tape.ts";
import { innerProducts } from "../core/similarity.ts";
import type { Scalar, Tensor, Tensor2D } from "../core/tensors.ts";
import { type Batch, sampledTerms, type Terms } from "./batch.ts";
import { blockCosines, gatherRows } from "./blocks.ts";
import { idDigits, sameIds } from "./negatives.ts";
import { type NegativeStats, negativeStats, pairLoss } from "./pair_loss.ts";
import { type PositiveTile, positiveTiles, type SortedGroups, sortedGroups } from "./positives.ts";
import { drawsOfRows } from "./sampled_negatives.ts";

/** Pairs of an anchor and a candidate from which on not all are taken at once. */
const MANY = 2 ** 24;

/**
 * Pairs of a tile, so that its matrices have 32 MiB: blocks of that size go back to the system when they are freed, while smaller
 * ones are kept by the C library, which does not always find a use for them; the native backend would take twice as much in the end.
 */
const TILE = 2 ** 23;

/** Anchors of a tile, at least: adding up the gradients of the candidates takes as long for one as for many. */
const LEAST_ROWS = 64;

/** How many anchors are taken at a time, as many as make a tile with all candidates; none if all are to be taken at once. */
export function anchorsOfTile(
  anchors: number,
  candidates: number,
  pairsAtOnce?: number,
): number | undefined {
  const pairs = anchors * candidates,
    areFew = pairsAtOnce === undefined ? pairs < MANY : pairs <= pairsAtOnce;
  const rows = Math.max(LEAST_ROWS, Math.ceil((pairsAtOnce ?? TILE) / candidates));
  return areFew || rows >= anchors ? undefined : rows;
}

/**
 * The loss of a batch, of so many anchors at a time, in memory for their pairs instead of all; for losses and backends without
 * the kernel that `isFused` asks for, which does the same in tiles of its own.
 *
 * Every anchor adds its part to the loss, and the loss is one number. So the gradients of a tile can be taken together with its
 * value, before the next tile: its pairs are computed once, and none of them is kept for the backward pass.
 *
 * @param rows anchors of a tile
 */
export function lossInTiles(batch: Batch, rows: number): Scalar {
  if (!isRecorded()) {
    return tf.tidy(() => {
      const tiles = new Tiles(batch, batch.embeddings, batch.candidates);
      return sum(tiles.map(rows, (tile) => tiles.loss(tile, ...tiles.inputs(tile))));
    });
  }
  const op = tf.customGrad((embeddings, candidates, save) => {
    const tiles = new Tiles(batch, embeddings as Tensor2D, candidates as Tensor2D);
    const values: Tensor[] = [], ofAnchors: Tensor[] = [];
    let sums = [tf.zerosLike(embeddings as Tensor), tf.zerosLike(candidates as Tensor)];
    for (const tile of positiveTiles(tiles.sorted, rows)) {
      const [value, inAnchors, ...next] = tf.tidy(() => {
        const loss = (...inputs: Tensor[]) => tiles.loss(tile, ...inputs as TileInputs);
        const { value, grads } = onOwnTape(() => tf.valueAndGrads(loss)(tiles.inputs(tile)));
        const [inAnchors, inMembers, inCandidates] = grads, { firstMember, members } = tile;
        const padded = tf.pad(inMembers, [[firstMember, tiles.size - firstMember - members], [0, 0]]);
        return [value, inAnchors, tf.add(sums[0], padded), tf.add(sums[1], inCandidates)];
      });
      tf.dispose(sums);
      sums = next;
      values.push(value);
      ofAnchors.push(inAnchors);
    }
    const [inMembers, inCandidates] = sums, inRows = tf.add(tf.concat(ofAnchors, 0), inMembers);
    (save as tf.GradSaveFunc)([gatherRows(inRows, tiles.sorted.rowOf), inCandidates]);
    return {
      value: sum(values),
      gradFunc: (dy, saved) => (saved as Tensor[]).map((slope) => tf.mul(slope, dy as Tensor)),
    };
  });
  return op(batch.embeddings, batch.candidates) as Scalar;
}

/** {@linkcode negativeStats} of a batch, of so many anchors at a time. */
export function statsInTiles(batch: Batch, rows: number): NegativeStats {
  return tf.tidy(() =>
    onOwnTape(() => {
      const tiles = new Tiles(batch, batch.embeddings, batch.candidates);
      const parts = tiles.map(rows, (tile) => {
        const { pairs, score } = tiles.terms(tile, ...tiles.inputs(tile));
        const { effectiveNegatives, meanHardness } = negativeStats(pairs, score);
        return [effectiveNegatives, meanHardness];
      });
      const [effectiveNegatives, meanHardness] = [0, 1].map((which) => sum(parts.map((part) => part[which])));
      return { effectiveNegatives, meanHardness };
    })
  );
}

/** What the pairs of a tile are computed of: its anchors, the members of their groups, and all candidates. */
type TileInputs = [anchors: Tensor2D, members: Tensor2D, candidates: Tensor2D];

/** A batch sorted by groups, of which some anchors at a time are scored against all candidates. */
class Tiles {
  /** Number of embeddings. */
  readonly size: number;
  readonly sorted: SortedGroups;
  readonly #batch: Batch;
  readonly #rows: Tensor2D;
  readonly #candidates: Tensor2D;
  readonly #digits: { left: Tensor2D; right: Tensor2D };

  constructor(batch: Batch, embeddings: Tensor2D, candidates: Tensor2D) {
    const sorted = sortedGroups(batch.groups), { ids } = batch;
    this.size = embeddings.shape[0];
    this.sorted = sorted;
    this.#batch = batch;
    this.#rows = gatherRows(embeddings, sorted.order) as Tensor2D;
    this.#candidates = candidates;
    this.#digits = idDigits({ ...ids, anchors: sorted.order.map((i) => ids.anchors[i]) });
  }

  /** What is computed of each tile, of which nothing else is left. */
  map<T extends tf.TensorContainer>(rows: number, compute: (tile: PositiveTile) => T): T[] {
    return Array.from(positiveTiles(this.sorted, rows), (tile) => tf.tidy(() => compute(tile)));
  }

  inputs({ start, anchors, firstMember, members }: PositiveTile): TileInputs {
    const part = (from: number, count: number) => tf.slice(this.#rows, [from, 0], [count, -1]);
    return [part(start, anchors), part(firstMember, members), this.#candidates];
  }

  terms(tile: PositiveTile, anchors: Tensor2D, members: Tensor2D, candidates: Tensor2D): Terms {
    const { score, draws } = this.#batch, { left, right } = this.#digits, { positives, start } = tile;
    const { order, groups } = this.sorted, end = start + tile.anchors;
    return sampledTerms(
      {
        cosines: innerProducts(anchors, candidates),
        negatives: {
          counts: groups.negativeCounts.subarray(start, end),
          mask: () => sameIds(tf.slice(left, [start, 0], [tile.anchors, -1]), right),
        },
        positiveCosines: blockCosines(anchors, members, positives),
        positives,
      },
      score,
      draws && drawsOfRows(draws, order.subarray(start, end)),
    );
  }

  loss(tile: PositiveTile, ...inputs: TileInputs): Scalar {
    const { pairs, score } = this.terms(tile, ...inputs);
    return pairLoss(pairs, score);
  }
}

function sum(parts: Tensor[]): Scalar {
  return tf.addN(parts) as Scalar;
}
