/** One case of `bench/tiled_loss.ts` in a process of its own, as its last argument in JSON says; the answer is a line on stdout. */
import * as tf from "@tensorflow/tfjs";
import {
  type BackendName,
  contrastiveLoss,
  type ContrastiveOptions,
  exponential,
  initBackend,
} from "@hscl/hscl";
import { allTerms, batchOf } from "../../lib/losses/batch.ts";
import { pairLoss } from "../../lib/losses/pair_loss.ts";
import { lossInTiles } from "../../lib/losses/tiles.ts";

/** H-SCL with β = 1 of two views of random rows, forward and backward. */
export interface Setup {
  backend: BackendName;
  /** Of both views. */
  embeddings: number;
  dim: number;
  classes: number;
  /** Anchors of a tile, to be timed against all at once in turns; absent: what the loss chooses, once, with its memory. */
  rows?: number;
  /** Measured turns. */
  samples: number;
}

/** What came out. */
export interface Measured {
  /** Milliseconds of each turn; of all anchors at once only where they are timed. */
  tiled: number[];
  atOnce: number[];
  /** How much the largest resident memory of the process grew by, and what it was before. */
  grownBytes: number;
  beforeBytes: number;
}

type Loss = (view1: tf.Tensor2D, view2: tf.Tensor2D, options: ContrastiveOptions) => tf.Scalar;

const inTiles = (rows: number): Loss => (a, b, options) =>
  tf.tidy(() => lossInTiles(batchOf(a, b, options), rows));

const allAtOnce: Loss = (a, b, options) =>
  tf.tidy(() => {
    const { pairs, score } = allTerms(batchOf(a, b, options));
    return pairLoss(pairs, score);
  });

/** The largest resident memory so far. Of Linux alone, where that of the parent does not count. */
function peakBytes(): number {
  const [, kibibytes] = Deno.readTextFileSync("/proc/self/status").match(/^VmHWM:\s+(\d+) kB$/m)!;
  return 1024 * Number(kibibytes);
}

async function measure({ backend, embeddings, dim, classes, rows, samples }: Setup): Promise<Measured> {
  await initBackend({ backend });
  const batch = embeddings / 2, labels = Int32Array.from({ length: batch }, (_, i) => i % classes);
  const views = [1, 2].map((seed) => tf.randomNormal([batch, dim], 0, 1, "float32", seed));
  const options: ContrastiveOptions = { labels, positives: "label", hardening: exponential(1) };
  const milliseconds = async (loss: Loss) => {
    const start = performance.now();
    const { value, grads } = tf.valueAndGrads((a, b) => loss(a as tf.Tensor2D, b as tf.Tensor2D, options))(
      views,
    );
    await Promise.all([value, ...grads].map((tensor) => tensor.data()));
    tf.dispose([value, grads]);
    return performance.now() - start;
  };
  const beforeBytes = peakBytes(), tiled: number[] = [], atOnce: number[] = [];
  if (rows === undefined) tiled.push(await milliseconds(contrastiveLoss));
  else {
    const sides = [{ loss: inTiles(rows), times: tiled }, { loss: allAtOnce, times: atOnce }];
    for (let turn = -2; turn < samples; turn++) { // two to warm up
      for (const { loss, times } of turn % 2 === 0 ? sides : sides.toReversed()) {
        const time = await milliseconds(loss);
        if (turn >= 0) times.push(time);
      }
    }
  }
  return { tiled, atOnce, beforeBytes, grownBytes: peakBytes() - beforeBytes };
}

if (import.meta.main) console.log(JSON.stringify(await measure(JSON.parse(Deno.args[0]))));
