import type { Hardening } from "../hardening/hardening.ts";
import { type AnchorStatistics, anchorStatistics } from "../theory/anchor_statistics.ts";
import type { ViewKind } from "../train/views.ts";
import { readHistory } from "./run_history.ts";
import { checkRecord, type RunRecord } from "./settings.ts";

/** What the theory says of the embeddings of one epoch. */
export interface EpochStatistics {
  /** 0 is before training. */
  epoch: number;
  /** Over all pairs of the embeddings of the epoch. */
  statistics: AnchorStatistics;
}

/** `Q` of the population losses: the weight of the negatives that the runs were trained with. */
export function negativeWeightOf(batchSize: number, views: ViewKind = "two"): number {
  return views === "single" ? batchSize - 1 : 2 * batchSize - 2;
}

/**
 * The statistics of all pairs of a run's kept test embeddings for every epoch, with the run's temperature and weight of
 * the negatives, so that the population losses are the limits of what it was trained with.
 */
export async function historyStatistics(
  record: RunRecord,
  hardenings: readonly Hardening[],
): Promise<EpochStatistics[]> {
  checkRecord(record);
  const { batchSize, views, loss: { temperature } } = record.settings, epochs: EpochStatistics[] = [];
  for (const { epoch, embeddings, dim, labels } of await readHistory(record)) {
    // A figure's intervals are over runs.
    const options = {
      temperature,
      hardenings,
      negativeWeight: negativeWeightOf(batchSize, views),
      leaveOut: 0,
    };
    epochs.push({ epoch, statistics: await anchorStatistics(embeddings, dim, labels, options) });
  }
  return epochs;
}
