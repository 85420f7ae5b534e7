import * as tf from "../core/tfjs.ts";
import type { GraphTransform } from "../augment/graph_views.ts";
import { checkArray, checkInteger, checkObject, checkOptions } from "../core/checks.ts";
import { nextTurn } from "../core/next_turn.ts";
import type { Random } from "../core/random.ts";
import type { GraphSet } from "../data/graphs/collection.ts";
import { graphView } from "../data/graphs/view.ts";
import type { GraphEncoder } from "../encoders/gin.ts";
import { type GraphBatch, graphBatch } from "../encoders/graph_batch.ts";
import type { EmbeddedSet } from "./embed.ts";
import type { TrainingItems } from "./items.ts";
import { COMMON_TRAIN_OPTIONS, type CommonTrainOptions, type EpochResult, trainOnItems } from "./loop.ts";
import { checkObserved } from "./observed_losses.ts";

/** Everything {@linkcode trainGraphs} needs. */
export interface GraphTrainOptions extends CommonTrainOptions<GraphBatch> {
  /** Graphs to learn from. */
  graphs: GraphSet;
  /** Which of them, by number; all if left out. */
  items?: ArrayLike<number>;
  /** Random change that makes a view of a graph. */
  views: GraphTransform;
}

const GRAPH_TRAIN_OPTIONS = {
  ...COMMON_TRAIN_OPTIONS,
  graphs: true,
  items: true,
  views: true,
} as const;

/** The numbers of graphs that are meant, each of which there is. */
function checkItems(graphs: GraphSet, items: ArrayLike<number> | undefined): Int32Array {
  checkObject("graphs", graphs);
  if (items === undefined) return Int32Array.from(graphs.labels.keys());
  checkArray("items", items, "numbers of graphs");
  return Int32Array.from(
    items,
    (item) => checkInteger("number of a graph", item, { min: 0, max: graphs.count - 1 }),
  );
}

/**
 * Trains an encoder of graphs with a contrastive loss, as {@linkcode trainContrastive} does one of images: two views of every graph
 * of a batch, all losses, all optimizers, the same streams. Nothing of a graph that is not among the `items` is seen, nor its label.
 *
 * @throws {TypeError} if a setting is of the wrong type or unknown
 * @throws {RangeError} if a setting is out of range, e.g. a batch larger than the set
 * @throws {NonFiniteLossError} if the loss, or one that is observed, becomes NaN or infinite
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { initBackend, lossFromSettings, Random } from "@hscl/hscl";
 * import { graphViews } from "@hscl/hscl/augment";
 * import { madeUpGraphs, nodeFeatureDim } from "@hscl/hscl/data";
 * import { gin } from "@hscl/hscl/encoders";
 * import { embedGraphs, trainGraphs } from "@hscl/hscl/train";
 * await initBackend({ backend: "cpu" });
 * const { graphs } = madeUpGraphs({ graphs: 20 });
 * const encoder = gin({ nodeFeatures: nodeFeatureDim(graphs.features), width: 8 }, new Random(0));
 * const epochs = trainGraphs({
 *   encoder,
 *   loss: lossFromSettings({ name: "scl" }),
 *   graphs,
 *   views: graphViews("random"),
 *   epochs: 1,
 *   batchSize: 10,
 *   optimizer: { learningRate: 1e-3, weightDecay: 0 },
 *   random: new Random(0),
 * });
 * for await (const { loss } of epochs) assert(Number.isFinite(loss));
 * const { features } = await embedGraphs(encoder, graphs);
 * assertEquals(features.length, 20 * encoder.featureDim);
 * ```
 */
export async function* trainGraphs(options: GraphTrainOptions): AsyncGenerator<EpochResult> {
  const { graphs, items, views, ...others } = checkOptions(options, GRAPH_TRAIN_OPTIONS);
  checkObserved(others.observed);
  // No two batches have as many nodes, so each step would be a function of its own.
  yield* trainOnItems(graphItems(graphs, checkItems(graphs, items), views), { ...others, captured: false });
}

function graphItems(graphs: GraphSet, items: Int32Array, views: GraphTransform): TrainingItems<GraphBatch> {
  const whole = Array.from(items, (item) => graphView(graphs, item));
  return {
    what: "graphs",
    count: items.length,
    labels: items.map((item) => graphs.labels[item]),
    views: (chosen, streamOf) => {
      const random = streamOf("views");
      const batchOf = (view: number) =>
        graphBatch(
          graphs.features,
          Array.from(chosen, (item, place) => views.apply(whole[item], viewStream(random, view, place))),
        );
      const view1 = batchOf(1), view2 = batchOf(2);
      return {
        view1,
        view2,
        describe: () =>
          [view1, view2].map(({ features, neighborhoods }, i) =>
            `view ${i + 1}: ${features.shape[0]} nodes with ${
              neighborhoods.rows.size - features.shape[0]
            } neighbours`
          ).join("; "),
        dispose: () => {
          view1.dispose();
          view2.dispose();
        },
      };
    },
  };
}

function viewStream(random: Random, view: number, place: number): Random {
  return random.child(view).child(place);
}

// Graphs per forward pass.
const BLOCK = 200;

/**
 * Passes graphs through an encoder, whole and in order, with running statistics.
 *
 * @param items which graphs, by number; all if left out
 * @throws {RangeError} if there is no such graph
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, Random } from "@hscl/hscl";
 * import { madeUpGraphs } from "@hscl/hscl/data";
 * import { gin } from "@hscl/hscl/encoders";
 * import { embedGraphs } from "@hscl/hscl/train";
 * await initBackend({ backend: "cpu" });
 * const encoder = gin({ nodeFeatures: 3 }, new Random(0));
 * const { features } = await embedGraphs(encoder, madeUpGraphs().graphs, [7, 8]);
 * assertEquals(features.length, 2 * 96);
 * ```
 */
export async function embedGraphs(
  encoder: GraphEncoder,
  graphs: GraphSet,
  items?: ArrayLike<number>,
): Promise<EmbeddedSet> {
  const chosen = checkItems(graphs, items);
  const features = new Float32Array(chosen.length * encoder.featureDim);
  const embeddings = new Float32Array(chosen.length * encoder.embeddingDim);
  for (let first = 0; first < chosen.length; first += BLOCK) {
    const batch = graphBatch(
      graphs.features,
      Array.from(chosen.subarray(first, first + BLOCK), (item) => graphView(graphs, item)),
    );
    const [featureBlock, embeddingBlock] = tf.tidy(() => {
      const block = encoder.features(batch, false);
      return [block, encoder.project(block, false)];
    });
    features.set(await featureBlock.data(), first * encoder.featureDim);
    embeddings.set(await embeddingBlock.data(), first * encoder.embeddingDim);
    tf.dispose([featureBlock, embeddingBlock]);
    batch.dispose();
    await nextTurn();
  }
  return { features, embeddings };
}
