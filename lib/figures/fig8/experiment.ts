import { planarMap } from "../../evaluate/planar_map.ts";
import { comparisonFlags } from "../../experiment/loss_flags.ts";
import { readHistory } from "../../experiment/run_history.ts";
import type { RunRecord } from "../../experiment/settings.ts";
import { collapseGeometry } from "../../theory/geometry.ts";
import { comparisonRuns } from "../comparison.ts";
import type { FigureExperiment } from "../experiment.ts";
import type { Fig8Context } from "./draw.ts";
import type { Fig8Geometry, Fig8Map, Fig8Rows, Fig8Spectrum } from "./rows.ts";

/** The class means of a run over its epochs, and their spectrum after the last one. */
async function geometryOf(record: RunRecord): Promise<{ rows: Fig8Geometry[]; spectrum: Fig8Spectrum }> {
  const { loss: { name: loss }, seed } = record.settings;
  const epochs = (await readHistory(record)).map(({ epoch, embeddings, dim, labels }) => ({
    epoch,
    ...collapseGeometry(embeddings, dim, labels),
  }));
  const rows = epochs.map(({ epoch, zeroSum, unitNorm, equalInnerProducts, withinClassSpread }) => ({
    loss,
    seed,
    epoch,
    zeroSum,
    unitNorm,
    equalInnerProducts,
    withinClassSpread,
  }));
  return { rows, spectrum: { loss, seed, logSpectrum: [...epochs.at(-1)!.logSpectrum] } };
}

/** The map of a run's embeddings after the last epoch. */
async function mapOf(record: RunRecord): Promise<Fig8Map> {
  const { loss: { name: loss }, seed } = record.settings;
  const { embeddings, dim, labels } = (await readHistory(record)).at(-1)!;
  return { loss, ...await planarMap(embeddings, { dim, seed }), labels: [...labels] };
}

/**
 * Trains losses and draws maps of their test embeddings side by side, and how near the class means come to a simplex over the
 * epochs.
 */
export const experiment: FigureExperiment<Fig8Rows, Fig8Context, typeof comparisonFlags> = {
  summary:
    "Trains the four losses and draws maps of their embeddings and the collapse geometry over the epochs.",
  flags: comparisonFlags,
  examples: ["--losses scl,hscl --beta 5"],
  rows: async (experiment, flags) => {
    const { records, context } = await comparisonRuns(experiment, flags);
    const geometry = await Promise.all(records.map(geometryOf));
    const maps: Fig8Map[] = [];
    // One after the other, so that a signal is heard in between.
    for (const record of records.filter(({ settings }) => settings.seed === 0)) {
      maps.push(await mapOf(record));
    }
    const rows: Fig8Rows = {
      maps,
      geometry: geometry.flatMap((run) => run.rows),
      spectra: geometry.map((run) => run.spectrum),
    };
    return { rows, context: { ...context, classNames: experiment.plan.data.classes, method: "UMAP" } };
  },
};
