import { initBackend, loadDataset } from "@hscl/hscl";
import { type Experiment, factsOf, runExperiment } from "@hscl/hscl/experiment";
import type { FlagTable } from "../../lib/core/flags.ts";
import type { FigureContent } from "../../lib/figures/experiment.ts";
import type { FigureRecord } from "../../lib/figures/mod.ts";
import { parseFlags } from "../../scripts/cli/flags.ts";

/** Rows of a figure from small trainings in this process, and the settings they share. */
export async function trainedRows(
  record: FigureRecord,
  args: readonly string[] = [],
): Promise<FigureContent<unknown, unknown>> {
  const { backend } = await initBackend({ backend: "wasm" });
  const data = await loadDataset("synthetic", { trainImages: 60, testImages: 40, height: 8, width: 8 });
  const folder = await Deno.makeTempDir();
  const experiment: Experiment = {
    plan: {
      backend,
      data: factsOf(data),
      network: "convnet",
      size: "small",
      seeds: record.oneSeed ? 1 : 2,
      epochs: 2,
      batchSize: 20,
      temperature: 0.5,
    },
    ensure: async (runs) => {
      const records = [];
      for (const settings of runs) records.push(await runExperiment(settings, { folder, data }));
      return records;
    },
    scored: () => Promise.reject(new Error("no figure evaluates runs")),
  };
  try {
    const own = parseFlags<FlagTable>({ name: record.name, summary: "", flags: record.flags }, args);
    return await record.rows(experiment, own);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
