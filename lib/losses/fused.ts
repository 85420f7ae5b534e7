import {
  contrastiveLoss,
  type ContrastiveTerms,
  hasContrastiveLoss,
} from "../backend/operations/contrastive_loss.ts";
import type { Scalar } from "../core/tensors.ts";
import type { Batch } from "./batch.ts";

/** Above this β an anchor's nearest negative alone decides, and what rounding leaves of its slopes would have to be taken off. */
const MOST_BETA = 64;

/**
 * Whether the loss of a batch is one kernel of the running backend: InfoNCE of the batch alone, without debiasing, with no hardening
 * or one whose logarithm is linear in the cosine.
 */
export function isFused({ embeddings, candidates, draws, score }: Batch): boolean {
  const { psi, tauPlus, hardening, temperature } = score,
    slope = hardening ? hardening.slope?.(temperature) : 0;
  return psi === "infoNce" && tauPlus === 0 && !draws && candidates === embeddings && slope !== undefined &&
    slope * temperature <= MOST_BETA && hasContrastiveLoss(embeddings);
}

/** The loss of a batch by the kernel. */
export function fusedLoss(batch: Batch): Scalar {
  return contrastiveLoss(batch.embeddings, termsOf(batch));
}

function termsOf({ layout, groups, score }: Batch): ContrastiveTerms {
  const { classOf, views, positives, negatives } = layout, items = classOf.length, n = views * items;
  const order = new Int32Array(n), sameClass = new Int32Array(2 * n), sameItem = new Int32Array(2 * n);
  let row = 0;
  for (const members of itemsByClass(classOf)) {
    const start = row, end = row + views * members.length;
    for (const item of members) {
      for (let view = 0; view < views; view++) {
        sameItem.set([row - view, row - view + views], 2 * row);
        sameClass.set([start, end], 2 * row);
        order[row++] = view * items + item;
      }
    }
  }
  const ofPositives = positives === "label" ? sameClass : sameItem;
  const { temperature, hardening, negativeWeight } = score;
  const counts = Float32Array.from(order, (i) => groups.negativeCounts[i]);
  return {
    order,
    excluded: negatives === "different-label" ? sameClass : negatives === "all" ? sameItem : itself(n),
    positives: ofPositives,
    counts,
    weights: counts.map((count, i) =>
      count > 0 ? groups.weightOf(ofPositives[2 * i + 1] - ofPositives[2 * i]) : 0
    ),
    logNegativeWeight: counts.map((count) =>
      Math.log(negativeWeight === "count" ? Math.max(count, 1) : negativeWeight)
    ),
    temperature,
    slope: hardening?.slope?.(temperature) ?? 0,
    stopWeightGradient: score.stopWeightGradient,
    unitRows: layout.unitRows,
    positiveIncluded: score.positiveIncluded,
    countedWeight: negativeWeight === "count",
    meanInside: score.meanInside,
  };
}

/** The items of each class, of dense classes. */
function itemsByClass(classOf: Int32Array): number[][] {
  const members: number[][] = [];
  classOf.forEach((label, item) => (members[label] ??= []).push(item));
  return members;
}

/** `[i, i + 1)` of every `i`. */
function itself(n: number): Int32Array {
  return Int32Array.from({ length: 2 * n }, (_, k) => (k + 1) >> 1);
}
