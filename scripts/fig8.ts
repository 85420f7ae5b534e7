/**
 * Figure 8: what do the representations look like? Trains the four losses and draws maps of their test embeddings side by
 * side, and how near the class means come to a simplex over the epochs.
 */
import { collapseGeometry, figures } from "../mod.ts";
import { readHistory, type RunRecord } from "../lib/train/mod.ts";
import { command } from "./cli/mod.ts";
import { comparisonFlags, comparisonRuns } from "./runs/comparison.ts";
import { contextOf } from "./runs/context.ts";
import { planarMap } from "./runs/planar_map.ts";
import { figureFolder, writeFigure } from "./runs/write_figure.ts";

/** The class means of a run over its epochs, and their spectrum after the last one. */
async function geometryOf(record: RunRecord) {
  const { loss: { name: loss }, seed } = record.settings;
  const epochs = (await readHistory(record)).map(({ epoch, embeddings, dim, labels }) => ({
    epoch,
    ...collapseGeometry(embeddings, dim, labels),
  }));
  return {
    rows: epochs.map((
      { epoch, zeroSum, unitNorm, equalInnerProducts, withinClassSpread },
    ): figures.Fig8Geometry => ({
      loss,
      seed,
      epoch,
      zeroSum,
      unitNorm,
      equalInnerProducts,
      withinClassSpread,
    })),
    spectrum: { loss, seed, logSpectrum: [...epochs.at(-1)!.logSpectrum] } satisfies figures.Fig8Spectrum,
  };
}

/** The map of a run's embeddings after the last epoch. */
async function mapOf(record: RunRecord): Promise<figures.Fig8Map> {
  const { loss: { name: loss }, seed } = record.settings, last = (await readHistory(record)).at(-1)!;
  return { loss, ...planarMap(last, seed), labels: [...last.labels] };
}

const script = command({
  name: "fig8",
  summary:
    "Trains the four losses and draws maps of their embeddings and the collapse geometry over the epochs.",
  flags: comparisonFlags,
  examples: ["deno task fig8", "deno task fig8 --preset smoke", "deno task fig8 --losses scl,hscl --beta 5"],
}, async (flags) => {
  const { records, plan } = await comparisonRuns("fig8", flags, figures.lossOrder);
  const geometry = await Promise.all(records.map(geometryOf));
  const rows: figures.Fig8Rows = {
    maps: await Promise.all(records.filter(({ settings }) => settings.seed === 0).map(mapOf)),
    geometry: geometry.flatMap((run) => run.rows),
    spectra: geometry.map((run) => run.spectrum),
  };
  const context = { ...contextOf(plan), beta: flags.beta, classNames: plan.data.classes, method: "UMAP" };
  await writeFigure({
    folder: figureFolder(flags, "fig8"),
    record: figures.figureRecords.fig8,
    rows,
    context,
  });
});

export default script;
if (import.meta.main) await script.run();
