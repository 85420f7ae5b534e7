import { checkInteger, checkNumber, checkOneOf } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import { type NegativeKind, negativeKindNames, negativeKinds } from "../core/negative_kinds.ts";
import { exponential } from "../hardening/exponential.ts";
import { checkHardening, type Hardening } from "../hardening/hardening.ts";
import { checkedLabels } from "./labels.ts";
import { UnitRows } from "./unit_rows.ts";

/** Embeddings, and which of them are negatives of which. */
export interface Weighted {
  kind: NegativeKind;
  embeddings: ArrayLike<number>;
  dim: number;
  labels?: Labels;
  hardening?: Hardening;
  temperature?: number;
}

/** `log η` of all rows as negatives of an anchor, `-Infinity` where a row is none. */
export function logWeights(
  { kind, embeddings, dim, labels, hardening, temperature = 0.5 }: Weighted,
): (anchor: number) => Float64Array {
  const { byLabel, hardened } = negativeKinds[checkOneOf("kind of negatives", kind, negativeKindNames)];
  checkNumber("temperature", temperature, { above: 0 });
  const { logEtaAt } = checkHardening("hardening", hardening ?? exponential(1));
  const unit = new UnitRows("embeddings", embeddings, dim), { count } = unit;
  const rows = new Float64Array(count * dim);
  unit.copyTo(rows, 0, count);
  if (byLabel && labels === undefined) {
    throw new TypeError("Cannot weigh negatives by label as labels are required: received none");
  }
  const classes = byLabel ? checkedLabels("labels", labels!, count, "one per embedding") : undefined;

  return (anchor) => {
    checkInteger("an anchor", anchor, { min: 0, max: count - 1 });
    const logs = new Float64Array(count).fill(-Infinity);
    for (let row = 0; row < count; row++) {
      if (row === anchor || (classes && classes[row] === classes[anchor])) continue;
      let cosine = 0;
      for (let d = 0; d < dim; d++) cosine += rows[anchor * dim + d] * rows[row * dim + d];
      logs[row] = hardened ? logEtaAt(Math.min(1, Math.max(-1, cosine)), temperature) : 0;
    }
    return logs;
  };
}
